"""Files in the shapes that the service's containers of 2019 to 2026 write, and one that it wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from drift_engine.checks import suggest
from drift_engine.monitor_files import (
    constraints_json,
    read_constraints,
    read_statistics,
    read_violations,
    statistics_json,
    violations_json,
)
from drift_engine.verdicts import compare

SHAPES = Path(__file__).parent / "monitor_files" / "shapes"
CHURN = Path(__file__).parents[3] / "shared" / "reference" / "model_monitor_churn" / "statistics.json"


def again(path: Path) -> str:
    """The file's text, read and written."""
    kinds: dict[str, Callable[[Path], str]] = {
        "statistics": lambda path: statistics_json(read_statistics(path)),
        "constraints": lambda path: constraints_json(read_constraints(path)),
        "constraint_violations": lambda path: violations_json(read_violations(path)),
    }
    return kinds[path.name.split(".")[0]](path)


@pytest.mark.parametrize("path", sorted(SHAPES.iterdir()), ids=lambda path: path.name)
def test_a_file_of_any_year_read_and_written_is_equal_as_json(path: Path) -> None:
    assert json.loads(again(path)) == json.loads(path.read_text())


def test_a_file_of_2026_compares_with_one_of_2020() -> None:
    current, baseline = (read_statistics(SHAPES / f"statistics.{year}.json") for year in (2026, 2020))
    verdicts = {each.name: (each.verdict, each.distance) for each in compare(current, baseline)}
    assert verdicts["n"] == ("ok", 0.0)
    assert verdicts["low"] == ("ok", 0.0)
    assert verdicts["f"] == ("not comparable", None)


def test_the_services_file_for_churn_is_read_whole_and_written_equal_as_json() -> None:
    if not CHURN.exists():
        pytest.skip("the service's own file is third-party data and not part of the repository")
    found = read_statistics(CHURN)
    assert json.loads(statistics_json(found)) == json.loads(CHURN.read_text())
    assert all(verdict.distance == 0.0 for verdict in compare(found, found))
    assert all(constraint.completeness == 1.0 for constraint in suggest(found).features)
