from __future__ import annotations

import json
from pathlib import Path

import pytest

from drift_engine.cli import main
from tests.tables import numbers, write_csv


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_csv(tmp_path / "train.csv", {"x": numbers(1000), "y": numbers(1000)})
    write_csv(tmp_path / "july.csv", {"x": numbers(1000, start=500), "y": numbers(1000)})
    assert main(["baseline", str(tmp_path / "train.csv"), "--output", str(tmp_path / "b")]) == 0
    main(
        [
            "check",
            str(tmp_path / "july.csv"),
            "--baseline",
            str(tmp_path / "b"),
            "--output",
            str(tmp_path / "o"),
        ]
    )
    return tmp_path


def test_data_and_its_stored_statistics_are_explained_alike(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for place in ("july.csv", "o", "o/statistics.json"):
        capsys.readouterr()
        assert main(["explain", "x", str(folder / place), "--baseline", str(folder / "b"), "--json"]) == 1
        said.append(json.loads(capsys.readouterr().out))
    assert said[0] == said[1] == said[2]
    assert said[0]["verdict"]["verdict"] == "drifted"


def test_a_healthy_feature_ends_with_0_and_an_unknown_one_with_2(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", "y", "--baseline", str(folder / "b"), str(folder / "july.csv")]) == 0
    assert main(["explain", "z", str(folder / "july.csv"), "--baseline", str(folder / "b")]) == 2
    assert "the baseline has no such feature" in capsys.readouterr().err
