"""Parquet files to batches, row group by row group, or to columns. Needs pyarrow, imported on use."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from drift_engine.errors import DataError
from drift_engine.readers.arrow import batches_of, pyarrow, said_by_arrow
from drift_engine.readers.names import frame_names
from drift_engine.readers.options import ReadOptions
from drift_engine.readers.partition import ColumnFile, DataFile, Partition
from drift_engine.readers.values import nan_as_missing, no_rows, rows_at_once
from drift_engine.states.batch import Batch, Column

# A column chunk whose values take no more bytes than this each has a place in a dictionary for each of them.
_BYTES_OF_A_PLACE = 3
_MOST_WORDS = 1 << 16


def read_parquet(files: Sequence[DataFile], options: ReadOptions) -> Iterator[Partition]:
    """One partition a file; null is missing, an empty string is not; NaN as the options say."""
    for file in files:
        yield Partition(
            file.name, partial(_batches, file, options), file.size, columns=partial(_columns, file, options)
        )


def _batches(file: DataFile, options: ReadOptions) -> Iterator[Batch]:
    with _faults(file):
        stored = _opened(file, None, ())
        try:
            names = frame_names(stored.schema_arrow.names)
            if not names:
                raise DataError(f"{file.name}: has no columns")
            if not stored.metadata.num_rows:
                yield no_rows(names)
            size = rows_at_once(options.batch_rows, len(names))
            pa = pyarrow(file.name)
            for columns, rows in batches_of(stored.iter_batches(batch_size=size), pa, size):
                read = map(nan_as_missing, columns) if options.nan_is_missing else columns
                yield Batch(names, tuple(read), rows)
        finally:
            stored.close(force=True)


@contextmanager
def _faults(file: DataFile) -> Iterator[None]:
    """What goes wrong with a file, as one error with its name."""
    pa = pyarrow(f"{file.name}: reading Parquet")
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{file.name}: can't be read as Parquet: {said_by_arrow(error)}") from error
    except DataError as error:
        if str(error).startswith(file.name):
            raise
        raise DataError(f"{file.name}: {error}") from error


def _opened(file: DataFile, metadata: Any, words: Sequence[str]) -> Any:
    """A pyarrow.parquet.ParquetFile; columns named in `words` come as dictionaries."""
    parquet = importlib.import_module("pyarrow.parquet")
    # Without Python in between where the file lies here. Never a map of the file, whose pages would count as
    # memory; and buffering ahead keeps every column chunk until the file is closed.
    source = pyarrow(file.name).OSFile(str(file.path), "rb") if file.path else file.open()
    try:
        stored = parquet.ParquetFile(
            source, metadata=metadata, read_dictionary=list(words) or None, pre_buffer=False
        )
        if file.meter is not None:
            file.meter.rows = stored.metadata.num_rows
        return stored
    except BaseException:
        source.close()
        raise


def _columns(file: DataFile, options: ReadOptions) -> ColumnFile | None:
    """The file for reading by columns; None where columns can't be told apart by their names."""
    with _faults(file):
        stored = _opened(file, None, ())
        fields = stored.schema_arrow
        names = frame_names(fields.names)
        # pyarrow takes a name for all fields inside of it too, which in a name with a dot looks the same.
        prefixes = {name[:place] for name in names for place, letter in enumerate(name) if letter == "."}
        flat = len(stored.schema) == len(names) and tuple(fields.names) == names
        if not flat or not stored.metadata.num_rows or not prefixes.isdisjoint(names):
            stored.close(force=True)
            return None
        return _File(file, options, stored)


class _File:
    """A Parquet file read by columns, each thread through a reader of its own."""

    def __init__(self, file: DataFile, options: ReadOptions, stored: Any) -> None:
        self._file, self._options = file, options
        self._metadata, fields = stored.metadata, stored.schema_arrow
        types = pyarrow(file.name).types
        self.names = tuple(fields.names)
        self.numeric = tuple(types.is_integer(each) or types.is_floating(each) for each in fields.types)
        groups = [self._metadata.row_group(i) for i in range(self._metadata.num_row_groups)]
        self.rows = tuple(group.num_rows for group in groups)
        self._words = tuple(
            field.name
            for place, field in enumerate(fields)
            if (types.is_string(field.type) or types.is_large_string(field.type))
            and all(_has_dictionary(group.column(place)) for group in groups)
        )
        self._readers: SimpleQueue[Any] = SimpleQueue()
        self._readers.put(_opened(file, self._metadata, self._words) if self._words else stored)
        if self._words:
            stored.close(force=True)

    def read(self, portion: int, columns: Sequence[int]) -> Iterator[tuple[tuple[Column, ...], int]]:
        """Some columns of a row group, piece by piece."""
        with _faults(self._file):
            try:
                reader = self._readers.get_nowait()
            except Empty:
                reader = _opened(self._file, self._metadata, self._words)
            try:
                names = [self.names[place] for place in columns]
                size = rows_at_once(self._options.batch_rows, len(self.names))
                found = reader.iter_batches(
                    batch_size=size, row_groups=[portion], columns=names, use_threads=False
                )
                pa = pyarrow(self._file.name)
                for read, rows in batches_of(found, pa, size):
                    kept = map(nan_as_missing, read) if self._options.nan_is_missing else read
                    yield tuple(kept), rows
            finally:
                self._readers.put(reader)

    def close(self) -> None:
        """Close the readers."""
        with suppress(Empty):
            while True:
                self._readers.get_nowait().close(force=True)


def _has_dictionary(chunk: Any) -> bool:
    """Whether a column chunk's values are places in a small dictionary, and not just the first of them.

    A writer that gives its dictionary up half way says so in the footer only by the bytes that it took.
    """
    if not any("DICTIONARY" in encoding for encoding in chunk.encodings):
        return False
    return bool(chunk.total_uncompressed_size <= _BYTES_OF_A_PLACE * chunk.num_values + _MOST_WORDS)
