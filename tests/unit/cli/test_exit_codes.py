"""1 is drift alone: whatever else goes wrong ends otherwise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from drift_engine.cli import main
from drift_engine.exit_codes import Ending
from tests.tables import Columns, numbers, write_csv

TRAIN: Columns = {"x": numbers(100), "c": ["a", "b"] * 50}


def run(
    folder: Path, *arguments: str, out: int | None = subprocess.PIPE, **environment: str
) -> tuple[int, str]:
    """Exit code and stderr of the command."""
    done = subprocess.run(
        [sys.executable, "-m", "drift_engine", *arguments],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "DRIFT_ENGINE_ROOT": str(folder), **environment},
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_behind_stdout_ends_with_2(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        code, said = run(tmp_path, "metrics", out=full.fileno())
    assert (code, said) == (2, "drift-engine: No space left on device\n")


def test_a_postprocessor_that_fails_ends_with_2(tmp_path: Path) -> None:
    source = tmp_path / "opt/ml/processing/input/baseline_dataset_input"
    source.mkdir(parents=True)
    write_csv(source / "data.csv", TRAIN)
    (tmp_path / "post.py").write_text("import sys\ndef postprocess_handler():\n    sys.exit(1)\n")
    code, said = run(tmp_path, "job", post_analytics_processor_script=str(tmp_path / "post.py"))
    assert code == 2
    assert said.splitlines() == [
        f"drift-engine: {tmp_path / 'post.py'}, line 3: postprocess_handler failed: SystemExit: 1"
    ]


def test_a_bug_ends_with_a_traceback_and_70(capsys: pytest.CaptureFixture[str]) -> None:
    with Ending() as end:
        raise ZeroDivisionError("a bug")
    assert end.code == 70
    assert capsys.readouterr().err.startswith("Traceback")


@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt(), 130), (PermissionError(13, "denied", "f"), 2)]
)
def test_an_interruption_and_a_refusal_of_the_system_have_codes_of_their_own(
    error: BaseException, code: int
) -> None:
    with Ending() as end:
        raise error
    assert end.code == code


def test_what_the_block_sets_stands_where_nothing_is_raised() -> None:
    with Ending() as end:
        end.code = 1
    assert end.code == 1


FEW: Columns = {"x": ["5"], "c": ["a"]}


def test_the_most_frequent_reason_is_said_of_the_features_that_could_not_be_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two have one cell, one has two; of the two that are not to be checked nothing is said."""
    names = ("a", "b", "c", "d", "e")
    train = write_csv(
        tmp_path / "train.csv",
        {name: numbers(100) for name in names[2:]} | dict.fromkeys(names[:2], ("5", None) * 50),
    )
    few = write_csv(
        tmp_path / "few.csv", dict.fromkeys(names[:2], ("5", None)) | dict.fromkeys(names[2:], ("5", "6"))
    )
    assert main(["baseline", str(train), "--output", str(tmp_path / "b")]) == 0
    ignored = {"ignore_until": "2999-01-01", "reason": "known"}
    text = json.dumps({"version": 1, "features": {"d": ignored, "e": ignored}})
    (tmp_path / "thresholds.json").write_text(text, encoding="utf-8")
    call = ["check", str(few), "--baseline", str(tmp_path / "b")]
    capsys.readouterr()
    assert main([*call, "--thresholds", str(tmp_path / "thresholds.json")]) == 3
    why = "not enough data, 1 present cell (2 features; for 1 other the output says why)"
    assert f"none of 3 features could be judged: {why}; that is no sign" in capsys.readouterr().err


def test_a_batch_of_one_row_has_no_verdict_and_an_exit_code_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train, few = write_csv(tmp_path / "train.csv", TRAIN), write_csv(tmp_path / "few.csv", FEW)
    assert main(["baseline", str(train), "--output", str(tmp_path / "b")]) == 0
    call = ["check", str(few), "--baseline", str(tmp_path / "b"), "--output", str(tmp_path / "out")]
    capsys.readouterr()
    assert main([*call, "--markdown", str(tmp_path / "r.md")]) == 3
    said = capsys.readouterr()
    assert said.out.startswith("1 row checked, none of 2 features could be judged, 0 findings\n")
    assert "no verdict: none of 2 features could be judged" in said.out
    assert "not enough data, 1 present cell; that is no sign that nothing drifted" in said.err
    assert (tmp_path / "out" / "statistics.json").exists()
    assert (tmp_path / "r.md").read_text(encoding="utf-8").startswith("### No verdict: none of 2 features")
    assert main([*call, "--allow-inconclusive"]) == 0
    assert main([*call, "--strict-model-monitor"]) == 0
    capsys.readouterr()
    assert main([*call, "--json"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert (document["conclusive"], document["verdict"]["judged"]) == (False, 0)


def test_a_batch_of_one_row_that_lacks_a_column_is_a_finding(tmp_path: Path) -> None:
    train, few = write_csv(tmp_path / "train.csv", TRAIN), write_csv(tmp_path / "few.csv", {"x": ["5"]})
    assert main(["baseline", str(train), "--output", str(tmp_path / "b")]) == 0
    assert main(["check", str(few), "--baseline", str(tmp_path / "b")]) == 1


def test_one_feature_that_is_judged_is_enough(tmp_path: Path) -> None:
    columns: Columns = {"x": numbers(100), "c": [*["a"] * 3, *[None] * 97]}
    train = write_csv(tmp_path / "train.csv", columns)
    assert main(["baseline", str(train), "--output", str(tmp_path / "b")]) == 0
    assert main(["check", str(train), "--baseline", str(tmp_path / "b")]) == 0
