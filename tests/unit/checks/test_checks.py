from __future__ import annotations

import dataclasses

import pytest

from drift_engine.checks import CHECKS, Evidence, FeatureConstraints, Finding, Monitoring, evaluate, suggest
from tests.tables import Columns, numbers, profile


def findings(
    current: Columns, baseline: Columns, *, strict: bool = False, named: bool = True, **monitoring: object
) -> list[Finding]:
    old = profile(baseline)
    constraints = suggest(old, Monitoring(**monitoring))  # type: ignore[arg-type]
    return list(evaluate(Evidence.of(profile(current), old, constraints, strict=strict, named=named)))


def found(current: Columns, baseline: Columns, **options: bool) -> list[tuple[str, str]]:
    return [(each.check, each.feature_name) for each in findings(current, baseline, **options)]


def test_data_checked_against_itself_has_no_finding() -> None:
    texts = ["a", "7", None, "true"] * 25
    columns: Columns = {"x": numbers(100), "f": ["1", "2.5", None, "3e1"] * 25, "c": texts}
    assert findings(columns, columns) == []


def test_every_check_is_described() -> None:
    for name, check in CHECKS.items():
        assert check.name == name
        assert check.summary
        assert check.source


def test_a_bad_cell_is_a_type_finding_with_its_share() -> None:
    (finding,) = findings({"x": [*numbers(999), "oops"]}, {"x": numbers(1000)})
    assert finding.check == "data_type_check"
    assert (finding.value, finding.threshold) == (0.999, 1.0)
    assert (finding.expected_type, finding.not_numeric) == ("Integral", 1)


def test_missing_cells_are_no_type_finding() -> None:
    assert ("data_type_check", "x") not in found({"x": ["1", None, None, None]}, {"x": numbers(4)})


def test_an_integer_is_a_fraction_but_not_in_strict_mode() -> None:
    current, baseline = {"x": ["1", "2", "3.5"]}, {"x": ["1.5", "2.5", "3.5"]}
    assert found(current, baseline) == []
    (finding,) = findings(current, baseline, strict=True)
    assert finding.check == "data_type_check"
    assert finding.value == pytest.approx(1 / 3)


def test_a_fraction_is_no_integer() -> None:
    (finding,) = findings({"x": ["1", "2.5"]}, {"x": ["1", "2"]})
    assert (finding.check, finding.value, finding.not_numeric) == ("data_type_check", 0.5, 0)


def test_a_number_among_texts_is_a_text_but_not_in_strict_mode() -> None:
    current = {"c": ["a", "7"] * 5}
    assert found(current, current) == []
    assert found(current, current, strict=True) == [("data_type_check", "c")]


def test_a_text_column_that_turned_into_numbers_is_a_type_finding() -> None:
    finding = findings({"c": numbers(9)}, {"c": ["a"] * 9})[0]
    assert (finding.check, finding.value, finding.expected_type) == ("data_type_check", 0.0, "String")


def test_numbers_alone_are_no_finding_where_the_baseline_was_numbers_but_for_a_few_cells() -> None:
    baseline = {"x": [*numbers(990), *["n/a"] * 10]}
    assert found({"x": numbers(990)}, baseline) == []
    assert ("data_type_check", "x") in found({"x": numbers(990)}, baseline, strict=True)


def test_the_type_threshold_is_obeyed() -> None:
    current, baseline = {"x": [*numbers(999), "oops"]}, {"x": numbers(1000)}
    assert findings(current, baseline, datatype_check_threshold=0.99) == []


def test_more_missing_cells_than_in_the_baseline_are_a_finding() -> None:
    baseline = {"x": ["1", "2", "3", None]}
    (finding,) = findings({"x": ["1", "2", None, None]}, baseline)
    assert (finding.check, finding.value, finding.threshold) == ("completeness_check", 0.5, 0.75)
    assert findings({"x": ["1", "2", "3", None]}, baseline) == []
    assert findings({"x": ["1", "2", "3", "1"]}, baseline) == []


def test_a_column_that_lost_all_its_values_is_incomplete() -> None:
    assert found({"x": [None] * 4}, {"x": numbers(4)}) == [("completeness_check", "x")]


