"""A small price list, for the plan's estimate and for nothing else.

On-demand list prices of us-east-1 in US dollars. Other regions cost up to a third more. Storage, requests and
free tiers are left out.

Where they are from: AWS's own pages (aws.amazon.com/sagemaker/pricing, /cloudwatch/pricing, /lambda/pricing)
load their tables by a script, so that the copies which could be read on 2026-11-28 have no amounts. Each row
was held on that day against what others quote of those pages, named in its comment:

A. github.com/nishinoshake/aws-rough, issue 37, of 2022-04-29, CloudWatch's page: metrics, dashboards
B. cloudchipr.com/blog/aws-lambda-pricing, "2024", for us-east-1, Lambda's page
C. JHUAPL-DTC-TA2/wiki, docs/sagemaker_instances.md, undated
D. ZindiAfrica/AI-for-Equity-Challenges-Getting-Started-with-AWS-Resources, sagemaker_instance_pricing.md,
   us-east-2, undated; its other table of the same name has m5 prices that contradict all other sources
E. tables in the source of three other public repositories, which agree, one of them "US East 1, as of 2024"

No row was seen on a page of AWS itself, and none is younger than 2024 for sure.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

AS_OF: Final = "2024"
METRIC_MONTH: Final = 0.30  # a custom metric, of the first 10,000; A
ALARM_MONTH: Final = 0.10  # a standard-resolution alarm; E alone: cost notes of five repositories
DASHBOARD_MONTH: Final = 3.00  # beyond the first three of an account; A
LAMBDA_GB_SECOND: Final = 0.0000166667  # x86, the first tier; B
# An hour of a Transform or Processing job on one machine.
INSTANCE_HOUR: Final[Mapping[str, float]] = MappingProxyType(
    {
        "ml.m5.large": 0.115,  # C, E
        "ml.m5.xlarge": 0.23,  # E
        "ml.m5.2xlarge": 0.461,  # C, E
        "ml.m5.4xlarge": 0.922,  # E
        "ml.m5.12xlarge": 2.765,  # E
        "ml.m5.24xlarge": 5.53,  # E
        "ml.c5.xlarge": 0.204,  # C, E
        "ml.c5.2xlarge": 0.408,  # C, E
        "ml.c5.4xlarge": 0.816,  # E
        "ml.c5.9xlarge": 1.836,  # C, E
        "ml.t3.medium": 0.05,  # C, D, E
        "ml.t3.large": 0.10,  # D, E
        "ml.t3.xlarge": 0.20,  # D, E
    }
)
