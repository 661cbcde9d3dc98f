"""Arrow record batches to batches: for Parquet, and for pyarrow's tables. Needs pyarrow, imported on use."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from drift_engine.errors import DataError
from drift_engine.readers.values import Flags, boolean_column, number_column, object_column, time_column
from drift_engine.states.batch import Column, NumberColumn, TextColumn


def pyarrow(what: str) -> Any:
    """The module pyarrow.

    Raises:
        DataError: it is not installed; the message says what needs it and how to get it.
    """
    try:
        return importlib.import_module("pyarrow")
    except ImportError as error:
        raise DataError(f"{what} needs pyarrow: pip install 'drift-engine[parquet]'") from error


def table_columns(pa: Any, record_batch: Any) -> tuple[Column, ...]:
    """The columns of a pyarrow.RecordBatch."""
    return tuple(
        arrow_column(pa, name, array)
        for name, array in zip(record_batch.schema.names, record_batch.columns, strict=True)
    )


def arrow_column(pa: Any, name: str, array: Any) -> Column:
    """One pyarrow.Array as a column: numbers as they are, all else as text.

    Only null is missing here, NaN is not. Decimals keep their digits, durations are seconds, times read
    as Spark casts them, nested values as JSON.

    Raises:
        DataError: its type has no text form; the message names the column.
    """
    types, kind = pa.types, array.type
    if isinstance(kind, pa.BaseExtensionType):
        return arrow_column(pa, name, array.storage)
    if types.is_dictionary(kind):
        return arrow_column(pa, name, array.dictionary_decode())
    missing = np.asarray(array.is_null().to_numpy(zero_copy_only=False), np.bool_)
    if types.is_integer(kind) or types.is_floating(kind):
        return number_column(_numbers(pa, array), missing)
    if types.is_boolean(kind):
        return boolean_column(array.fill_null(False).to_numpy(zero_copy_only=False), missing)
    try:
        return _text_column(pa, array, missing)
    except (pa.ArrowException, ValueError, OverflowError) as error:
        raise DataError(
            f"column {name!r} has the type {kind}, which can't be read as text: {error}"
        ) from error


def _numbers(pa: Any, array: Any) -> Any:
    """The values of an array of numbers, 0 where null."""
    if pa.types.is_float16(array.type):
        array = array.cast(pa.float32())
    if array.null_count:
        array = array.fill_null(0)
    return array.to_numpy(zero_copy_only=False)


def _text_column(pa: Any, array: Any, missing: Flags) -> Column:
    types, kind = pa.types, array.type
    if types.is_date64(kind):
        array = array.cast(pa.date32())
    if types.is_timestamp(kind) or types.is_date(kind):
        return _times(array, missing)
    if types.is_duration(kind):
        seconds = (
            array.cast(pa.int64()).fill_null(0).to_numpy()
            / {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}[kind.unit]
        )
        return NumberColumn(seconds.astype(np.float64), missing)
    if types.is_decimal(kind):
        return _strings(pa, array.cast(pa.string()), missing)
    if types.is_string(kind) or types.is_large_string(kind) or kind in _views(pa):
        return _strings(pa, array, missing)
    return object_column(array.to_pylist())


def _views(pa: Any) -> tuple[Any, ...]:
    return (pa.string_view(),) if hasattr(pa, "string_view") else ()


def _times(array: Any, missing: Flags) -> TextColumn:
    values = (
        array.to_numpy(zero_copy_only=False).astype("datetime64")
        if len(array)
        else np.empty(0, "datetime64[s]")
    )
    return time_column(values, missing)


def _strings(pa: Any, array: Any, missing: Flags) -> TextColumn:
    """The cells in the memory where Arrow has them."""
    array = array.cast(pa.large_string())
    _, offsets, data = array.buffers()
    if offsets is None or data is None or not len(array):
        return TextColumn(np.empty(0, np.uint8), np.zeros(len(array) + 1, np.int64), missing)
    every = np.frombuffer(offsets, np.int64)
    return TextColumn(
        np.frombuffer(data, np.uint8), every[array.offset : array.offset + len(array) + 1], missing
    )


def whole(pa: Any, values: Any) -> Any:
    """A pyarrow.ChunkedArray as one pyarrow.Array; an Array as it is."""
    if not isinstance(values, pa.ChunkedArray):
        return values
    return pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)


def batches_of(record_batches: Iterator[Any], pa: Any, size: int) -> Iterator[tuple[tuple[Column, ...], int]]:
    """The columns of record batches and their rows, cut to at most `size` rows."""
    for record_batch in record_batches:
        for start in range(0, record_batch.num_rows, size):
            piece = record_batch.slice(start, size)
            yield table_columns(pa, piece), piece.num_rows
