from __future__ import annotations

import dataclasses
import math
import re

import pytest

from drift_engine.checks import Finding
from drift_engine.report import PastRun, Report
from drift_engine.report.facts import facts, further
from drift_engine.report.findings import sentence
from drift_engine.report.formula import formula
from drift_engine.report.sentences import moved, since, summary, warnings
from drift_engine.report.shapes import shape
from drift_engine.states import Profile
from drift_engine.verdicts import FeatureVerdict, compare
from drift_engine.verdicts.config import Comparison, DriftConfig
from tests.tables import Columns, numbers
from tests.unit.report.reports import drifted, report


def test_the_summary_says_how_many_which_farthest_and_what_was_not_compared() -> None:
    said = "2 of 7 features drifted; amount moved farthest (0.820, threshold 0.100); 4 not comparable"
    assert summary(drifted()) == said


def test_where_tests_decide_the_summary_names_the_largest_effect_not_the_largest_distance() -> None:
    baseline: Columns = {"flag": ["0", "1"] * 500, "day": ["mo", "tu"] * 500, "amount": numbers(1000)}
    current: Columns = {"flag": ["0"] * 1000, "day": ["we", "th"] * 500, "amount": numbers(1000, start=300)}
    said = "3 of 3 features drifted; day moved farthest (100% of the rows)"
    assert summary(report(baseline, current, rule="calibrated")) == said


def test_the_summary_says_so_where_missing_cells_moved_farthest() -> None:
    full, holes = ["1", "2"] * 500, ["1", "2", None, None] * 250
    said = summary(report({"amount": full}, {"amount": holes}, rule="calibrated"))
    assert said == "1 of 1 feature drifted; amount moved farthest (missing cells by 50%)"


def test_a_quiet_summary_says_what_came_closest() -> None:
    still = {"y": numbers(1000)}
    quiet = report({"x": numbers(1000), **still}, {"x": numbers(1000, start=130), **still})
    assert summary(quiet) == "None of 2 features drifted; x came closest (0.050, threshold 0.100)"


def test_an_empty_table_has_a_summary() -> None:
    assert summary(Report((), (), Profile(0, ()), None)) == "None of 0 features drifted"


def test_features_say_where_they_moved() -> None:
    subject = drifted()
    said = {verdict.name: moved(shape(*subject.sides(verdict.name))) for verdict in subject.verdicts}
    assert said["amount"] == "≤ 899: 90% → 0%"
    assert said["colour"] == "new: green 50%"
    assert said["steady"] == "no difference"
    assert said["gone"] == said["empty"] == said["words"] == ""


def test_the_blindness_of_robust_is_said() -> None:
    subject = report({"flag": ["0", "1"] * 500}, {"flag": ["0", "1", "1", "1"] * 250})
    (verdict,) = subject.verdicts
    assert verdict.verdict == "ok"
    (said,) = warnings(verdict, shape(*subject.sides("flag")))
    assert said.startswith("25% of the rows moved across 0, which the method robust does not see")


def test_a_quiet_feature_has_no_warning() -> None:
    subject = drifted()
    steady = next(verdict for verdict in subject.verdicts if verdict.name == "steady")
    assert warnings(steady, shape(*subject.sides("steady"))) == ()


@pytest.mark.parametrize("method", ["Robust", "Simple"])
@pytest.mark.parametrize("column", ["amount", "colour"])
def test_the_formula_s_numbers_give_the_distance(method: str, column: str) -> None:
    subject = drifted()
    assert subject.baseline is not None
    comparison = Comparison(DriftConfig(method=method))  # type: ignore[arg-type]
    verdict = next(
        each for each in compare(subject.current, subject.baseline, comparison) if each.name == column
    )
    lines = formula(verdict, shape(*subject.sides(column)))
    gap = float(re.findall(r"= (\d\.\d+) ", lines[1] + " ")[-1])
    if method == "Robust":
        n, m = (float(text.replace(",", "")) for text in re.findall(r"[nm] = ([\d,]+)", lines[2]))
        allowed = 1.8 * math.sqrt((n + m) / (n * m))
        assert f"= {allowed:.4f}   with" in lines[2]
        gap = max(0.0, gap - allowed)
    assert gap == pytest.approx(verdict.distance, abs=1e-4)
    assert lines[-1].endswith("> threshold 0.1: drifted")


