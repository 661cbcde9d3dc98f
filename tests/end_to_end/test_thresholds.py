"""A thresholds file beside the stage, from the checkout to the metric, the report and the alarm."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

import deploy
from tests.end_to_end.conftest import TAXIS

REASON = "the taximeters were changed"


def with_thresholds(folder: Path, features: Mapping[str, object]) -> list[str]:
    """The command line for the taxis with a thresholds file beside their stage."""
    project = folder / "taxis"
    shutil.copytree(TAXIS, project, ignore=shutil.ignore_patterns("__pycache__"))
    document = {"version": 1, "features": features}
    (project / "stages" / "staging.thresholds.json").write_text(json.dumps(document), encoding="utf-8")
    command = ["--stage", "staging", "--local", "--json"]
    return [*command, "--project", str(project), "--out", str(folder / "out")]


def test_ignored_features_keep_their_metric_and_alarm_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ignored = {"ignore_until": "2099-01-01", "reason": REASON}
    argv = with_thresholds(tmp_path, {"miles": ignored, "prediction": ignored})
    assert deploy.main(argv, environment={}) == 0
    shown = capsys.readouterr()
    found = json.loads(shown.out)
    distances = {entry["name"]: entry["distance"] for entry in found["features"]}
    assert distances["miles"] > 0.1, "the metric stays the service's distance"
    assert [entry["name"] for entry in found["features"] if entry["drifted"]] == []
    states = {alarm["name"].rpartition("-")[2]: alarm["state"] for alarm in found["alarms"]}
    assert states["threshold"] == "OK"
    assert "miles" not in states, "the feature's own alarm looks at the distance alone"
    assert not found["retrain"]["started"]
    verdicts = next((tmp_path / "out").rglob("verdicts.json")).read_text(encoding="utf-8")
    report = next((tmp_path / "out").rglob("report.html")).read_text(encoding="utf-8")
    assert "not checked" in verdicts
    assert REASON in verdicts
    assert REASON in report


def test_another_method_with_its_own_threshold_decides(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    far = {"method": "wasserstein", "threshold": 50.0}
    argv = with_thresholds(tmp_path, {"miles": far, "prediction": far})
    assert deploy.main(argv, environment={}) == 0, capsys.readouterr().err
    found = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in found["features"] if entry["drifted"]] == []


def test_all_faults_of_the_file_are_told_and_nothing_is_deployed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = with_thresholds(
        tmp_path,
        {
            "mile": {"threshold": 0.1},
            "miles": {"method": "chebyshev", "threshold": 0.1},
            "tip": {"ignore_until": "2099-01-01"},
        },
    )
    assert deploy.main(argv, environment={}) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    for path in ("features.mile", "features.miles.method", "features.tip"):
        assert path in shown.err
    assert "staging.thresholds.json" in shown.err
