from __future__ import annotations

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
import xgboost
from numpy.typing import NDArray

from examples.flights import model, prepare

Rows = NDArray[np.float32]


def numbers(file: Path, *, skip: int = 0) -> Rows:
    """The numbers of a prepared file, as SageMaker's image parses a line: an empty cell is NaN."""
    lines = file.read_text().splitlines()[skip:]
    cells = [[cell or "nan" for cell in line.split(",")[len(prepare.TEXT) :]] for line in lines]
    return np.array(cells, dtype=np.float32)


@pytest.fixture(scope="module")
def training(prepared: Path) -> Rows:
    return numbers(prepared / prepare.TRAINING, skip=1)


@pytest.fixture(scope="module")
def fitted(training: Rows) -> xgboost.Booster:
    return model.fit(training[:, :-1], training[:, -1])


def loaded(archive: bytes, folder: Path) -> xgboost.Booster:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert tar.getnames() == ["xgboost-model"]
        tar.extractall(folder, filter="data")
    booster = xgboost.Booster()
    booster.load_model(folder / "xgboost-model")
    return booster


def test_the_archive_holds_a_model_that_predicts_the_same(
    fitted: xgboost.Booster, prepared: Path, tmp_path: Path
) -> None:
    batch = numbers(prepared / prepare.QUIET)
    again = loaded(model.archive(fitted), tmp_path)
    assert np.isnan(batch).any()
    expected = model.predict(fitted, batch)
    np.testing.assert_array_equal(again.predict(xgboost.DMatrix(batch)), expected)
    assert np.isfinite(expected).all()


def test_the_same_rows_give_the_same_archive(fitted: xgboost.Booster, training: Rows) -> None:
    again = model.fit(training[:, :-1].copy(), training[:, -1].copy())
    assert model.archive(again) == model.archive(fitted)


def test_the_model_knows_more_than_that_a_flight_arrives_as_late_as_it_left(
    fitted: xgboost.Booster, training: Rows, prepared: Path
) -> None:
    rows = numbers(prepared / prepare.HELD_OUT, skip=1)
    arrived, left = rows[:, -1], rows[:, 0]
    usual_gain = float((training[:, -1] - training[:, 0]).mean())

    def rmse(expected: Rows) -> float:
        return float(np.sqrt(np.mean((expected - arrived) ** 2)))

    assert rmse(model.predict(fitted, rows[:, :-1])) < 0.9 * rmse(left + usual_gain)
