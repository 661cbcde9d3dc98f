"""The addresses of SageMaker's own images in a region.

The accounts are data (`images.json`), taken from the SageMaker Python SDK 2.257.7's `image_uri_config`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from pipeline_definition.errors import ImageError

_TABLE = Path(__file__).parent / "images.json"
# Has Python 3.10, numpy, pandas and pyarrow, which the monitor step needs (aws/sagemaker-xgboost-container).
XGBOOST_TAG = "3.0-5"


@cache
def _table() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(_TABLE.read_text(encoding="utf-8"))
    return loaded


def xgboost(region: str) -> str:
    """The region's `sagemaker-xgboost:3.0-5`.

    >>> xgboost("us-east-1")
    '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.0-5'
    """
    return f"{_address('xgboost', region)}:{XGBOOST_TAG}"


def model_monitor(region: str) -> str:
    """The region's `sagemaker-model-monitor-analyzer`, AWS's own monitor."""
    return _address("model_monitor", region)


def _address(repository: str, region: str) -> str:
    table = _table()
    accounts: dict[str, str | None] = table["accounts"][repository]
    name: str = table["repositories"][repository]
    if region not in accounts:
        known = ", ".join(sorted(accounts))
        raise ImageError(f"The image {name} is not known in the region {region!r}; known are {known}")
    account = accounts[region]
    if account is None:
        raise ImageError(f"AWS has no image {name} in {region}; set monitor.analyzer to 'drift-engine'")
    return f"{account}.{table['registry_domain'][region]}/{name}"
