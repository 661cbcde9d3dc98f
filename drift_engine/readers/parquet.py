"""Parquet files to batches, row group by row group. Needs pyarrow, imported on use."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from functools import partial

from drift_engine.errors import DataError
from drift_engine.readers.arrow import batches_of, pyarrow
from drift_engine.readers.names import frame_names
from drift_engine.readers.options import ReadOptions
from drift_engine.readers.partition import DataFile, Partition
from drift_engine.readers.values import nan_as_missing, no_rows, rows_at_once
from drift_engine.states.batch import Batch


def read_parquet(files: Sequence[DataFile], options: ReadOptions) -> Iterator[Partition]:
    """One partition a file; null is missing, an empty string is not; NaN as the options say."""
    for file in files:
        yield Partition(file.name, partial(_batches, file, options), file.size)


def _batches(file: DataFile, options: ReadOptions) -> Iterator[Batch]:
    pa = pyarrow(f"{file.name}: reading Parquet")
    parquet = importlib.import_module("pyarrow.parquet")
    try:
        with file.open() as stream:
            # Buffering ahead keeps every column chunk in memory until the file is closed.
            stored = parquet.ParquetFile(stream, pre_buffer=False)
            names = frame_names(stored.schema_arrow.names)
            if not names:
                raise DataError(f"{file.name}: has no columns")
            if not stored.metadata.num_rows:
                yield no_rows(names)
            size = rows_at_once(options.batch_rows, len(names))
            for columns, rows in batches_of(stored.iter_batches(batch_size=size), pa, size):
                read = map(nan_as_missing, columns) if options.nan_is_missing else columns
                yield Batch(names, tuple(read), rows)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{file.name}: can't be read as Parquet: {error}") from error
    except DataError as error:
        if str(error).startswith(file.name):
            raise
        raise DataError(f"{file.name}: {error}") from error
