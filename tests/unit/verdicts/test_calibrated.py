from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from drift_engine.states import FeatureProfile, KllSketch, NumericalStatistics, Profile
from drift_engine.verdicts import (
    RULES,
    Comparison,
    DriftConfig,
    FeatureVerdict,
    Rule,
    Significance,
    calibrated,
    compare,
    judge,
    judge_twice,
    table_verdict,
)
from tests.tables import Columns, numbers, profile


def texts(values: np.ndarray) -> list[str]:
    return [f"{value:.4f}" for value in values]


def normal(rows: int, seed: int, shift: float = 0.0, scale: float = 1.0) -> list[str]:
    return texts(np.random.default_rng(seed).normal(shift, scale, rows))


def verdict_of(
    current: Columns, baseline: Columns, significance: Significance | None = None
) -> FeatureVerdict:
    (verdict,) = calibrated(profile(current), profile(baseline), significance=significance)
    return verdict


def test_a_small_shift_that_the_service_cannot_see_has_drifted() -> None:
    current, baseline = {"x": normal(1000, 1, shift=0.25)}, {"x": normal(10_000, 2)}
    (service,) = compare(profile(current), profile(baseline))
    verdict = verdict_of(current, baseline)
    assert (service.verdict, verdict.verdict) == ("ok", "drifted")
    assert verdict.p_value is not None
    assert verdict.p_value < 1e-6
    assert verdict.effect == pytest.approx(0.1, abs=0.03)
    assert (verdict.distance, verdict.threshold) == (service.distance, service.threshold)


def test_a_healthy_batch_is_ok_where_the_service_alarms() -> None:
    simple = Comparison(DriftConfig(method="Simple"))
    current, baseline = profile({"x": normal(60, 1)}), profile({"x": normal(1000, 2)})
    (service,) = compare(current, baseline, simple)
    (verdict,) = calibrated(current, baseline, simple)
    assert (service.verdict, verdict.verdict) == ("drifted", "ok")
    assert verdict.reason == (
        "the distance is above the threshold, but chance or too small an effect explains it"
    )


def test_significance_alone_is_no_drift() -> None:
    """Two million rows a side, moved by a hundredth of a deviation."""
    old = _column(KllSketch.from_levels([[]] * 10 + [np.random.default_rng(3).normal(0, 1, 2000)]))
    new = _column(KllSketch.of(np.random.default_rng(3).normal(0, 1, 2000)))
    verdict = calibrated(Profile(1, (new,)), Profile(1, (old,)))[0]
    assert verdict.verdict == "ok"
    tight = Significance(effect_floor=0.5)
    moved = verdict_of({"x": normal(5000, 1, shift=0.5)}, {"x": normal(5000, 2)}, tight)
    assert moved.adjusted_p_value is not None
    assert (moved.verdict, moved.adjusted_p_value < 1e-9) == ("ok", True)


def _column(sketch: KllSketch) -> FeatureProfile:
    statistics = NumericalStatistics(0.0, 0.0, 1.0, -9.0, 9.0, None, sketch, ())
    return FeatureProfile("x", "Fractional", sketch.num_values, 0, numerical=statistics)


def test_where_the_sketch_cannot_tell_the_effect_from_its_floor_nothing_is_decided() -> None:
    current, baseline = {"x": normal(60_000, 1, shift=0.3)}, {"x": normal(60_000, 2)}
    found = verdict_of(current, baseline)
    assert found.interval is not None
    assert found.effect is not None
    assert found.interval[0] < found.effect < found.interval[1]
    verdict = verdict_of(current, baseline, Significance(effect_floor=found.effect))
    assert verdict.verdict == "undecided"
    assert "can't tell" in verdict.reason


def test_small_samples_are_exact_and_have_no_interval_to_speak_of() -> None:
    verdict = verdict_of({"x": normal(500, 1)}, {"x": normal(500, 2)})
    assert verdict.interval == (verdict.effect, verdict.effect)


def test_too_few_cells_are_not_enough_data() -> None:
    verdict = verdict_of({"x": numbers(9, start=5000)}, {"x": numbers(1000)})
    assert verdict.verdict == "not enough data"
    assert "9 present cells" in verdict.reason
    assert verdict_of({"x": ["5"]}, {"x": numbers(1000)}).reason == "1 present cell"
    assert (verdict.p_value, verdict.tests) == (None, ())


def test_missing_cells_are_a_tested_feature() -> None:
    baseline = {"x": [*normal(990, 1), *([None] * 10)]}
    verdict = verdict_of({"x": [*normal(450, 2), *([None] * 50)]}, baseline)
    assert verdict.verdict == "drifted"
    assert verdict.reason == "missing cells 1% → 10%"
    outcome = verdict.outcome("missing")
    assert outcome is not None
    assert outcome.effect == pytest.approx(0.09)
    assert verdict_of({"x": [*normal(494, 2), *([None] * 6)]}, baseline).verdict == "ok"


def test_a_column_that_lost_all_its_cells_has_drifted_though_nothing_can_be_compared() -> None:
    verdict = verdict_of({"x": [None] * 500}, {"x": normal(500, 1)})
    assert (verdict.verdict, verdict.distance) == ("drifted", None)
    assert "missing cells 0% → 100%" in verdict.reason


def test_unseen_categories_are_a_tested_feature() -> None:
    baseline = {"c": ["a", "b"] * 500}
    verdict = verdict_of({"c": ["a", "b"] * 240 + ["new"] * 20}, baseline)
    assert verdict.verdict == "drifted"
    assert "4% of the cells are of categories that the baseline lacks" in verdict.reason


