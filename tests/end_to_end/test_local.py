"""`--local`: the whole of it on this machine, the flights as `make demo` runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import deploy
from tests.end_to_end.conftest import ROOT, TAXIS
from tests.end_to_end.test_deploy import KEYS


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "deploy.py"), "--stage", "staging", "--local", "--out", str(folder)]
    return subprocess.run([*command, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_the_flights_of_july_have_drifted(tmp_path: Path) -> None:
    done = run(tmp_path, "--json")
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    assert list(found) == KEYS
    assert found["execution"]["status"] == "Succeeded"
    distances = {entry["name"]: entry["distance"] for entry in found["features"]}
    assert distances["dep_delay"] > 0.1
    assert distances["temp"] > 0.5
    assert found["features"][0]["drifted"]
    states = {alarm["name"].rpartition("-")[2]: alarm["state"] for alarm in found["alarms"]}
    assert states["threshold"] == "ALARM"
    assert found["retrain"]["started"]
    assert "Nothing to do." in done.stderr


def test_the_flights_held_out_have_not(tmp_path: Path) -> None:
    done = run(tmp_path, "--batch", "quiet", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [entry["name"] for entry in found["features"] if (entry["distance"] or 0) >= 0.01] == []
    assert not found["retrain"]["started"]


def test_the_six_parts_come_in_order_as_plain_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = deploy.main(
        ["--stage", "staging", "--local", "--project", str(TAXIS), "--out", str(tmp_path)], environment={}
    )
    shown = capsys.readouterr().out
    assert code == 1
    headings = [line for line in shown.splitlines() if line and not line.startswith(" ")]
    assert [heading.split()[0] for heading in headings] == [
        "Local",
        "Plan",
        "Apply",
        "Plan",
        "Run",
        "Features,",
        "Alarms",
        "Outputs",
    ]
    assert "\x1b" not in shown, "no colours where nobody sees them"
    assert "    + DriftAlarm (AWS::CloudWatch::Alarm)" in shown.splitlines()


def test_a_stage_that_fails_on_drift_fails_its_run_and_still_tells_what_drifted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stages = tmp_path / "project" / "stages"
    stages.mkdir(parents=True)
    overlay = json.loads((TAXIS / "stages" / "staging.json").read_text(encoding="utf-8"))
    (stages / "staging.json").write_text(
        json.dumps({**overlay, "drift": {"fail_on_drift": True}}), encoding="utf-8"
    )
    (stages.parent / "project.py").write_text(
        (TAXIS / "project.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    argv = [
        "--stage",
        "staging",
        "--local",
        "--json",
        "--project",
        str(stages.parent),
        "--out",
        str(tmp_path / "out"),
    ]
    assert deploy.main(argv, environment={}) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["execution"]["status"] == "Failed"
    assert [step["name"] for step in found["execution"]["steps"]][-1] == "FailOnDrift"
    assert any(entry["drifted"] for entry in found["features"])


def test_an_unknown_batch_names_the_known_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = [
        "--stage",
        "staging",
        "--local",
        "--project",
        str(TAXIS),
        "--out",
        str(tmp_path),
        "--batch",
        "noisy",
    ]
    assert deploy.main(argv, environment={}) == 2
    assert "known are drifted, quiet, empty, narrow" in capsys.readouterr().err


def test_a_project_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["--stage", "staging", "--local", "--project", str(tmp_path / "nowhere")]
    assert deploy.main(argv, environment={}) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("deploy.py: The local AWS can't be set up: ")
