"""`deploy.py cicd --local`: from a commit to production, and what a model's rejection does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import deploy
from tests.end_to_end.conftest import ROOT, TAXIS


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The taxis with a production of their own."""
    folder = tmp_path / "taxis"
    shutil.copytree(TAXIS, folder)
    shutil.copy(folder / "stages" / "staging.json", folder / "stages" / "prod.json")
    return folder


def cicd(project: Path, tmp_path: Path, *words: str) -> int:
    place = ["--project", str(project), "--out", str(tmp_path / "out"), "--cache", str(ROOT / ".cache")]
    return deploy.main(["cicd", *words, *place], environment={})


def actions(release: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f"{each['stage']}.{each['action']}", each["status"]) for each in release["actions"]]


@pytest.mark.slow
def test_a_commit_goes_to_production_and_a_rejected_model_stops_the_next_release(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--local", "--json", "--yes", "--batch", "quiet", "--then", "rejected")
    code = cicd(project, tmp_path, *words)
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert code == 1, said.err
    first, last = document["releases"]
    assert first["begun_by"].startswith("commit ")
    assert first["status"] == "Succeeded"
    assert first["answers"] == ["Approved"]
    assert {status for _, status in actions(first)} == {"Succeeded"}
    names = [name for name, _ in actions(first)]
    assert names[:2] == ["Source.Source", "Build.Synth"]
    assert names.index("BatchStaging.Approve") < names.index("BatchProd.ExecuteChangeSet")
    assert last["begun_by"] == "model package taxis/1 is rejected"
    assert last["status"] == "Failed"
    assert actions(last) == [("Source.Source", "Succeeded"), ("Build.Synth", "Failed")]
    assert "deploy.py synth" in last["actions"][1]["summary"]
    assert document["stacks"] == {
        "sagemaker-taxis-batch-staging": "CREATE_COMPLETE",
        "sagemaker-taxis-batch-prod": "CREATE_COMPLETE",
    }
    assert "waits for approval: Release taxis to production? The staging run: Succeeded." in said.err
    assert "Build.Synth" in said.err.splitlines()[-1], "the last line says what failed"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--yes",), "give --local"),
        (("--local",), "give --yes"),
        (("--local", "--yes", "--batch", "x"), "known are"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert cicd(project, tmp_path, *words) == 2
    assert said in capsys.readouterr().err
