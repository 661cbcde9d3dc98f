from __future__ import annotations

import dataclasses

import pytest

from drift_engine.distances import DISTANCES
from drift_engine.verdicts import Comparison, DriftConfig, FeatureVerdict, all_distances, compare, worst_first
from tests.tables import Columns, numbers, profile


def verdict_of(
    current: Columns, baseline: Columns, config: DriftConfig | None = None, strict: bool = False
) -> FeatureVerdict:
    (verdict,) = compare(
        profile(current), profile(baseline), Comparison(config or DriftConfig(), strict=strict)
    )
    return verdict


def test_a_shifted_numeric_column_has_drifted() -> None:
    verdict = verdict_of({"x": numbers(1000, start=900)}, {"x": numbers(1000)})
    assert (verdict.verdict, verdict.kind, verdict.method) == ("drifted", "numerical", "robust")
    assert verdict.distance == pytest.approx(0.9 - 1.8 * (2000 / 1_000_000) ** 0.5, abs=1e-9)
    assert verdict.threshold == 0.1


def test_a_column_is_ok_against_itself() -> None:
    verdict = verdict_of({"x": numbers(1000)}, {"x": numbers(1000)})
    assert (verdict.verdict, verdict.distance) == ("ok", 0.0)


def test_a_distance_equal_to_the_threshold_is_ok() -> None:
    config = DriftConfig(method="Simple", threshold=0.5)
    verdict = verdict_of({"x": numbers(10, start=5)}, {"x": numbers(10)}, config)
    assert (verdict.distance, verdict.verdict) == (0.5, "ok")


def test_the_simple_method_is_obeyed() -> None:
    verdict = verdict_of({"x": numbers(10, start=5)}, {"x": numbers(10)}, DriftConfig(method="Simple"))
    assert (verdict.method, verdict.distance) == ("simple", 0.5)


def test_categories_are_compared_with_their_own_threshold() -> None:
    current, baseline = {"c": ["a"] * 700 + ["b"] * 300}, {"c": ["a"] * 500 + ["b"] * 500}
    config = DriftConfig(method="Simple", categorical_threshold=0.3)
    verdict = verdict_of(current, baseline, config)
    assert (verdict.method, verdict.kind, verdict.verdict) == ("linf_simple", "categorical", "ok")
    assert verdict.distance == pytest.approx(0.2)


def test_one_bad_cell_does_not_blind_the_comparison() -> None:
    current = {"x": [*numbers(999, start=900), "oops"]}
    verdict = verdict_of(current, {"x": numbers(1000)})
    assert (verdict.verdict, verdict.not_numeric) == ("drifted", 1)
    assert verdict.reason == "1 of 1000 cells are not numbers"


def test_model_monitor_skips_a_numeric_column_with_a_bad_cell() -> None:
    current = {"x": [*numbers(999, start=900), "oops"]}
    verdict = verdict_of(current, {"x": numbers(1000)}, strict=True)
    assert (verdict.verdict, verdict.distance) == ("not comparable", None)
    assert "String" in verdict.reason


def test_a_column_of_mostly_texts_is_not_compared_as_numbers() -> None:
    current = {"x": [*numbers(10), *(f"text {n}" for n in range(990))]}
    assert verdict_of(current, {"x": numbers(1000)}).verdict == "not comparable"


def test_integers_are_compared_with_fractions_but_not_in_strict_mode() -> None:
    current, baseline = {"x": numbers(1000)}, {"x": [f"{n}.5" for n in range(1000)]}
    assert verdict_of(current, baseline).verdict == "ok"
    assert verdict_of(current, baseline, strict=True).verdict == "not comparable"


@pytest.mark.parametrize(
    ("current", "baseline", "reason"),
    [
        ({"x": [None] * 5}, {"x": numbers(5)}, "the current data has no value in this column"),
        ({"x": numbers(5)}, {"x": [None] * 5}, "the baseline has no value in this column"),
        ({"y": numbers(5)}, {"x": numbers(5)}, "the current data has no such column"),
        (
            {"x": ["a"] * 9},
            {"x": numbers(9)},
            "the type is Integral in the baseline and String in the current data",
        ),
        (
            {"x": [f"id{n}" for n in range(500)]},
            {"x": ["a"] * 9},
            "the current data has too many distinct texts in this column",
        ),
    ],
)
def test_what_cannot_be_compared_says_why(current: Columns, baseline: Columns, reason: str) -> None:
    verdict = verdict_of(current, baseline)
    assert (verdict.verdict, verdict.distance, verdict.reason) == ("not comparable", None, reason)


