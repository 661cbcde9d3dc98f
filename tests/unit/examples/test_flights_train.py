from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from drift_engine import Baseline
from examples.flights import files, prepare, train

OUTPUTS = {"model.tar.gz", "evaluation.json", "statistics.json", "constraints.json"}
HEADER = "carrier,origin,dep_delay,temp,arr_delay"


def labelled(folder: Path, lines: list[str], name: str = "part.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join([HEADER, *lines]) + "\n")
    return folder


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A folder of two labelled files with 300 rows in all; each tenth temperature is missing."""
    rows = [f"UA,EWR,{n % 40},{'' if n % 10 == 0 else f'{n % 7}.5'},{n % 40 - 5}" for n in range(300)]
    labelled(tmp_path / "labelled", rows[:100], "a.csv")
    return labelled(tmp_path / "labelled", rows[100:], "b.csv")


def test_all_files_of_the_folder_make_the_baseline_with_the_prediction_last(
    few: Path, tmp_path: Path
) -> None:
    train.train(few, few, tmp_path / "out", first_number=2)
    statistics = Baseline.load(tmp_path / "out").statistics
    assert statistics.item_count == 300
    names = [feature.name for feature in statistics.features]
    assert names == ["carrier", "origin", "dep_delay", "temp", "prediction"]
    types = [feature.inferred_type for feature in statistics.features]
    assert types == ["String", "String", "Integral", "Fractional", "Fractional"]


def test_features_with_missing_cells_may_miss_a_few_more_and_complete_ones_none(
    few: Path, tmp_path: Path
) -> None:
    train.train(few, few, tmp_path / "out", first_number=2)
    constraints = Baseline.load(tmp_path / "out").constraints
    completeness = {feature.name: feature.completeness for feature in constraints.features}
    assert completeness["temp"] == pytest.approx(0.9 - train.COMPLETENESS_MARGIN)
    assert completeness["dep_delay"] == 1.0


def test_the_evaluation_is_of_the_held_out_rows(few: Path, tmp_path: Path) -> None:
    held_out = labelled(tmp_path / "held-out", ["UA,EWR,20,1.5,1015", "UA,EWR,20,1.5,1015"])
    found = train.train(few, held_out, tmp_path / "out", first_number=2)
    assert found["rows"] == 2
    assert found["rmse"] == pytest.approx(1_000, rel=0.05)
    written = json.loads((tmp_path / "out/evaluation.json").read_text())
    assert written["regression_metrics"]["rmse"]["value"] == found["rmse"]


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([], "no rows"),
        (["UA,EWR,1,2.5,"], "1 rows have no label"),
        (["UA,EWR,late,2.5,3"], "text in a column from number 3 on"),
    ],
)
def test_labelled_rows_that_cannot_be_trained_on_are_one_clear_line(
    rows: list[str], complaint: str, few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = labelled(tmp_path / "bad", rows)
    arguments = ["--labelled", str(folder), "--held-out", str(few), "--output", str(tmp_path / "out")]
    assert train.main([*arguments, "--first-number", "2"]) == 2
    message = capsys.readouterr().err
    assert complaint in message
    assert len(message.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_without_files_and_files_of_other_columns_are_refused(few: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(train.TrainingDataError, match="no CSV file"):
        train.train(tmp_path / "empty", few, tmp_path / "out", first_number=2)
    (few / "c.csv").write_text("carrier,dep_delay\nUA,1\n")
    with pytest.raises(train.TrainingDataError, match=r"c\.csv: has other columns"):
        train.train(few, few, tmp_path / "out", first_number=2)


def test_the_retraining_code_is_one_file_that_runs_anywhere_and_gives_the_same_bytes(
    few: Path, tmp_path: Path
) -> None:
    code = tmp_path / "train.zip"
    code.write_bytes(files.training_code())
    assert files.training_code() == code.read_bytes()

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [sys.executable, "-I", str(code), "--first-number", "2", "--output", str(tmp_path / "out")]
    folders = ["--labelled", str(few), "--held-out", str(few)]
    ran = subprocess.run([*command, *folders], cwd=elsewhere, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert {file.name for file in (tmp_path / "out").iterdir()} == OUTPUTS

    train.train(few, few, tmp_path / "here", first_number=2)
    for name in OUTPUTS:
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


def test_the_stage_hands_the_model_the_columns_that_it_was_trained_on() -> None:
    overlay = Path(prepare.__file__).parent / "stages/staging.json"
    stage = json.loads(overlay.read_text())
    assert stage["transform"]["input_filter"] == f"$[{len(prepare.TEXT)}:]"
    assert set(stage["drift"]["feature_alarms"]) <= {*prepare.FEATURES, train.PREDICTION}