def test_a_new_category_is_a_finding_with_the_share_of_known_ones() -> None:
    baseline = {"c": ["a"] * 500 + ["b"] * 500}
    (finding,) = findings({"c": ["a"] * 500 + ["b"] * 490 + ["new"] * 10}, baseline)
    assert (finding.check, finding.value) == ("categorical_values_check", 0.99)
    current = {"c": ["a"] * 500 + ["b"] * 490 + ["new"] * 10}
    assert findings(current, baseline, domain_content_threshold=0.98) == []


def test_a_lost_category_alone_is_no_categorical_finding() -> None:
    assert "categorical_values_check" not in dict(found({"c": ["a"] * 9}, {"c": ["a", "b"] * 9}))


def test_a_column_that_exploded_into_distinct_texts_is_a_finding_but_not_in_strict_mode() -> None:
    current, baseline = {"c": [f"id{n}" for n in range(1000)]}, {"c": ["a"] * 1000}
    (finding,) = findings(current, baseline)
    assert finding.check == "categorical_values_check"
    assert 0 < finding.value < 0.01
    assert "distinct texts" in finding.note
    assert findings(current, baseline, strict=True) == []


def test_drift_is_a_finding_with_distance_and_threshold() -> None:
    (finding,) = findings({"x": numbers(1000, start=900)}, {"x": numbers(1000)}, comparison_threshold=0.2)
    assert (finding.check, finding.threshold) == ("baseline_drift_check", 0.2)
    assert finding.value > 0.8


def test_a_drifted_column_with_a_bad_cell_has_both_findings() -> None:
    current = {"x": [*numbers(999, start=900), "oops"]}
    assert found(current, {"x": numbers(1000)}) == [("data_type_check", "x"), ("baseline_drift_check", "x")]
    drift = findings(current, {"x": numbers(1000)})[1]
    assert drift.not_numeric == 1


def test_missing_and_extra_columns_are_told_by_name() -> None:
    missing, extra = findings({"a": ["1"], "z": ["1"]}, {"a": ["1"], "b": ["1"]})
    assert (missing.check, missing.feature_name, missing.columns) == (
        "missing_column_check",
        "Missing columns",
        ("b",),
    )
    assert (extra.check, extra.feature_name, extra.columns) == ("extra_column_check", "Extra columns", ("z",))
    assert (missing.value, missing.threshold) == (2, 2)


def test_the_order_of_columns_does_not_matter() -> None:
    baseline = {"a": numbers(1000), "b": numbers(1000, start=5000)}
    assert findings(dict(reversed(baseline.items())), baseline) == []


def test_other_columns_are_still_checked_where_one_is_missing() -> None:
    baseline = {"a": numbers(1000), "b": numbers(1000)}
    assert found({"a": numbers(1000, start=900)}, baseline) == [
        ("missing_column_check", "Missing columns"),
        ("baseline_drift_check", "a"),
    ]


@pytest.mark.parametrize("options", [{"strict": True}, {"named": False}])
def test_counted_columns_end_the_search(options: dict[str, bool]) -> None:
    baseline = {"a": numbers(1000), "b": numbers(1000)}
    (finding,) = findings({"a": numbers(1000, start=900)}, baseline, **options)
    assert (finding.check, finding.value, finding.threshold) == ("missing_column_check", 1, 2)
    (finding,) = findings({**baseline, "c": numbers(1000)}, baseline, **options)
    assert (finding.check, finding.columns) == ("extra_column_check", ())


def test_nothing_is_found_where_constraints_are_not_evaluated() -> None:
    current = {"x": ["oops"], "z": ["1"]}
    assert findings(current, {"x": ["1"], "y": ["1"]}, evaluate_constraints=False) == []


def test_a_feature_can_be_switched_off_alone() -> None:
    old = profile({"x": numbers(1000), "y": numbers(1000)})
    constraints = suggest(old)
    off = [dataclasses.replace(constraints.features[0], overrides={"evaluate_constraints": False})]
    constraints = dataclasses.replace(constraints, features=(*off, constraints.features[1]))
    new = profile({"x": [*numbers(999, start=900), "oops"], "y": [*numbers(999), "oops"]})
    evidence = Evidence.of(new, old, constraints)
    assert [each.feature_name for each in evaluate(evidence)] == ["y"]


