"""What SageMaker's XGBoost image does in a batch transform job: rows of numbers in, one prediction a row out.

Source: aws/sagemaker-xgboost-container, `algorithm_mode/serve_utils.py` and `encoder.py` (facts, not code):
an empty cell is NaN; the number of columns must be the model's; predictions are written as Python writes
the float.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from local_aws.containers.container import ContainerError, Scorer

MODEL_FILE = "xgboost-model"


def load(model_dir: Path, _environment: Mapping[str, str]) -> Scorer:
    """A function that scores records with the model of an unpacked `model.tar.gz`.

    Args:
        model_dir: The unpacked `model.tar.gz`, with `xgboost-model` in it.
        _environment: The model's and the job's environment; this image's algorithm mode reads none of it.

    Raises:
        ContainerError: There is no `xgboost-model`, or XGBoost cannot read it.
    """
    import xgboost  # noqa: PLC0415 - half a second that only a transform job should cost

    path = model_dir / MODEL_FILE
    if not path.is_file():
        found = ", ".join(sorted(file.name for file in model_dir.iterdir())) or "nothing"
        raise ContainerError(f"model.tar.gz has no {MODEL_FILE} (it holds {found})")
    booster = xgboost.Booster()
    try:
        booster.load_model(bytearray(path.read_bytes()))
    except xgboost.core.XGBoostError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ContainerError(f"Model {MODEL_FILE} cannot be loaded: {reason}") from error
    columns = booster.num_features()

    def score(records: Sequence[Sequence[str]]) -> list[str]:
        matrix = _matrix(records)
        if matrix.shape[1] != columns:
            raise ContainerError(
                f"Feature size of csv inference data {matrix.shape[1]} is not consistent with "
                f"feature size of trained model {columns}."
            )
        predictions = booster.predict(xgboost.DMatrix(matrix), validate_features=False)
        return [str(prediction) for prediction in predictions.tolist()]

    return score


def _matrix(records: Sequence[Sequence[str]]) -> npt.NDArray[np.float32]:
    """The records as numbers, shape (records, cells of the first one).

    Raises:
        ContainerError: Records of different lengths, or a cell that is not a number, with the record's
            number.
    """
    width = len(records[0])
    for number, record in enumerate(records, start=1):
        if len(record) != width:
            raise ContainerError(f"record {number} has {len(record)} cells, the first one has {width}")
    try:
        numbers = np.array([float(cell or "nan") for record in records for cell in record])
    except ValueError as error:
        number, column, cell = _first_odd_cell(records)
        raise ContainerError(
            f"Loading csv data failed, please ensure data is in csv format: record {number}, "
            f"cell {column} of the model's input is {cell!r}, not a number"
        ) from error
    with np.errstate(over="ignore"):  # what float32 cannot hold is infinite, as in the image
        return numbers.reshape(-1, width).astype(np.float32)


def _first_odd_cell(records: Sequence[Sequence[str]]) -> tuple[int, int, str]:
    for number, record in enumerate(records, start=1):
        for column, cell in enumerate(record, start=1):
            try:
                float(cell or "nan")
            except ValueError:
                return number, column, cell
    raise AssertionError("numpy refused a cell that float() accepts")
