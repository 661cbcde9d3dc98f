"""Arrow record batches to batches: for Parquet, and for pyarrow's tables. Needs pyarrow, imported on use."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from drift_engine.errors import DataError
from drift_engine.readers.values import (
    Flags,
    boolean_column,
    day_column,
    number_column,
    object_column,
    time_column,
)
from drift_engine.states.batch import CodedColumn, Column, NumberColumn, TextColumn


def pyarrow(what: str) -> Any:
    """The module pyarrow.

    Raises:
        DataError: it is not installed; the message says what needs it and how to get it.
    """
    try:
        return importlib.import_module("pyarrow")
    except ImportError as error:
        raise DataError(f"{what} needs pyarrow: pip install 'drift-engine[parquet]'") from error


def said_by_arrow(error: Exception) -> str:
    """What pyarrow says of a file that it can't read, and the way out where it is known."""
    if "more than 64 bits" not in str(error):
        return str(error)
    return (
        f"{error} by pyarrow, which doesn't say in which column (polars' Int128 or UInt128); "
        "write the file from df.cast({pl.Int128: pl.String}), or give the polars frame itself"
    )


def table_columns(pa: Any, record_batch: Any) -> tuple[Column, ...]:
    """The columns of a pyarrow.RecordBatch."""
    return tuple(
        arrow_column(pa, name, array)
        for name, array in zip(record_batch.schema.names, record_batch.columns, strict=True)
    )


def arrow_column(pa: Any, name: str, values: Any) -> Column:
    """One pyarrow.Array or ChunkedArray as a column: numbers as they are, all else as text.

    Only null is missing here, NaN is not. Decimals keep their digits, durations are seconds, times read
    as Spark casts them, nested values as JSON.

    Raises:
        DataError: its type has no text form; the message names the column.
    """
    try:
        return _column(pa, _whole(pa, values))
    except (pa.ArrowException, ValueError, OverflowError) as error:
        raise DataError(
            f"column {name!r} has the type {values.type}, which can't be read as text: {error}"
        ) from error


def _column(pa: Any, array: Any) -> Column:
    types, kind = pa.types, array.type
    if isinstance(kind, pa.BaseExtensionType):
        return _column(pa, array.storage)
    missing = _missing(array)
    if types.is_dictionary(kind):
        return _coded(pa, array, missing) or _column(pa, _decoded(pa, array))
    if types.is_integer(kind) or types.is_floating(kind):
        return number_column(_numbers(pa, array), missing)
    if types.is_boolean(kind):
        return boolean_column(_bits(array.buffers()[1], array), missing)
    return _text_column(pa, array, missing)


def _bits(buffer: Any, array: Any) -> Flags:
    """The bits of an array in a buffer of its own or of its nulls."""
    stored = np.frombuffer(buffer, np.uint8)
    first = array.offset // 8
    bits = np.unpackbits(stored[first : (array.offset + len(array) + 7) // 8], bitorder="little")
    return bits[array.offset - 8 * first :][: len(array)].view(np.bool_)


def _missing(array: Any) -> Flags:
    if not array.null_count:
        return np.zeros(len(array), np.bool_)
    validity = array.buffers()[0]
    if validity is None:  # an array of type null has but nulls
        return np.asarray(array.is_null().to_numpy(zero_copy_only=False), np.bool_)
    return ~_bits(validity, array)


def _numbers(pa: Any, array: Any) -> Any:
    """The values of an array of numbers in the memory where Arrow has them; anything where null."""
    if pa.types.is_float16(array.type):
        array = array.cast(pa.float32())
    dtype = np.dtype(array.type.to_pandas_dtype())
    if not len(array):
        return np.empty(0, dtype)
    return np.frombuffer(array.buffers()[1], dtype)[array.offset : array.offset + len(array)]


def _coded(pa: Any, array: Any, missing: Flags) -> CodedColumn | None:
    """A dictionary of texts as it is; None where it is one of other values, or some of them are null."""
    texts, places = array.dictionary, array.indices
    if not _is_text(pa, texts.type) or texts.null_count or not len(texts):
        return None
    codes = _numbers(pa, places).astype(np.int32, copy=False)
    return CodedColumn(_strings(pa, texts, np.zeros(len(texts), np.bool_)), codes, missing)


def _decoded(pa: Any, array: Any) -> Any:
    """A dictionary's cells as an array of their own; pyarrow has no way to take a view's values."""
    plain = _views(pa).get(array.type.value_type)
    if plain is not None:
        array = pa.DictionaryArray.from_arrays(array.indices, array.dictionary.cast(plain))
    return array.dictionary_decode()


def _text_column(pa: Any, array: Any, missing: Flags) -> Column:
    types, kind = pa.types, array.type
    if types.is_date64(kind):
        array = array.cast(pa.date32())
    if types.is_date(kind):
        return day_column(_numbers(pa, array.view(pa.int32())), missing)
    if types.is_timestamp(kind):
        return _times(array, missing)
    if types.is_duration(kind):
        seconds = (
            array.cast(pa.int64()).fill_null(0).to_numpy()
            / {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}[kind.unit]
        )
        return NumberColumn(seconds.astype(np.float64), missing)
    if types.is_decimal(kind):
        return _strings(pa, array.cast(pa.string()), missing)
    if _is_text(pa, kind):
        return _strings(pa, array, missing)
    return object_column(array.to_pylist())


def _is_text(pa: Any, kind: Any) -> bool:
    plain = _views(pa).get(kind, kind)
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain))


def _views(pa: Any) -> Mapping[Any, Any]:
    """Arrow's types whose cells lie apart, and what they are cast to."""
    if not hasattr(pa, "string_view"):
        return {}
    return {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}


def _times(array: Any, missing: Flags) -> Column:
    values = (
        array.to_numpy(zero_copy_only=False).astype("datetime64")
        if len(array)
        else np.empty(0, "datetime64[s]")
    )
    return time_column(values, missing)


def _strings(pa: Any, array: Any, missing: Flags) -> TextColumn:
    """The cells in the memory where Arrow has them."""
    if array.type in _views(pa):
        array = array.cast(pa.large_string())
    # Without a cast where there is none to do: pyarrow's first one imports a fifth of a second of Python.
    width = np.dtype(np.int64 if pa.types.is_large_string(array.type) else np.int32)
    _, offsets, data = array.buffers()
    if offsets is None or data is None or not len(array):
        return TextColumn(np.empty(0, np.uint8), np.zeros(len(array) + 1, np.int64), missing)
    every = np.frombuffer(offsets, width)[array.offset : array.offset + len(array) + 1]
    return TextColumn(np.frombuffer(data, np.uint8), every.astype(np.int64, copy=False), missing)


def _whole(pa: Any, values: Any) -> Any:
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
