"""Columns on which Model Monitor's analyzer is blind, or nearly: each has an outcome in docs/formats.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from drift_engine import CheckResult, check, make_baseline
from tests.tables import Columns, numbers, write_csv

ROWS = 1000
OTHER = numbers(ROWS)


def checked(tmp_path: Path, current: list[str | None], baseline: list[str | None]) -> CheckResult:
    """The check of one column `x`, with another one beside it that stays as it is."""
    paths = []
    for name, cells in (("current", current), ("baseline", baseline)):
        columns: Columns = {"x": cells, "other": OTHER[: len(cells)]}
        paths.append(write_csv(tmp_path / f"{name}.csv", columns))
    return check(paths[0], make_baseline(paths[1]))


def found(result: CheckResult) -> set[str]:
    return {finding.check for finding in result.findings if finding.feature_name == "x"}


def verdict(result: CheckResult) -> str:
    return next(each.verdict for each in result.features if each.name == "x")


def test_a_constant_column_is_ok_and_another_constant_has_drifted(tmp_path: Path) -> None:
    same = checked(tmp_path, ["5"] * ROWS, ["5"] * ROWS)
    assert (found(same), verdict(same)) == (set(), "ok")
    assert same.profile.features[0].numerical is not None
    assert same.profile.features[0].numerical.std_dev == 0.0
    assert verdict(checked(tmp_path, ["6"] * ROWS, ["5"] * ROWS)) == "drifted"


def test_a_column_that_became_empty_is_a_completeness_finding(tmp_path: Path) -> None:
    result = checked(tmp_path, [None] * ROWS, list(numbers(ROWS)))
    assert found(result) == {"completeness_check"}
    assert result.profile.features[0].inferred_type == "Unknown"


def test_a_column_without_a_value_on_either_side_has_no_finding(tmp_path: Path) -> None:
    result = checked(tmp_path, [None] * ROWS, [None] * ROWS)
    assert (found(result), verdict(result)) == (set(), "not comparable")


def test_dates_are_texts_with_the_services_findings_and_new_ones_not_tested(tmp_path: Path) -> None:
    days: list[str | None] = ["2013-01-01", "2013-01-02"] * (ROWS // 2)
    result = checked(tmp_path, days, days)
    assert result.profile.features[0].inferred_type == "String"
    assert (found(result), verdict(result)) == (set(), "ok")
    later: list[str | None] = ["2013-02-01", "2013-01-02"] * (ROWS // 2)
    result = checked(tmp_path, later, days)
    assert found(result) == {"categorical_values_check", "baseline_drift_check"}
    assert (verdict(result), result.alarm) == ("not comparable", False)


@pytest.mark.parametrize("spelling", [("true", "false"), ("True", "False")])
def test_booleans_are_texts_whose_shares_are_compared(tmp_path: Path, spelling: tuple[str, str]) -> None:
    yes, no = spelling
    half: list[str | None] = [yes, no] * (ROWS // 2)
    assert (found(checked(tmp_path, half, half)), verdict(checked(tmp_path, half, half))) == (set(), "ok")
    result = checked(tmp_path, [yes] * ROWS, half)
    assert (found(result), verdict(result)) == ({"baseline_drift_check"}, "drifted")


def test_integers_beyond_53_bits_are_compared(tmp_path: Path) -> None:
    large: list[str | None] = list(numbers(ROWS, start=1 << 60, step=1 << 20))
    result = checked(tmp_path, large, large)
    assert result.profile.features[0].inferred_type == "Integral"
    assert (found(result), verdict(result)) == (set(), "ok")
    moved: list[str | None] = list(numbers(ROWS, start=(1 << 60) + (900 << 20), step=1 << 20))
    assert verdict(checked(tmp_path, moved, large)) == "drifted"


def test_integers_beyond_63_bits_are_a_type_finding(tmp_path: Path) -> None:
    beyond: list[str | None] = list(numbers(ROWS, start=1 << 63))
    result = checked(tmp_path, beyond, list(numbers(ROWS)))
    assert found(result) == {"data_type_check"}
    assert next(each.not_numeric for each in result.findings if each.feature_name == "x") == ROWS
