from __future__ import annotations

from pathlib import Path

import pytest

from local_aws.containers.container import ContainerError
from local_aws.containers.xgboost_scoring import load
from tests.unit.local_aws.support import booster, predicted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "xgboost-model").write_bytes(bytes(booster().save_raw("ubj")))
    return tmp_path


def test_records_get_the_models_predictions_in_order(folder: Path) -> None:
    rows = [[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]]
    assert load(folder, {})([[str(cell) for cell in row] for row in rows]) == predicted(rows)


def test_an_empty_cell_is_a_missing_value(folder: Path) -> None:
    assert load(folder, {})([["", "1", "2"]]) == predicted([[float("nan"), 1.0, 2.0]])


def test_a_json_model_is_read_as_well(tmp_path: Path) -> None:
    (tmp_path / "xgboost-model").write_bytes(bytes(booster().save_raw("json")))
    assert load(tmp_path, {})([["1", "2", "3"]]) == predicted([[1.0, 2.0, 3.0]])


def test_a_record_with_too_few_cells_is_refused_as_the_image_does(folder: Path) -> None:
    with pytest.raises(
        ContainerError, match=r"Feature size of csv inference data 2 is not consistent with .* 3"
    ):
        load(folder, {})([["1", "2"]])


def test_records_of_different_lengths_are_refused(folder: Path) -> None:
    with pytest.raises(ContainerError, match="record 2 has 2 cells, the first one has 3"):
        load(folder, {})([["1", "2", "3"], ["1", "2"]])


def test_a_cell_that_is_no_number_is_named(folder: Path) -> None:
    with pytest.raises(ContainerError, match="record 2, cell 3 of the model's input is 'EWR', not a number"):
        load(folder, {})([["1", "2", "3"], ["1", "2", "EWR"]])


def test_an_archive_without_a_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").touch()
    with pytest.raises(ContainerError, match=r"no xgboost-model \(it holds weights.bin\)"):
        load(tmp_path, {})


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "xgboost-model").write_bytes(b"not a model")
    with pytest.raises(ContainerError, match="xgboost-model cannot be loaded"):
        load(tmp_path, {})