def test_drift_of_a_feature_can_have_its_own_threshold() -> None:
    old = profile({"x": numbers(1000)})
    constraints = suggest(old)
    own = dataclasses.replace(constraints.features[0], overrides={"comparison_threshold": 0.95})
    constraints = dataclasses.replace(constraints, features=(own,))
    assert evaluate(Evidence.of(profile({"x": numbers(1000, start=900)}), old, constraints)) == ()


def test_a_baseline_without_values_allows_everything() -> None:
    assert findings({"x": numbers(5)}, {"x": [None] * 5}) == []


def test_suggested_constraints_are_what_the_data_keeps() -> None:
    columns: Columns = {"i": ["1", "-2"], "f": ["1.5", None], "c": ["b", "a"], "u": [None, None]}
    by_name = {each.name: each for each in suggest(profile(columns)).features}
    types = {name: each.inferred_type for name, each in by_name.items()}
    assert types == {"i": "Integral", "f": "Fractional", "c": "String", "u": "Unknown"}
    assert by_name["i"].is_non_negative is False
    assert by_name["f"].is_non_negative is True
    assert by_name["f"].completeness == 0.5
    assert set(by_name["c"].domains or ()) == {"a", "b"}
    assert (by_name["u"].completeness, by_name["u"].domains) == (0.0, None)


def test_a_high_cardinality_column_has_no_domain() -> None:
    (feature,) = suggest(profile({"id": [f"id{n}" for n in range(1000)]})).features
    assert feature.domains is None


def test_a_feature_that_the_constraints_do_not_name_is_compared_with_the_defaults() -> None:
    old = profile({"x": numbers(1000), "y": numbers(1000)})
    constraints = dataclasses.replace(suggest(old), features=(FeatureConstraints("x", "Integral"),))
    new = profile({"x": numbers(1000), "y": numbers(1000, start=900)})
    drifted = [
        each.feature_name
        for each in evaluate(Evidence.of(new, old, constraints))
        if each.check == "baseline_drift_check"
    ]
    assert drifted == ["y"]


def test_a_fraction_without_decimals_is_an_integer_but_not_in_strict_mode() -> None:
    current, baseline = {"x": ["1", "2.0", "3e0", None]}, {"x": ["1", "2", "3", None]}
    assert found(current, baseline) == []
    (finding,) = findings(current, baseline, strict=True)
    assert finding.check == "data_type_check"


@pytest.mark.parametrize("cell", ["9223372036854775808", "1e999", "- 5", "1e19"])
def test_numeric_cells_without_a_number_are_a_finding_but_not_in_strict_mode(cell: str) -> None:
    current, baseline = {"x": [*numbers(99), cell]}, {"x": numbers(100)}
    (finding,) = findings(current, baseline)
    assert (finding.check, finding.value) == ("data_type_check", 0.99)
    assert finding.not_numeric == (0 if cell == "1e19" else 1)
    strictly = [each.check for each in findings(current, baseline, strict=True)]
    assert strictly == ([] if cell.isdigit() or cell == "- 5" else ["data_type_check"])


def test_a_column_of_integers_beyond_64_bits_is_a_finding_even_against_itself() -> None:
    columns: Columns = {"id": numbers(50, start=1 << 64)}
    (finding,) = findings(columns, columns)
    assert (finding.check, finding.value, finding.not_numeric) == ("data_type_check", 0.0, 50)


def test_a_features_own_threshold_holds_for_its_categories_before_the_files() -> None:
    old = profile({"c": ["a", "b"] * 500, "d": ["a", "b"] * 500})
    suggested = suggest(old, Monitoring(categorical_comparison_threshold=0.1))
    own = dataclasses.replace(suggested.features[0], overrides={"comparison_threshold": 0.9})
    constraints = dataclasses.replace(suggested, features=(own, suggested.features[1]))
    new = profile({"c": ["a", "a", "a", "b"] * 250, "d": ["a", "a", "a", "b"] * 250})
    drifted = [finding.feature_name for finding in evaluate(Evidence.of(new, old, constraints))]
    assert drifted == ["d"]
    assert constraints.comparison().of("c").categorical_threshold == 0.9
