"""Frames of pandas, polars and pyarrow to batches; no library is imported to see which one a frame is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from drift_engine.errors import ArgumentError, DataError
from drift_engine.readers import arrow, pandas_columns, polars_columns
from drift_engine.readers.names import frame_names
from drift_engine.readers.options import ReadOptions
from drift_engine.readers.partition import Partition
from drift_engine.readers.values import nan_as_missing, no_rows, rows_at_once
from drift_engine.states.batch import Batch, Column


@dataclass(frozen=True)
class _Kind:
    """How a frame of one class is looked at: its labels, its rows, and the columns of rows `[start:stop]`."""

    labels: Callable[[Any], list[object]]
    rows: Callable[[Any], int]
    columns: Callable[[Any, tuple[str, ...], int, int], tuple[Column, ...]]


def _arrow_columns(table: Any, names: tuple[str, ...], start: int, stop: int) -> tuple[Column, ...]:
    pa = arrow.pyarrow("a pyarrow table")
    piece = table.slice(start, stop - start)
    return tuple(arrow.arrow_column(pa, name, piece.column(i)) for i, name in enumerate(names))


_ARROW = _Kind(lambda t: list(t.schema.names), lambda t: int(t.num_rows), _arrow_columns)
_KINDS: Mapping[tuple[str, str], _Kind] = MappingProxyType(
    {
        ("pandas", "DataFrame"): _Kind(lambda f: list(f.columns), len, pandas_columns.columns),
        ("polars", "DataFrame"): _Kind(lambda f: list(f.columns), len, polars_columns.columns),
        ("pyarrow", "Table"): _ARROW,
        ("pyarrow", "RecordBatch"): _ARROW,
    }
)


def _class(source: object) -> tuple[_Kind, str] | None:
    """What a frame is, by the library and name of its class or of one that it inherits from."""
    for cls in type(source).__mro__:
        library = cls.__module__.partition(".")[0]
        if kind := _KINDS.get((library, cls.__name__)):
            return kind, f"<{library} {cls.__name__}>"
    return None


def is_frame(source: object) -> bool:
    """Whether this is a frame that can be read."""
    return _class(source) is not None


def frame_partition(source: object, options: ReadOptions) -> Partition:
    """A frame as one partition.

    Raises:
        DataError: the frame has no columns.
    """
    found = _class(source)
    if found is None:
        raise ArgumentError(f"{type(source).__name__} is no frame that can be read")
    kind, name = found
    names = frame_names(kind.labels(source))
    if not names:
        raise DataError(f"{name}: has no columns")
    return Partition(name, partial(_batches, kind, source, names, options))


def _batches(kind: _Kind, source: object, names: tuple[str, ...], options: ReadOptions) -> Iterator[Batch]:
    rows = kind.rows(source)
    size = rows_at_once(options.batch_rows, len(names))
    if not rows:
        yield no_rows(names)
    for start in range(0, rows, size):
        stop = min(rows, start + size)
        columns = kind.columns(source, names, start, stop)
        if options.nan_is_missing:
            columns = tuple(map(nan_as_missing, columns))
        yield Batch(names, columns, stop - start)
