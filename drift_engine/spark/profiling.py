"""The driver's side: a DataFrame to the state of its table, in one Spark job."""

from __future__ import annotations

import importlib
from functools import partial
from typing import TYPE_CHECKING

from drift_engine.errors import DataError
from drift_engine.readers import ReadOptions
from drift_engine.spark.failures import cited
from drift_engine.spark.merging import Plan, merged
from drift_engine.spark.partitions import FAILED, SCHEMA, WIDTH, pieces_of_partition
from drift_engine.spark.schema import NAME, column_names
from drift_engine.states import DatasetState

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def state_of_frame(frame: DataFrame, options: ReadOptions | None = None) -> DatasetState:
    """The state of a DataFrame's table: every partition's state, merged in the order of the partitions.

    The frame is computed once. The same partitions with the same rows in the same order give the same bytes,
    however many executors there are; Spark itself keeps neither behind a shuffle (a join, `repartition`), so
    that sketches of such a frame may differ from run to run within their error.

    Args:
        frame: of any source.
        options: `nan_is_missing` and `batch_rows`; the others are about files.

    Raises:
        ArgumentError: this is no DataFrame of a classic Spark session.
        DataError: it has no columns or no rows, or a column whose type can't be read.
    """
    names = column_names(frame)
    _require_packages()
    session = frame.sparkSession
    most = int(session.conf.get("spark.sql.shuffle.partitions") or 200)
    # Positions in place of names: Arrow and Spark trip over equal names, dots and backticks.
    plain = frame.toDF(*(f"c{position}" for position in range(len(names))))
    read = partial(pieces_of_partition, names, options or ReadOptions())
    with cited(NAME):
        rows = plain.mapInArrow(read, SCHEMA).rdd.map(tuple)
        plan = Plan(rows.getNumPartitions(), -(-len(names) // WIDTH), most)
        pieces = merged(rows, plan).collect()
    return _state(names, dict(pieces))


def _failure_first(parts: dict[int, bytes]) -> None:
    if FAILED in parts:
        raise DataError(f"{NAME}: {parts[FAILED].decode()}")


def _state(names: tuple[str, ...], pieces: dict[int, bytes]) -> DatasetState:
    """The pieces side by side."""
    _failure_first(pieces)
    states = [DatasetState.from_bytes(pieces[piece]) for piece in sorted(pieces)]
    columns = [column for state in states for column in state.columns]
    rows = states[0].rows if states else 0
    if not rows:
        raise DataError(f"{NAME}: columns without a row: there is nothing to profile")
    return DatasetState.from_parts(names, columns, rows)


def _require_packages() -> None:
    """Raises a DataError that says what to install; pyspark's own answer is a stack trace."""
    for package in ("pandas", "pyarrow"):
        try:
            importlib.import_module(package)
        except ImportError as error:
            raise DataError(
                f"Spark needs {package} to hand rows to Python: pip install 'drift-engine[spark]'"
            ) from error
