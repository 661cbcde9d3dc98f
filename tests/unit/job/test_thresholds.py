"""The stage's `thresholds.json`, obeyed by the job."""

from __future__ import annotations

import json
from typing import Any

import pytest

from drift_engine.errors import ThresholdsError
from tests.tables import numbers, write_csv
from tests.unit.job.conftest import Container

TRAIN = {"x": numbers(1000), "y": numbers(1000), "z": numbers(1000)}
MOVED = {"x": numbers(1000, start=300), "y": numbers(1000, start=200), "z": numbers(1000, start=100)}
PLACE = "/opt/ml/processing/thresholds/thresholds.json"


@pytest.fixture
def moved(container: Container) -> Container:
    write_csv(container.source / "data.csv", TRAIN)
    container.run()
    container.keep_as_baseline()
    write_csv(container.source / "data.csv", MOVED)
    return container


def _wishes(container: Container, features: dict[str, Any]) -> None:
    path = container.root / PLACE[1:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"version": 1, "features": features}), encoding="utf-8")


def test_the_job_ignores_measures_and_floors_as_the_file_says(moved: Container) -> None:
    _wishes(
        moved,
        {
            "x": {"ignore_until": "2026-12-01", "reason": "new supplier"},
            "y": {"method": "kolmogorov_smirnov", "threshold": 0.15},
            "z": {"effect_floor": 0.12},
        },
    )
    moved.run(drift_thresholds=PLACE, html_report="Enabled")
    told = json.loads((moved.output / "verdicts.json").read_text())["features"]
    said = {each["name"]: (each["verdict"], each["reason"]) for each in told}
    assert said == {
        "x": ("not checked", "ignored until 2026-12-01: new supplier"),
        "y": ("drifted", "0.2 by kolmogorov_smirnov is above its own threshold 0.15"),
        "z": ("ok", "effect 0.1 is not above its own floor 0.12"),
    }
    violations = json.loads((moved.output / "constraint_violations.json").read_text())["violations"]
    assert [each["feature_name"] for each in violations] == ["y"]
    assert "exceeds threshold: 0.15" in violations[0]["description"]
    assert "thresholds: x: not checked: ignored until 2026-12-01: new supplier\n" in moved.log
    page = (moved.output / "report.html").read_text(encoding="utf-8")
    assert "ignored until 2026-12-01: new supplier" in page
    assert "Own thresholds" in page


def test_ignoring_ends_on_its_day_without_a_new_deployment(moved: Container) -> None:
    _wishes(moved, {"x": {"ignore_until": "2026-11-23", "reason": "new supplier"}})
    moved.run(drift_thresholds=PLACE, html_report="Enabled")
    told = json.loads((moved.output / "verdicts.json").read_text())["features"]
    assert {each["name"]: each["verdict"] for each in told}["x"] == "drifted"


def test_a_file_that_does_not_fit_the_baseline_fails_the_job(moved: Container) -> None:
    _wishes(moved, {"q": {"threshold": 1}, "x": {"importance": "huge"}})
    with pytest.raises(ThresholdsError):
        moved.run(drift_thresholds=PLACE)
    assert "features.q: the baseline has no such feature; features.x.importance: expected" in moved.message


def test_no_name_acts_on_who_reads_the_log(container: Container) -> None:
    write_csv(container.source / "data.csv", {"x\x1b[2J": numbers(100)})
    container.run()
    container.keep_as_baseline()
    _wishes(container, {"x\x1b[2J": {"importance": "low"}})
    container.run(drift_thresholds=PLACE)
    assert "thresholds: x\\x1b[2J: " in container.log
