"""A small price list, for the plan's estimate and for nothing else.

On-demand list prices of us-east-1 in US dollars, as AWS's public price pages had them in the month of `AS_OF`
(aws.amazon.com/sagemaker/pricing, /cloudwatch/pricing, /lambda/pricing), typed in by hand. Other regions cost
up to a third more. Storage, requests and free tiers are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

AS_OF: Final = "2025-06"
METRIC_MONTH: Final = 0.30  # a custom metric, of the first 10,000
ALARM_MONTH: Final = 0.10  # a standard-resolution alarm
DASHBOARD_MONTH: Final = 3.00  # beyond the first three of an account
LAMBDA_GB_SECOND: Final = 0.0000166667
# An hour of a Transform or Processing job on one machine.
INSTANCE_HOUR: Final[Mapping[str, float]] = MappingProxyType(
    {
        "ml.m5.large": 0.115,
        "ml.m5.xlarge": 0.23,
        "ml.m5.2xlarge": 0.461,
        "ml.m5.4xlarge": 0.922,
        "ml.m5.12xlarge": 2.765,
        "ml.m5.24xlarge": 5.53,
        "ml.c5.xlarge": 0.204,
        "ml.c5.2xlarge": 0.408,
        "ml.c5.4xlarge": 0.816,
        "ml.c5.9xlarge": 1.836,
        "ml.t3.medium": 0.05,
        "ml.t3.large": 0.10,
        "ml.t3.xlarge": 0.20,
    }
)
