"""The model: an XGBoost regression of the arrival delay in minutes, saved as SageMaker's image loads it."""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray

ROUNDS = 200
PARAMETERS: dict[str, Any] = {
    "objective": "reg:squarederror",
    "tree_method": "hist",
    "max_depth": 6,
    "eta": 0.05,
    "min_child_weight": 3,
    "subsample": 0.5,
    "colsample_bytree": 0.6,
    "reg_lambda": 5.0,
    # A departure delay reaches 1,301 minutes. With the usual 256 bins all long delays fall into the same few,
    # and the model does worse than "arrives as late as it left".
    "max_bin": 1024,
    "seed": 2013,
    # One thread takes a second. Two take half of it, or ten seconds where the machine's cores are busy and
    # they wait for each other; the trees are the same.
    "nthread": 1,
}


def fit(features: NDArray[np.float32], label: NDArray[np.float32]) -> xgboost.Booster:
    """A regression fitted to the rows; the same rows give the same trees.

    Args:
        features: rows x columns, NaN for a missing value. No names go into the model: the image scores
            bare numbers.
        label: arrival delay in minutes, one a row, never NaN.
    """
    return xgboost.train(PARAMETERS, xgboost.DMatrix(features, label=label), num_boost_round=ROUNDS)


def predict(model: xgboost.Booster, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """The arrival delays, in minutes, that the model expects: one a row."""
    return np.asarray(model.predict(xgboost.DMatrix(features)), dtype=np.float32)


def archive(model: xgboost.Booster) -> bytes:
    """A `model.tar.gz` that holds `xgboost-model` at its top; the same model gives the same bytes.

    `xgboost-model`, in XGBoost's own binary JSON, is the name under which SageMaker's XGBoost image looks
    (docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html). No pickle: a downloaded pickle can run anything.
    """
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
