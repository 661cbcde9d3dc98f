"""The file of CloudWatch metrics that a monitoring schedule publishes for its job."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from drift_engine.checks import Constraints
from drift_engine.run import CheckResult
from drift_engine.states import NUMERIC_TYPES

METRICS_FILE = "cloudwatch_metrics.jsonl"


def metrics_file(
    result: CheckResult, constraints: Constraints, dimensions: Mapping[str, str], now: datetime
) -> str:
    """One JSON object a line, of the schema of PutMetricData.

    `feature_data_<f>` (numbers: extrema, sum and count), `feature_non_null_<f>` and
    `feature_baseline_drift_<f>` (whatever can be compared), without features whose `emit_metrics` is
    Disabled.

    Args:
        result: the check.
        constraints: the baseline's, which say whose metrics are wanted.
        dimensions: value by dimension.
        now: aware, UTC.
    """
    silent = {f.name for f in constraints.features if not constraints.monitoring_of(f).emit_metrics}
    common: dict[str, Any] = {
        "Timestamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
    }
    lines = ({**common, **metric} for metric in _metrics(result, frozenset(silent)))
    return "".join(json.dumps({"MetricName": line.pop("MetricName"), **line}) + "\n" for line in lines)


def _metrics(result: CheckResult, silent: frozenset[str]) -> Iterator[dict[str, Any]]:
    for feature in result.profile.features:
        if feature.name in silent:
            continue
        numbers = feature.numerical
        if numbers is not None and feature.inferred_type in NUMERIC_TYPES:
            values = {
                "Maximum": numbers.max,
                "Minimum": numbers.min,
                "Sum": numbers.sum,
                "SampleCount": float(feature.numeric_cells),
            }
            yield {"MetricName": f"feature_data_{feature.name}", "StatisticValues": values}
        yield {"MetricName": f"feature_non_null_{feature.name}", "Value": float(feature.num_present)}
    for verdict in result.features:
        if verdict.distance is not None and verdict.name not in silent:
            yield {"MetricName": f"feature_baseline_drift_{verdict.name}", "Value": verdict.distance}
