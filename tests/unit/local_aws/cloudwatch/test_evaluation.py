"""The tables of the user guide's page on missing data, and the corners beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from local_aws.cloudwatch.evaluation import EXTRA_PERIODS, Datapoint, Rule, evaluate

NOW = datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC)
RULE = Rule("Maximum", 60, 3, 3, "GreaterThanThreshold", 0.5, "missing")


def point(minutes_ago: float, value: float) -> Datapoint:
    return Datapoint(NOW - timedelta(minutes=minutes_ago), value, value, value, 1)


def points(pattern: str) -> list[Datapoint]:
    """A pattern of the guide, oldest first: `0` is within the threshold, `X` beyond it, `-` missing."""
    signs = pattern.split()
    values = {"0": 0.0, "X": 1.0}
    return [point(len(signs) - 1 - index, values[sign]) for index, sign in enumerate(signs) if sign in values]


def state(rule: Rule, pattern: str) -> str:
    verdict = evaluate(rule, points(pattern), NOW)
    return "retained" if verdict is None else verdict.state


@pytest.mark.parametrize(
    ("pattern", "missing", "ignore", "breaching", "not_breaching"),
    [
        ("0 - X - X", "OK", "OK", "OK", "OK"),
        ("- - - - 0", "OK", "OK", "OK", "OK"),
        ("- - - - -", "INSUFFICIENT_DATA", "retained", "ALARM", "OK"),
        ("0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"),
        ("- - X - -", "ALARM", "retained", "ALARM", "OK"),
    ],
)
def test_three_out_of_three(
    pattern: str, missing: str, ignore: str, breaching: str, not_breaching: str
) -> None:
    treatments = ("missing", "ignore", "breaching", "notBreaching")
    found = [state(replace(RULE, missing=treatment), pattern) for treatment in treatments]
    assert found == [missing, ignore, breaching, not_breaching]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("0 - X - X", "ALARM"), ("0 0 X 0 X", "ALARM"), ("0 - X - -", "OK"), ("- - - - 0", "OK")],
)
def test_two_out_of_three(pattern: str, expected: str) -> None:
    assert state(replace(RULE, to_alarm=2), pattern) == expected


def test_a_single_bad_value_of_a_new_metric_does_not_fire_an_alarm_on_three() -> None:
    assert state(RULE, "- - - - X") == "retained"


def test_a_value_stays_for_as_long_as_the_window_reaches() -> None:
    rule = replace(RULE, periods=1, to_alarm=1)
    assert state(rule, "X" + " -" * EXTRA_PERIODS) == "ALARM"
    assert state(rule, "X" + " -" * (EXTRA_PERIODS + 1)) == "INSUFFICIENT_DATA"


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("Maximum", 4.0), ("Minimum", 1.0), ("Sum", 9.0), ("SampleCount", 4.0), ("Average", 2.25)],
)
def test_values_of_one_period_are_one_datapoint(statistic: str, expected: float) -> None:
    rule = replace(RULE, statistic=statistic, periods=1, to_alarm=1)
    data = [point(0, 4.0), Datapoint(NOW - timedelta(seconds=5), 1.0, 3.0, 5.0, 3)]
    verdict = evaluate(rule, data, NOW)
    assert verdict is not None
    assert [value for _, value in verdict.values] == [expected]


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        ("GreaterThanThreshold", "OK"),
        ("GreaterThanOrEqualToThreshold", "ALARM"),
        ("LessThanThreshold", "OK"),
        ("LessThanOrEqualToThreshold", "ALARM"),
    ],
)
def test_a_value_on_the_threshold(comparison: str, expected: str) -> None:
    verdict = evaluate(replace(RULE, comparison=comparison, periods=1, to_alarm=1), [point(0, 0.5)], NOW)
    assert verdict is not None
    assert verdict.state == expected


def test_the_reason_is_worded_as_cloudwatch_words_it() -> None:
    rule = replace(RULE, periods=1, to_alarm=1, statistic="Maximum")
    bad, good = evaluate(rule, [point(0, 3.0)], NOW), evaluate(rule, [point(0, 0.0)], NOW)
    silent = evaluate(replace(RULE, missing="breaching"), [], NOW)
    assert bad is not None
    assert bad.reason == (
        "Threshold Crossed: 1 out of the last 1 datapoints [3.0 (23/11/26 12:00:00)] was greater than the "
        "threshold (0.5) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    assert good is not None
    assert good.reason == (
        "Threshold Crossed: 1 datapoint [0.0 (23/11/26 12:00:00)] was not greater than the threshold (0.5)."
    )
    assert silent is not None
    assert silent.reason == (
        "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated "
        "as [Breaching]."
    )


def test_one_heartbeat_a_day_keeps_a_silence_alarm_quiet_for_a_day() -> None:
    rule = Rule("Sum", 3600, 26, 26, "LessThanThreshold", 1, "breaching")
    heartbeat = [Datapoint(NOW - timedelta(hours=25), 1, 1, 1, 1)]
    verdicts = [evaluate(rule, heartbeat, NOW + timedelta(hours=hours)) for hours in (0, 4)]
    assert [verdict.state for verdict in verdicts if verdict is not None] == ["OK", "ALARM"]
