"""The model: an XGBoost classifier whose answer is the probability of a male."""

from __future__ import annotations

import gzip
import io
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xgboost
from numpy.typing import NDArray

from drift_engine import make_baseline
from examples.penguins.prepare import FEATURES, HELD_OUT, LABEL, NUMBERS, TRAINING

PREDICTION = "prediction"
ROUNDS = 60
PARAMETERS: dict[str, Any] = {
    "objective": "binary:logistic",
    "max_depth": 2,
    "eta": 0.1,
    "subsample": 0.8,
    "seed": 2007,
    "nthread": 1,
}


@dataclass(frozen=True)
class Made:
    """A model and its baseline.

    Attributes:
        archive: `model.tar.gz`, with `xgboost-model` at its top; the same rows give the same bytes.
        accuracy: share of the held-out penguins whose sex it tells, 0 to 1.
        held_out: how many those are.
    """

    archive: bytes
    accuracy: float
    held_out: int


def make(folder: Path) -> Made:
    """A model of the prepared files; its baseline's two files are written into the same folder.

    Args:
        folder: what `prepare.prepare` wrote.
    """
    training, unseen = (pd.read_csv(folder / name, dtype=str) for name in (TRAINING, HELD_OUT))
    fitted = xgboost.train(
        PARAMETERS, xgboost.DMatrix(_numbers(training), label=_sex(training)), num_boost_round=ROUNDS
    )
    right = (predict(fitted, _numbers(unseen)) > 0.5) == (_sex(unseen) > 0.5)
    baseline = training[list(FEATURES)].assign(**{PREDICTION: predict(fitted, _numbers(training)).tolist()})
    # Through a file, as the monitor reads its batches: cell by cell, with the text that stands there.
    with_prediction = folder / "baseline.csv"
    baseline.to_csv(with_prediction, index=False, lineterminator="\n")
    make_baseline(with_prediction).save(folder)
    return Made(_archive(fitted), float(right.mean()), len(right))


def predict(model: xgboost.Booster, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """The probability of a male, 0.0 to 1.0, one a row of `NUMBERS`."""
    return np.asarray(model.predict(xgboost.DMatrix(features)), dtype=np.float32)


def _numbers(rows: pd.DataFrame) -> NDArray[np.float32]:
    return rows[list(NUMBERS)].to_numpy(dtype=np.float32)


def _sex(rows: pd.DataFrame) -> NDArray[np.float32]:
    return rows[LABEL].to_numpy(dtype=np.float32)


def _archive(model: xgboost.Booster) -> bytes:
    content = bytes(model.save_raw(raw_format="ubj"))
    entry = tarfile.TarInfo("xgboost-model")
    entry.size = len(content)
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()
