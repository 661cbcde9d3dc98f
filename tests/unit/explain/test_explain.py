from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from drift_engine.checks import suggest
from drift_engine.errors import ArgumentError
from drift_engine.explain import (
    Explanation,
    category_parts,
    explain,
    explanation_document,
    explanation_text,
    flips,
    number_parts,
)
from drift_engine.explain.interval import category_interval, number_interval
from drift_engine.states import Profile
from drift_engine.states.kll import KllSketch
from drift_engine.verdicts import FeatureVerdict, Rule
from drift_engine.verdicts.verdict import Outcome
from tests.tables import numbers, profile


def _explained(name: str, current: Profile, baseline: Profile, rule: Rule = "model-monitor") -> Explanation:
    return explain(name, current, baseline, suggest(baseline), rule)


def test_the_parts_that_moved_are_named_and_carry_all_of_the_movement() -> None:
    baseline = KllSketch.of(np.arange(1000.0))
    moved = np.arange(1000.0)
    moved[:200] = 950.5
    parts = number_parts(KllSketch.of(moved), baseline)
    assert math.isclose(sum(part.carries for part in parts), 1.0)
    heaviest = max(parts, key=lambda part: part.carries)
    assert (heaviest.low, heaviest.high) == (899.0, None)
    assert math.isclose(heaviest.difference, 0.2, abs_tol=0.002)
    assert math.isclose(heaviest.carries, 0.5, abs_tol=0.01)


def test_each_of_few_values_is_a_part() -> None:
    parts = number_parts(KllSketch.of([1.0, 1, 2, 3]), KllSketch.of([1.0, 2, 2, 3]))
    assert [part.name for part in parts] == ["1", "2", "3"]
    assert [part.carries for part in parts] == [0.5, 0.5, 0.0]


def test_equal_samples_have_parts_that_carry_nothing() -> None:
    sketch = KllSketch.of(np.arange(100.0))
    assert {part.carries for part in number_parts(sketch, sketch)} == {0.0}
    assert {part.carries for part in category_parts({"a": 3}, {"a": 5})} == {0.0}


def test_nothing_against_something_has_no_parts_and_no_gap() -> None:
    assert number_parts(KllSketch(), KllSketch.of([1.0])) == ()
    assert category_parts({}, {"a": 1}) == ()
    assert number_interval(KllSketch(), KllSketch.of([1.0])) is None
    assert category_interval({"a": 1}, {}) is None


def test_the_category_that_moved_farthest_comes_first_and_the_rest_is_summed() -> None:
    baseline = {f"c{number:02}": 10 for number in range(20)}
    current = {**baseline, "c07": 110, "new": 50}
    parts = category_parts(current, baseline)
    assert parts[0].category == "c07"
    assert parts[-1].name == "9 other categories"
    assert math.isclose(sum(part.carries for part in parts), 1.0)
    assert math.isclose(sum(part.current for part in parts), 1.0)


def test_the_interval_of_the_gap_holds_the_truth_at_least_as_often_as_it_says() -> None:
    random = np.random.default_rng(7)
    truth = 2.0 * 0.5987063 - 1.0  # normal columns that are half a standard deviation apart: 2 Phi(1/4) - 1
    held = 0
    for _ in range(200):
        mine, theirs = random.normal(0.5, 1.0, 300), random.normal(0.0, 1.0, 900)
        found = number_interval(KllSketch.of(mine), KllSketch.of(theirs))
        assert found is not None
        held += found.low <= truth <= found.high
    assert held >= 190


def test_the_gap_of_categories_is_the_largest_difference_of_shares() -> None:
    found = category_interval({"a": 900, "b": 100}, {"a": 500, "b": 500})
    assert found is not None
    assert (found.at, found.n, found.m) == ("a", 1000, 1000)
    assert math.isclose(found.size, 0.4)
    assert found.low < 0.4 < found.high


