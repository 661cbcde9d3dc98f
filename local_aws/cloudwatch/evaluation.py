"""Which state a CloudWatch alarm should have: a pure function of its settings and its datapoints.

Source: CloudWatch user guide, "Alarm evaluation", "Configuring how CloudWatch alarms treat missing data". The
service looks at some more periods than `EvaluationPeriods` (it does not say how many; its examples show 2),
takes the most recent datapoints that are there, and lets `TreatMissingData` decide only about those that are
not. Periods are aligned to multiples of their length; the newest is the one of the evaluation.

So an alarm that treats missing data as breaching, on a metric that has never had a datapoint, goes to ALARM
the first time it is evaluated. That is what CloudWatch does: a "nothing was heard" alarm on a young stack
fires until the first heartbeat. And two values in one period are one datapoint: with `Maximum`, a good value
minutes after a bad one does not end the alarm.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

EXTRA_PERIODS = 2

COMPARISONS: Mapping[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}


@dataclass(frozen=True)
class Datapoint:
    """What was published at a time: the statistics of one or more values.

    Attributes:
        time: When, UTC.
        minimum: The least value.
        maximum: The greatest value.
        sum: All values together.
        count: How many.
    """

    time: datetime
    minimum: float
    maximum: float
    sum: float
    count: float


@dataclass(frozen=True)
class Rule:
    """What an alarm checks.

    Attributes:
        statistic: SampleCount, Average, Sum, Minimum or Maximum.
        period: Seconds that one datapoint of the alarm spans.
        periods: `EvaluationPeriods`, N.
        to_alarm: `DatapointsToAlarm`, M.
        comparison: A key of `COMPARISONS`.
        threshold: What datapoints are compared with.
        missing: `TreatMissingData`: missing, ignore, breaching or notBreaching.
    """

    statistic: str
    period: int
    periods: int
    to_alarm: int
    comparison: str
    threshold: float
    missing: str

    def breaches(self, value: float) -> bool:
        """Whether a value is beyond the threshold."""
        return COMPARISONS[self.comparison][0](value, self.threshold)


@dataclass(frozen=True)
class Verdict:
    """What an evaluation says.

    Attributes:
        state: OK, ALARM or INSUFFICIENT_DATA.
        reason: The sentence that goes with it.
        values: The datapoints that it is about, oldest first, with the start of their period.
    """

    state: str
    reason: str
    values: tuple[tuple[datetime, float], ...]


def evaluate(rule: Rule, datapoints: Sequence[Datapoint], now: datetime) -> Verdict | None:
    """The state that the alarm should have, or None where it keeps the one it has.

    Args:
        rule: What the alarm checks.
        datapoints: What was published for the alarm's metric, in any order.
        now: The time of the evaluation, UTC.
    """
    window = _window(rule, datapoints, now)
    there = [item for item in window if item[1] is not None]
    recent = tuple((start, value) for start, value in there[-rule.periods :] if value is not None)
    absent = rule.periods - len(recent)
    breaching = sum(rule.breaches(value) for _, value in recent)
    if absent and rule.missing == "breaching":
        breaching += absent
    if breaching >= rule.to_alarm:
        return Verdict("ALARM", _reason(rule, recent, absent, "ALARM"), recent)
    if not absent or rule.missing in ("breaching", "notBreaching"):
        return Verdict("OK", _reason(rule, recent, absent, "OK"), recent)
    if not recent:
        return None if rule.missing == "ignore" else Verdict("INSUFFICIENT_DATA", _insufficient(rule), ())
    if breaching < len(recent):
        return Verdict("OK", _reason(rule, recent, absent, "OK"), recent)
    if rule.missing == "missing" and _is_old_enough(rule, window):
        return Verdict("ALARM", _reason(rule, recent, absent, "ALARM"), recent)
    return None


def _window(
    rule: Rule, datapoints: Sequence[Datapoint], now: datetime
) -> list[tuple[datetime, float | None]]:
    """The periods that are looked at, oldest first, each with its value, up to the one that `now` is in."""
    newest = int(now.timestamp()) // rule.period
    first = newest - rule.periods - EXTRA_PERIODS + 1
    buckets: dict[int, list[Datapoint]] = {index: [] for index in range(first, newest + 1)}
    for point in datapoints:
        index = int(point.time.timestamp()) // rule.period
        if index in buckets:
            buckets[index].append(point)
    window: list[tuple[datetime, float | None]] = []
    for index, points in buckets.items():
        start = datetime.fromtimestamp(index * rule.period, UTC)
        window.append((start, _statistic(rule.statistic, points) if points else None))
    return window


def _statistic(name: str, points: Sequence[Datapoint]) -> float:
    count = sum(point.count for point in points)
    total = sum(point.sum for point in points)
    values = {
        "SampleCount": count,
        "Sum": total,
        "Average": total / count if count else 0.0,
        "Minimum": min(point.minimum for point in points),
        "Maximum": max(point.maximum for point in points),
    }
    return values[name]


def _is_old_enough(rule: Rule, window: Sequence[tuple[datetime, float | None]]) -> bool:
    """Whether the oldest breaching datapoint of the last N periods is at least M periods old.

    Without it, an alarm would fire on the first datapoint of a metric although the next ones could be fine.
    """
    last = [value for _, value in window[-rule.periods :]]
    breaching = [index for index, value in enumerate(last) if value is not None and rule.breaches(value)]
    return bool(breaching) and len(last) - breaching[0] >= rule.to_alarm


def _reason(rule: Rule, recent: Sequence[tuple[datetime, float]], absent: int, state: str) -> str:
    if not recent:
        treated = "Breaching" if rule.missing == "breaching" else "NonBreaching"
        return (
            f"Threshold Crossed: no datapoints were received for {_counted(rule.periods, 'period')} and "
            f"{_counted(absent, 'missing datapoint')} were treated as [{treated}]."
        )
    words = COMPARISONS[rule.comparison][1]
    shown = ", ".join(f"{value} ({start:%d/%m/%y %H:%M:%S})" for start, value in reversed(recent[-5:]))
    if state == "ALARM":
        breaching = sum(rule.breaches(value) for _, value in recent)
        return (
            f"Threshold Crossed: {breaching} out of the last {len(recent)} datapoints [{shown}] "
            f"{'was' if breaching == 1 else 'were'} {words} the threshold ({rule.threshold}) "
            f"(minimum {_counted(rule.to_alarm, 'datapoint')} for OK -> ALARM transition)."
        )
    verb = "was" if len(recent) == 1 else "were"
    counted = _counted(len(recent), "datapoint")
    return f"Threshold Crossed: {counted} [{shown}] {verb} not {words} the threshold ({rule.threshold})."


def _insufficient(rule: Rule) -> str:
    verb = "was" if rule.periods == 1 else "were"
    return f"Insufficient Data: {_counted(rule.periods, 'datapoint')} {verb} unknown."


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
