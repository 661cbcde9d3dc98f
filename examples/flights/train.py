"""Makes a model and its baseline of labelled files: the first model, and every retrained one.

The same code runs on this machine and in SageMaker's XGBoost image (Python 3.10), as the Processing job of
the pipeline that `model_build.json` describes. It knows no column by name: text first, then the model's
numbers, then the label, as the batch pipeline's input filter has it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from drift_engine import Baseline, make_baseline
from drift_engine.errors import DriftEngineError
from examples.flights import model

PREDICTION = "prediction"
COMPLETENESS_MARGIN = 0.05
"""What a batch may miss beyond the baseline where the baseline has missing cells: weather comes and goes."""


class TrainingDataError(Exception):
    """The labelled files cannot be trained on."""


def train(labelled: Path, held_out: Path, output: Path, first_number: int) -> dict[str, float]:
    """The evaluation's numbers, once model.tar.gz, evaluation.json and the baseline's two files are written.

    Args:
        labelled: a CSV file, or a folder of them: a header, text columns, numbers, the label last. An empty
            cell is missing.
        held_out: the same for rows that no model is trained on.
        output: the folder to write to.
        first_number: how many text columns come before the model's numbers.

    Raises:
        TrainingDataError: no file, no rows, different headers, text among the numbers, a row without a label.
    """
    rows = _read(labelled)
    features, label = _numbers(rows, first_number, labelled)
    fitted = model.fit(features, label)
    output.mkdir(parents=True, exist_ok=True)
    (output / "model.tar.gz").write_bytes(model.archive(fitted))

    unseen, arrived = _numbers(_read(held_out), first_number, held_out)
    error = model.predict(fitted, unseen) - arrived
    evaluation = {
        "rmse": float(np.sqrt(np.mean(error**2))),
        "mae": float(np.mean(np.abs(error))),
        "rows": float(len(error)),
    }
    (output / "evaluation.json").write_text(_evaluation_json(evaluation), encoding="utf-8")

    baseline = rows.iloc[:, :-1].assign(**{PREDICTION: model.predict(fitted, features).tolist()})
    _write_baseline(baseline, output)
    return evaluation


def allow_missing(baseline: Baseline, margin: float = COMPLETENESS_MARGIN) -> Baseline:
    """A baseline whose incomplete features may miss a share of `margin` more cells than the training rows.

    The suggested completeness is the training rows' own to the last digit, and half of all batches would be
    below it by chance. A feature that is complete there stays required in full.
    """
    features = tuple(
        replace(feature, completeness=max(0.0, feature.completeness - margin))
        if feature.completeness is not None and feature.completeness < 1.0
        else feature
        for feature in baseline.constraints.features
    )
    return replace(baseline, constraints=replace(baseline.constraints, features=features))


def _read(source: Path) -> pd.DataFrame:
    files = sorted(source.glob("*.csv")) if source.is_dir() else [source]
    if not files:
        raise TrainingDataError(f"{source}: no CSV file in the folder")
    try:
        parts = [pd.read_csv(file, dtype=str, keep_default_na=False) for file in files]
    except (OSError, ValueError) as error:
        raise TrainingDataError(f"{source}: cannot be read as CSV: {error}") from error
    for file, part in zip(files, parts, strict=True):
        if list(part.columns) != list(parts[0].columns):
            raise TrainingDataError(f"{file}: has other columns than {files[0]}")
    rows = pd.concat(parts, ignore_index=True)
    if rows.empty:
        raise TrainingDataError(f"{source}: there are no rows")
    return rows


def _numbers(
    rows: pd.DataFrame, first_number: int, source: Path
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    try:
        numbers = rows.iloc[:, first_number:].replace("", "nan").to_numpy(dtype=np.float32)
    except ValueError as error:
        raise TrainingDataError(
            f"{source}: text in a column from number {first_number + 1} on: {error}"
        ) from error
    unlabelled = int(np.isnan(numbers[:, -1]).sum())
    if unlabelled:
        raise TrainingDataError(f"{source}: {unlabelled} rows have no label in the last column")
    return numbers[:, :-1], numbers[:, -1]


def _write_baseline(rows: pd.DataFrame, output: Path) -> None:
    # Through a file, as the monitor reads its batches: cell by cell, with the text that stands there.
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "baseline.csv"
        rows.to_csv(file, index=False, lineterminator="\n")
        allow_missing(make_baseline(file)).save(output)


def _evaluation_json(evaluation: dict[str, float]) -> str:
    metrics = {name: {"value": evaluation[name]} for name in ("rmse", "mae")}
    document = {"dataset": {"item_count": int(evaluation["rows"])}, "regression_metrics": metrics}
    return json.dumps(document, indent=2) + "\n"


def main(arguments: list[str]) -> int:
    """Trains on the files that the arguments name; 0 done, 2 could not."""
    parser = argparse.ArgumentParser(prog="python -m examples.flights.train", description=__doc__)
    parser.add_argument("--labelled", type=Path, required=True, help="CSV file or folder to learn from")
    parser.add_argument("--held-out", type=Path, required=True, help="CSV file or folder to evaluate on")
    parser.add_argument("--output", type=Path, required=True, help="folder to write to")
    parser.add_argument("--first-number", type=int, required=True, help="how many text columns come first")
    chosen = parser.parse_args(arguments)
    try:
        evaluation = train(chosen.labelled, chosen.held_out, chosen.output, chosen.first_number)
    except (TrainingDataError, DriftEngineError) as error:
        print(f"train: {error}", file=sys.stderr)
        return 2
    print(json.dumps(evaluation))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