def test_a_comparison_that_is_switched_off_still_has_its_distance() -> None:
    config = DriftConfig(perform_comparison=False)
    verdict = verdict_of({"x": numbers(1000, start=900)}, {"x": numbers(1000)}, config)
    assert verdict.verdict == "not checked"
    assert verdict.distance is not None
    assert verdict.distance > 0.1


def test_a_feature_has_its_own_configuration() -> None:
    current, baseline = profile({"x": numbers(1000, start=300)}), profile({"x": numbers(1000)})
    comparison = Comparison(by_feature={"x": DriftConfig(threshold=0.5)})
    (verdict,) = compare(current, baseline, comparison)
    assert (verdict.verdict, verdict.threshold) == ("ok", 0.5)


def test_missing_cells_that_deequ_counts_as_a_category_are_left_out() -> None:
    current = profile({"c": ["a"] * 50 + [None] * 50})
    (feature,) = profile({"c": ["a"] * 50 + [None] * 50}).features
    assert feature.string is not None
    counted = dataclasses.replace(feature.string, categories={"a": 50, "NullValue": 50})
    baseline = dataclasses.replace(current, features=(dataclasses.replace(feature, string=counted),))
    (verdict,) = compare(current, baseline, Comparison(DriftConfig(method="Simple")))
    assert verdict.distance == 0.0


def test_a_text_that_happens_to_be_nullvalue_stays_a_category() -> None:
    current, baseline = {"c": ["a", "NullValue", None]}, {"c": ["a", "a", "a"]}
    assert verdict_of(current, baseline, DriftConfig(method="Simple")).distance == 0.5


CHI_SQUARED = DriftConfig(categorical_method="ChiSquared")


def test_chi_squared_turns_the_p_value_round_so_that_larger_is_worse() -> None:
    baseline = {"c": ["a"] * 500 + ["b"] * 500}
    same = verdict_of(baseline, baseline, CHI_SQUARED)
    assert (same.distance, same.threshold, same.verdict) == (0.0, 0.9, "ok")
    other = verdict_of({"c": ["a"] * 700 + ["b"] * 300}, baseline, CHI_SQUARED)
    assert other.verdict == "drifted"
    assert other.distance == pytest.approx(1.0)


def test_chi_squared_overlooks_new_categories_only_in_strict_mode() -> None:
    baseline = {"c": ["a"] * 50 + ["b"] * 50}
    current = {"c": ["a"] * 50 + ["b"] * 50 + ["new"] * 100}
    verdict = verdict_of(current, baseline, CHI_SQUARED)
    assert (verdict.verdict, verdict.distance) == ("drifted", 1.0)
    assert verdict.reason == "100 cells are of categories that the baseline doesn't know"
    assert verdict_of(current, baseline, CHI_SQUARED, strict=True).verdict == "ok"


def test_the_simple_chi_squared_is_the_statistic() -> None:
    config = DriftConfig(method="Simple", categorical_method="ChiSquared", categorical_threshold=100.0)
    verdict = verdict_of({"c": ["a"] * 700 + ["b"] * 300}, {"c": ["a"] * 500 + ["b"] * 500}, config)
    assert verdict.verdict == "drifted"
    assert verdict.distance == pytest.approx(160.0)


def test_the_worst_come_first() -> None:
    baseline = {"far": numbers(1000), "near": numbers(1000), "same": numbers(1000), "gone": numbers(1000)}
    current = {"same": numbers(1000), "near": numbers(1000, start=300), "far": numbers(1000, start=900)}
    found = worst_first(compare(profile(current), profile(baseline)))
    assert [verdict.name for verdict in found] == ["far", "near", "same", "gone"]


def test_all_distances_are_those_of_the_table_that_fit() -> None:
    columns: Columns = {"x": numbers(500), "c": ["a", "b"] * 250, "id": [f"id{n}" for n in range(500)]}
    table = profile(columns)
    found = {each.verdict.name: set(each.distances) for each in all_distances(table, table)}
    assert found["id"] == set()
    assert found["x"] == {row.name for row in DISTANCES.values() if row.kind == "numerical"}
    assert found["c"] == {row.name for row in DISTANCES.values() if row.kind == "categorical"}