def test_shifted_shares_have_drifted_and_equal_ones_not() -> None:
    baseline = {"c": ["a"] * 2500 + ["b"] * 1500 + ["c"] * 1000}
    assert verdict_of({"c": ["a"] * 490 + ["b"] * 305 + ["c"] * 205}, baseline).verdict == "ok"
    assert verdict_of({"c": ["a"] * 400 + ["b"] * 300 + ["c"] * 300}, baseline).verdict == "drifted"


@pytest.mark.parametrize(
    ("current", "baseline"),
    [
        ({"x": [f"u{n}" for n in range(900, 1800)]}, {"x": [f"u{n}" for n in range(900)]}),
        ({"x": numbers(900, start=5000)}, {"x": numbers(5000)}),
        ({"x": numbers(300)}, {"x": numbers(5000)}),
        ({"order_id": numbers(900, start=400)}, {"order_id": numbers(900)}),
        ({"x": numbers(30, start=9000)}, {"x": numbers(900)}),
        ({"x": [f"u{n}" for n in range(900, 920)]}, {"x": [f"u{n}" for n in range(900)]}),
    ],
)
def test_a_column_that_names_its_rows_is_not_comparable(current: Columns, baseline: Columns) -> None:
    verdict = verdict_of(current, baseline)
    assert verdict.verdict == "not comparable"
    assert "identifier" in verdict.reason


@pytest.mark.parametrize(
    ("current", "baseline"),
    [
        ({"x": normal(900, 1, shift=90.0)}, {"x": normal(900, 2)}),
        ({"x": numbers(900, start=90_000, step=7)}, {"x": numbers(900, step=7)}),
        ({"valid": numbers(900, start=450)}, {"valid": numbers(900)}),
    ],
)
def test_a_measurement_that_differs_in_every_row_is_comparable(current: Columns, baseline: Columns) -> None:
    assert verdict_of(current, baseline).verdict == "drifted"


def test_a_comparison_that_is_switched_off_is_not_tested() -> None:
    off = Comparison(DriftConfig(perform_comparison=False))
    current, baseline = profile({"x": normal(900, 1, shift=9.0)}), profile({"x": normal(900, 2)})
    (verdict,) = calibrated(current, baseline, off)
    assert (verdict.verdict, verdict.tests) == ("not checked", ())


def test_all_tests_of_the_table_are_corrected_for() -> None:
    columns: Mapping[str, list[str]] = {f"x{n}": normal(200, n) for n in range(10)}
    others = {f"x{n}": normal(200, 100 + n) for n in range(10)}
    for verdict in calibrated(profile(columns), profile(others)):
        assert verdict.p_value is not None
        assert verdict.adjusted_p_value is not None
        assert verdict.adjusted_p_value >= min(1.0, verdict.p_value)
    table = table_verdict(calibrated(profile(columns), profile(others)), "calibrated")
    assert (table.tests, table.drifted, table.expected_false_alarms) == (10, False, 0.05)
    assert str(table) == (
        "0 of 10 features drifted (false alarms expected in a healthy batch: 0.05; "
        "10 tests, Holm; uncorrected 0.5)"
    )


def test_the_smallest_shift_that_is_said_is_found_nine_times_out_of_ten() -> None:
    said = verdict_of({"x": normal(400, 1)}, {"x": normal(4000, 2)}).smallest_shift
    assert said is not None
    found = [
        verdict_of({"x": normal(400, seed, shift=said)}, {"x": normal(4000, 1000 + seed)}).verdict
        for seed in range(60)
    ]
    assert 46 <= found.count("drifted") <= 60


def test_the_smallest_shift_shrinks_with_the_rows_down_to_the_floor() -> None:
    shifts = [
        verdict_of({"x": normal(rows, 1)}, {"x": normal(30_000, 2)}).smallest_shift
        for rows in (50, 500, 5000, 30_000)
    ]
    assert all(shift is not None for shift in shifts)
    assert shifts == sorted(shifts, key=lambda shift: -(shift or 0.0))
    assert shifts[-1] == pytest.approx(0.0501, abs=0.001)


def test_the_same_seed_gives_the_same_verdict() -> None:
    random = np.random.default_rng(6)
    current = profile({"c": random.choice(list("abcdefgh"), 60).tolist()})
    baseline = profile({"c": random.choice(list("abcdefgh"), 600).tolist()})
    assert calibrated(current, baseline) == calibrated(current, baseline)


def test_the_rule_that_is_chosen_decides_and_strict_is_the_services() -> None:
    current, baseline = profile({"x": normal(1000, 1, shift=0.25)}), profile({"x": normal(10_000, 2)})
    assert judge(current, baseline, Comparison(), "calibrated")[0].verdict == "drifted"
    assert judge(current, baseline, Comparison(), "model-monitor")[0].verdict == "ok"
    assert judge(current, baseline, Comparison(strict=True), "calibrated")[0].verdict == "ok"


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("rule", RULES)
def test_both_rules_at_once_say_what_each_says_by_itself(rule: Rule, strict: bool) -> None:
    current = profile({"x": normal(1000, 1, shift=0.25), "b": ["True", "False"] * 500, "y": ["1.0"] * 1000})
    baseline = profile({"x": normal(9000, 2), "b": ["true", "false"] * 4500, "z": ["2.0"] * 9000})
    asked = (current, baseline, Comparison(strict=strict))
    service, chosen = judge_twice(*asked, rule)
    assert service == judge(*asked, "model-monitor")
    assert chosen == judge(*asked, rule)


def test_model_monitors_rule_promises_nothing() -> None:
    table = table_verdict(compare(profile({"x": numbers(50)}), profile({"x": numbers(50)})), "model-monitor")
    assert table.expected_false_alarms is None
    assert "no false-alarm rate" in str(table)