def test_kolmogorov_smirnov_has_the_gap_of_the_rows_with_ties() -> None:
    subject = report({"flag": ["0", "1"] * 500}, {"flag": ["0", "1", "1", "1"] * 250})
    verdict = dataclasses.replace(subject.verdicts[0], method="kolmogorov_smirnov", distance=0.25)
    lines = formula(verdict, shape(*subject.sides("flag")))
    assert lines[:2] == (
        "D = max over x of |F(batch) - F(baseline)|",
        "  = |0.2500 - 0.5000| = 0.2500   at x = 0",
    )


def test_a_method_without_a_formula_of_its_own_is_described() -> None:
    verdict = FeatureVerdict("x", "String", "categorical", "chi_squared_statistic", 12.0, 0.1, "drifted")
    assert formula(verdict, None) == (
        "chi_squared_statistic: Chi-squared statistic of the known categories; new categories are ignored.",
        "distance = 12",
        "12 > threshold 0.1: drifted",
    )
    unknown = dataclasses.replace(verdict, method="tomorrow's")
    assert formula(unknown, None)[0] == "tomorrow's"


def test_facts_stand_side_by_side() -> None:
    subject = drifted()
    sides = subject.sides("amount")
    found = {name: (old, new) for name, old, new in facts(*sides, shape(*sides))}
    assert found["cells"] == ("1,000", "1,000")
    assert found["min"] == ("0", "900")
    assert found["median"] == ("499", "1,399")
    gone = {name: (old, new) for name, old, new in facts(*subject.sides("gone"), None)}
    assert gone["type"] == ("Integral", "")


def test_fields_that_verdicts_get_later_are_shown() -> None:
    later = dataclasses.make_dataclass(
        "Later",
        [("p_value", float), ("interval", tuple), ("note", str), ("found", bool)],
        bases=(FeatureVerdict,),
        frozen=True,
        kw_only=True,
    )
    verdict = later(
        name="x", inferred_type="String", p_value=0.0123, interval=(0.1, 0.25), note="", found=True
    )
    assert further(verdict) == (("p value", "0.0123"), ("interval", "0.1 to 0.25"), ("found", "yes"))


def test_since_when_a_feature_has_been_drifted_is_said() -> None:
    bad = FeatureVerdict("x", "Integral", "numerical", "robust", 0.5, 0.1, "drifted")
    good = dataclasses.replace(bad, verdict="ok", distance=0.01)
    verdicts = {1: bad, 2: good, 3: bad, 4: bad}
    runs = [PastRun(f"2026-0{month}", {"x": each}) for month, each in verdicts.items()]
    assert since("x", bad, tuple(runs)) == "drifted since 2026-03 (3 runs)"
    assert since("x", bad, tuple(runs[:2])) == "new in this run"
    assert since("x", bad, ()) == since("x", good, tuple(runs)) == ""


def test_every_check_has_a_sentence_with_its_numbers() -> None:
    said = {finding.check: sentence(finding) for finding in drifted().findings}
    assert said["missing_column_check"] == "6 columns, the baseline has 7: gone"
    assert said["completeness_check"] == "0% of the cells are present, the baseline's share is 100%"
    assert said["baseline_drift_check"].startswith("distance 0.")
    assert "categories that the baseline knows" in said["categorical_values_check"]
    assert said["data_type_check"] == (
        "0% of the present cells are Integral, expected are 100% (1,000 cells are no numbers)"
    )


def test_a_check_that_is_new_has_a_sentence_too() -> None:
    finding = Finding("x", "tomorrows_check", 3.0, 2.0, note="so it is")  # type: ignore[arg-type]
    assert sentence(finding) == "measured 3, allowed 2 (so it is)"
