"""Profiles, evaluated; the Lambda's tests have the rest."""

from __future__ import annotations

import json
from datetime import date

import pytest

from drift_engine.checks import Finding, suggest
from drift_engine.errors import NothingComparedError, ThresholdsError
from drift_engine.evaluation import Evaluation, Judging, evaluated, metric_name, stopped_early
from drift_engine.monitor_files import violations_of
from tests.tables import Columns, numbers, profile

BASELINE: Columns = {"x": numbers(1000), "c": ["a", "b"] * 500}


def of(current: Columns, baseline: Columns = BASELINE) -> Evaluation:
    old = profile(baseline)
    return evaluated(profile(current), old, suggest(old))


def test_distances_come_before_the_counts_and_the_heartbeat_last() -> None:
    names = list(of({"c": ["a", "b"] * 500, "x": numbers(1000, start=900)}).metrics)
    assert names[:2] == [metric_name("x"), metric_name("c")]
    assert names[2:] == ["drifted_features", "checked_features", "rows_checked", "drift_check_completed"]


def test_the_drifted_features_are_named_by_their_metrics() -> None:
    evaluation = of({"x": numbers(1000, start=900), "c": ["b", "a"] * 500})
    assert evaluation.drifted == {metric_name("x")}
    assert evaluation.answer["driftedFeatures"] == 1


def test_the_answer_is_plain_json_and_the_same_each_time() -> None:
    first, second = (of({"x": numbers(1000, start=3), "c": ["b", "a"] * 500}) for _ in range(2))
    assert json.loads(json.dumps(first.answer)) == first.answer == second.answer


def test_a_batch_with_nothing_in_common_is_an_error_with_the_reason_of_each() -> None:
    with pytest.raises(NothingComparedError, match=r"x: the current data .*; c: the current data "):
        of({"other": numbers(10)})


def judged(current: Columns, features: dict[str, object]) -> Evaluation:
    old, wanted = profile(BASELINE), json.dumps({"version": 1, "features": features}).encode()
    return evaluated(
        profile(current), old, suggest(old), Judging(thresholds=wanted, today=date(2026, 11, 23))
    )


FAR: Columns = {"x": numbers(1000, start=900), "c": ["b", "a"] * 500}


def test_an_ignored_feature_is_published_but_neither_checked_nor_missed() -> None:
    ignoring = {"ignore_until": "2026-12-01", "reason": "new supplier"}
    evaluation = judged(FAR, {"x": ignoring})
    assert evaluation.metrics[metric_name("x")] == of(FAR).metrics[metric_name("x")] > 0.5
    assert (evaluation.metrics["drifted_features"], evaluation.metrics["checked_features"]) == (0.0, 1.0)
    assert evaluation.answer["statusCode"] == 200
    lost: Columns = {"c": ["b", "a"] * 500}
    assert of(lost).answer["statusCode"] == 400
    assert judged(lost, {"x": ignoring}).answer["statusCode"] == 200


def test_another_method_decides_but_the_metric_stays_the_services_distance() -> None:
    wide = judged(FAR, {"x": {"method": "kolmogorov_smirnov", "threshold": 0.95}})
    assert wide.metrics["drifted_features"] == 0.0
    assert wide.metrics[metric_name("x")] == of(FAR).metrics[metric_name("x")]
    tight = judged(FAR, {"x": {"method": "kolmogorov_smirnov", "threshold": 0.85}})
    assert tight.drifted == {metric_name("x")}
    assert "threshold 0.85" in str(tight.answer["message"])


def test_the_message_promises_no_rate_for_thresholds_of_their_own() -> None:
    promised = "; false alarms expected in a healthy batch: 0.05"
    assert str(of(FAR).answer["message"]).endswith(promised)
    own = judged(FAR, {"x": {"threshold": 0.95}})
    assert str(own.answer["message"]).endswith(f"{promised}; 1 by thresholds of their own, of unknown rate")


def test_a_raised_floor_and_low_importance_alarm_nobody() -> None:
    assert judged(FAR, {"x": {"effect_floor": 0.95}}).metrics["drifted_features"] == 0.0
    low = judged(FAR, {"x": {"importance": "low"}})
    assert (low.metrics["drifted_features"], low.answer["statusCode"]) == (0.0, 200)


def test_a_thresholds_file_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(ThresholdsError, match=r"the stage's thresholds: features\.q: the baseline has no"):
        judged(FAR, {"q": {}})


def test_a_monitor_that_stopped_at_the_columns_gives_no_heartbeat() -> None:
    evaluation = stopped_early(violations_of([Finding("Missing columns", "missing_column_check", 1, 2)]))
    assert evaluation is not None
    assert evaluation.metrics == {"checked_features": 0.0}
    assert evaluation.answer["statusCode"] == 400


def test_violations_of_cells_are_no_reason_to_have_stopped() -> None:
    assert stopped_early(violations_of([Finding("x", "completeness_check", 0.5, 1.0)])) is None


def test_a_threshold_of_a_column_that_is_left_out_is_no_fault() -> None:
    old, wanted = profile(BASELINE), json.dumps({"version": 1, "features": {"x": {"threshold": 0.1}}})
    judging = Judging(thresholds=wanted.encode(), exclude=("x",))
    evaluation = evaluated(profile({"c": ["b", "a"] * 500}), old, suggest(old), judging)
    assert (evaluation.answer["statusCode"], evaluation.metrics["checked_features"]) == (200, 1.0)


def test_a_batch_of_a_few_rows_has_no_verdict_and_no_heartbeat() -> None:
    evaluation = of({"x": numbers(3), "c": ["a", "b", "a"]})
    assert set(evaluation.metrics) == {metric_name("x"), metric_name("c"), "checked_features", "rows_checked"}
    assert evaluation.metrics["checked_features"] == 0
    assert (evaluation.answer["statusCode"], evaluation.answer["checkedFeatures"]) == (200, 0)
    assert evaluation.answer["message"] == (
        "none of 2 features could be judged (x: not enough data, 3 present cells); "
        "that is no sign of no drift"
    )
