"""Arrow IPC to batches: files (Feather 2 too) and streams. Needs pyarrow, imported on use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from drift_engine.errors import DataError
from drift_engine.readers.arrow import batches_of, pyarrow, said_by_arrow
from drift_engine.readers.names import frame_names
from drift_engine.readers.options import ReadOptions
from drift_engine.readers.partition import DataFile, Partition
from drift_engine.readers.values import nan_as_missing, no_rows, rows_at_once
from drift_engine.states.batch import Batch

# A file starts with these, a stream doesn't.
_MAGIC = b"ARROW1"


def read_arrow(files: Sequence[DataFile], options: ReadOptions) -> Iterator[Partition]:
    """One partition a file; null is missing, an empty string is not; NaN as the options say."""
    for file in files:
        yield Partition(file.name, partial(_batches, file, options), file.size)


def _batches(file: DataFile, options: ReadOptions) -> Iterator[Batch]:
    pa = pyarrow(f"{file.name}: reading Arrow IPC")
    try:
        with file.open() as source:
            schema, stored = _record_batches(pa, source)
            names = frame_names(schema.names)
            if not names:
                raise DataError(f"{file.name}: has no columns")
            any_rows = False
            size = rows_at_once(options.batch_rows, len(names))
            for columns, rows in batches_of(_sound(stored), pa, size):
                any_rows = True
                read = map(nan_as_missing, columns) if options.nan_is_missing else columns
                yield Batch(names, tuple(read), rows)
            if not any_rows:
                yield no_rows(names)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{file.name}: can't be read as Arrow IPC: {said_by_arrow(error)}") from error
    except DataError as error:
        if str(error).startswith(file.name):
            raise
        raise DataError(f"{file.name}: {error}") from error


def _record_batches(pa: Any, source: Any) -> tuple[Any, Iterator[Any]]:
    """The schema, and the record batches one by one, so that one alone is in memory."""
    start = source.read(len(_MAGIC))
    source.seek(0)
    if start == _MAGIC:
        file = pa.ipc.open_file(source)
        return file.schema, (file.get_batch(place) for place in range(file.num_record_batches))
    stream = pa.ipc.open_stream(source)
    return stream.schema, iter(stream)


def _sound(stored: Iterator[Any]) -> Iterator[Any]:
    """The record batches, none of which leads beyond its buffers: the kernel follows places and offsets."""
    for record_batch in stored:
        record_batch.validate(full=True)
        yield record_batch
