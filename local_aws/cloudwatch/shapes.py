"""How CloudWatch spells things: metrics, datapoints, the event of an alarm's state change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from local_aws.cloudwatch.evaluation import COMPARISONS, Datapoint, Rule, Verdict
from local_aws.errors import ServiceError

MetricKey = tuple[str, str, frozenset[tuple[str, str]]]
"""Namespace, name, dimensions: two metrics are the same when all three are."""

_NOT_DONE = (
    "Metrics",
    "ExtendedStatistic",
    "ThresholdMetricId",
    "EvaluateLowSampleCountPercentile",
    "Unit",
    *(
        "EvaluationWindow",
        "WarmUpConfiguration",
        "EvaluationCriteria",
        "EvaluationInterval",
        "ActionConfiguration",
    ),
)
_NEEDED = ("Namespace", "MetricName", "Statistic", "Period", "Threshold")
_MISSING = ("missing", "ignore", "breaching", "notBreaching")


def dimensions(item: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """The dimensions of a datum or alarm, without their order."""
    return frozenset((pair["Name"], pair["Value"]) for pair in item.get("Dimensions", []))


def metric_of(alarm: Mapping[str, Any]) -> MetricKey:
    """The metric that an alarm is about."""
    return alarm["Namespace"], alarm["MetricName"], dimensions(alarm)


def datapoint(item: Mapping[str, Any], now: datetime) -> Datapoint:
    """What a `MetricDatum` says, whichever of its three forms it has.

    Args:
        item: The datum, with `Value`, `Values` (and `Counts`) or `StatisticValues`.
        now: Its time where it has no `Timestamp`, UTC.
    """
    time = item.get("Timestamp", now)
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    if "StatisticValues" in item:
        known = {key: float(value) for key, value in item["StatisticValues"].items()}
        return Datapoint(time, known["Minimum"], known["Maximum"], known["Sum"], known["SampleCount"])
    values = [float(value) for value in item.get("Values", [item.get("Value", 0.0)])]
    counts = [float(count) for count in item.get("Counts", [1.0] * len(values))]
    total = sum(value * count for value, count in zip(values, counts, strict=True))
    return Datapoint(time, min(values), max(values), total, sum(counts))


def refuse_what_is_not_done(alarm: Mapping[str, Any]) -> None:
    """Nothing, or a `ServiceError` about the first thing that an alarm cannot have here."""
    for key in _NOT_DONE:
        if key in alarm:
            raise ServiceError("NotImplemented", f"The local AWS does not do PutMetricAlarm with {key}")
    for key in _NEEDED:
        if key not in alarm:
            raise ServiceError(
                "ValidationError", f"The parameter {key} is required for an alarm on a metric."
            )
    if alarm["ComparisonOperator"] not in COMPARISONS:
        message = f"The local AWS does not do ComparisonOperator {alarm['ComparisonOperator']}"
        raise ServiceError("NotImplemented", message)
    if alarm.get("TreatMissingData", "missing") not in _MISSING:
        message = (
            f"The value {alarm['TreatMissingData']} for TreatMissingData is not one of {', '.join(_MISSING)}"
        )
        raise ServiceError("ValidationError", message)
    period, periods = alarm["Period"], alarm["EvaluationPeriods"]
    if period not in (10, 20, 30) and period % 60:
        raise ServiceError("ValidationError", "Period must be 10, 20, 30 or a multiple of 60")
    if period * periods > 7 * 86_400 or (period < 3600 and period * periods > 86_400):
        message = (
            "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400)"
        )
        raise ServiceError("ValidationError", f"{message}; with periods of an hour and more, seven days")
    if alarm.get("DatapointsToAlarm", 1) > periods:
        raise ServiceError("ValidationError", "DatapointsToAlarm must not be greater than EvaluationPeriods")
    for key in ("OKActions", "AlarmActions", "InsufficientDataActions"):
        for arn in alarm.get(key, []):
            if ":sns:" not in arn:
                raise ServiceError(
                    "NotImplemented", f"The local AWS does not do the alarm action {arn}, only SNS topics"
                )


def reason_data(rule: Rule, verdict: Verdict, now: datetime) -> str:
    """`StateReasonData`: the datapoints of an evaluation, JSON."""
    data = {
        "version": "1.0",
        "queryDate": _stamp(now),
        "statistic": rule.statistic,
        "period": rule.period,
        "recentDatapoints": [value for _, value in verdict.values],
        "threshold": rule.threshold,
        "evaluatedDatapoints": [
            {"timestamp": _stamp(start), "value": value} for start, value in verdict.values[-50:]
        ],
    }
    if verdict.values:
        data["startDate"] = _stamp(verdict.values[0][0])
    return json.dumps(data)


def state_of(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """An alarm's state as the event spells it."""
    state = {
        "value": alarm["StateValue"],
        "reason": alarm["StateReason"],
        "timestamp": _stamp(alarm["StateUpdatedTimestamp"]),
    }
    if alarm.get("StateReasonData"):
        state["reasonData"] = alarm["StateReasonData"]
    return state


def state_change(alarm: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The detail of the event "CloudWatch Alarm State Change".

    Args:
        alarm: The alarm in its new state.
        before: Its state until now, of `state_of`.
    """
    metric = {
        "namespace": alarm["Namespace"],
        "name": alarm["MetricName"],
        "dimensions": dict(sorted(dimensions(alarm))),
    }
    queried = {"metric": metric, "period": alarm["Period"], "stat": alarm["Statistic"]}
    configuration: dict[str, Any] = {"metrics": [{"id": "m1", "metricStat": queried, "returnData": True}]}
    if "AlarmDescription" in alarm:
        configuration["description"] = alarm["AlarmDescription"]
    return {
        "alarmName": alarm["AlarmName"],
        "state": state_of(alarm),
        "previousState": dict(before),
        "configuration": configuration,
    }


def _stamp(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}+0000"