def test_the_threshold_that_flips_a_drifted_feature_is_its_distance() -> None:
    verdict = FeatureVerdict("x", "Integral", "numerical", "robust", 0.2, 0.1, "drifted")
    (flip,) = flips(verdict)
    assert (flip.setting, flip.value, flip.becomes) == ("threshold", 0.2, "ok")
    assert str(flip) == "threshold at or above 0.2: ok"


def test_an_untouched_feature_has_no_threshold_that_flips_it() -> None:
    assert flips(FeatureVerdict("x", "Integral", "numerical", "robust", 0.0, 0.1, "ok")) == ()
    assert flips(FeatureVerdict("x", "Integral")) == ()


def _tested(adjusted: float, effect: float, says: Literal["ok", "drifted"]) -> FeatureVerdict:
    test = Outcome("distribution", adjusted, adjusted, effect, 0.02, (effect, effect), says)
    verdict = FeatureVerdict("x", "Integral", "numerical", "robust", 0.1, 0.1, says)
    return replace(verdict, p_value=adjusted, tests=(test,))


def test_no_alpha_below_one_flips_a_feature_that_is_not_significant_at_all() -> None:
    assert flips(_tested(1.0, 0.3, "ok")) == ()


def test_a_calibrated_verdict_flips_with_alpha_or_the_effect_floor() -> None:
    assert [flip.setting for flip in flips(_tested(0.001, 0.3, "drifted"))] == ["alpha", "effect_floor"]
    assert [flip.setting for flip in flips(_tested(0.0, 0.3, "drifted"))] == ["effect_floor"]
    (floor,) = flips(_tested(0.001, 0.01, "ok"))
    assert (floor.setting, floor.value, floor.becomes) == ("effect_floor", 0.01, "drifted")
    (alpha,) = flips(_tested(0.2, 0.3, "ok"))
    assert (alpha.setting, alpha.value, alpha.when) == ("alpha", 0.2, "at or above")


def test_a_drifted_feature_is_explained_in_text_and_as_json() -> None:
    baseline = profile({"x": numbers(1000), "city": ["a", "b"] * 500})
    current = profile({"x": numbers(1000, start=500), "city": ["a", "c"] * 500})
    explained = _explained("x", current, baseline)
    text = explanation_text(explained)
    assert explained.verdict.verdict == "drifted"
    for said in ("D = max over x", "n = 1,000", "m = 1,000", "carries", "flip", "missing cells"):
        assert said in text
    document = json.loads(json.dumps(explanation_document(explained), allow_nan=False))
    assert math.isclose(document["gap"]["size"], 0.5)
    assert document["flips"]
    assert "city" not in text


def test_a_column_that_the_data_lacks_is_explained_by_its_absence() -> None:
    explained = _explained("x", profile({"y": numbers(20)}), profile({"x": numbers(20)}))
    assert "no such column" in explanation_text(explained)
    assert explained.gap is None
    assert explained.flips == ()


def test_a_feature_that_the_baseline_lacks_is_an_error_that_names_those_it_has() -> None:
    table = profile({"age": numbers(20)})
    with pytest.raises(ArgumentError, match=r"agee: the baseline has no such feature; it has age"):
        _explained("agee", table, table)


def test_by_default_the_calibrated_rule_decides_and_its_settings_flip() -> None:
    baseline, current = profile({"x": numbers(1000)}), profile({"x": numbers(1000, start=500)})
    explained = _explained("x", current, baseline, "calibrated")
    assert explained.verdict == explained.tested
    assert [flip.setting for flip in explained.flips] == ["alpha", "effect_floor"]


def test_what_drifted_by_its_missing_cells_alone_says_so() -> None:
    baseline = profile({"age": numbers(1000)})
    current = profile({"age": [None if index % 4 == 0 else str(index) for index in range(1000)]})
    text = explanation_text(_explained("age", current, baseline, "calibrated"))
    assert text.startswith("age (Integral): drifted. missing cells 0% → 25%\n\nthe distance\n")
    assert "p in this table 1: ok" in text
