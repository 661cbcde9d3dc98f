"""Python and numpy values to columns: how each kind of value reads as text.

Times read as Spark casts them to strings, `2013-01-01 05:00:00.25`, in UTC where they have a zone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from drift_engine.readers.gather import text_columns_at
from drift_engine.states.batch import Batch, Column, NumberColumn, TextColumn

Flags = npt.NDArray[np.bool_]

_CELLS_AT_ONCE = 4 << 20
_TRUE_FALSE = np.frombuffer(b"truefalse" + bytes(8), np.uint8)


def rows_at_once(batch_rows: int, columns: int) -> int:
    """How many rows of so many columns make a batch that stays small."""
    return max(1, min(batch_rows, _CELLS_AT_ONCE // max(1, columns)))


def no_rows(names: tuple[str, ...]) -> Batch:
    """A batch of 0 rows with these columns."""
    empty = TextColumn(np.empty(0, np.uint8), np.zeros(1, np.int64), np.empty(0, np.bool_))
    return Batch(names, (empty,) * len(names), 0)


def text_column(cells: Sequence[str | None]) -> TextColumn:
    """Strings as they are; None is missing, "" is not. A lone surrogate becomes a question mark."""
    encoded = [b"" if cell is None else cell.encode("utf-8", "replace") for cell in cells]
    offsets = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=offsets[1:])
    missing = np.fromiter((cell is None for cell in cells), np.bool_, len(encoded))
    return TextColumn(np.frombuffer(b"".join(encoded), np.uint8), offsets, missing)


def taken(column: TextColumn, codes: npt.NDArray[np.int64], missing: Flags) -> TextColumn:
    """Cell after cell the text at `codes` of another column; where missing, the code is not looked at."""
    codes = np.where(missing, 0, codes) if len(column) else np.zeros(0, np.int64)
    lengths = (
        np.where(missing, 0, np.diff(column.offsets)[codes])
        if len(column)
        else np.zeros(len(missing), np.int64)
    )
    starts = column.offsets[:-1][codes] if len(column) else np.zeros(len(missing), np.int64)
    (text,) = text_columns_at(column.data, starts[None, :], lengths[None, :])
    return TextColumn(text.data, text.offsets, missing)


def boolean_column(values: Flags, missing: Flags) -> TextColumn:
    """`true` and `false`."""
    lengths = np.where(missing, 0, np.where(values, 4, 5)).astype(np.int64)
    (text,) = text_columns_at(_TRUE_FALSE, np.where(values, 0, 4).astype(np.int64)[None, :], lengths[None, :])
    return TextColumn(text.data, text.offsets, missing)


def number_column(values: npt.NDArray[Any], missing: Flags) -> NumberColumn | TextColumn:
    """Integers as int64 and fractions as float64; integers beyond int64 as the text of their digits."""
    if values.dtype.kind == "f":
        return NumberColumn(values.astype(np.float64, copy=False), missing)
    if values.dtype == np.uint64 and len(values) and values[~missing].max(initial=0) > np.iinfo(np.int64).max:
        return text_column(
            [None if gone else str(v) for v, gone in zip(values.tolist(), missing, strict=True)]
        )
    return NumberColumn(values.astype(np.int64, copy=False), missing)


def nan_as_missing(column: Column) -> Column:
    """The same column, whose NaN are missing cells."""
    if isinstance(column, NumberColumn) and column.values.dtype == np.float64:
        return NumberColumn(column.values, column.missing | np.isnan(column.values))
    return column


def time_column(values: npt.NDArray[np.datetime64], missing: Flags) -> TextColumn:
    """Points in time as `2013-01-01 05:00:00`, with as much of the second's fraction as there is."""
    if values.dtype == np.dtype("datetime64[D]") and (column := _days(values, missing)) is not None:
        return column
    text = np.datetime_as_string(values[~missing])
    cells = iter(_trimmed(cell.replace("T", " ")) for cell in text.tolist())
    return text_column([None if gone else next(cells) for gone in missing.tolist()])


# More days than these, and each is printed by itself.
_MOST_DAYS = 1 << 17


def _days(values: npt.NDArray[np.datetime64], missing: Flags) -> TextColumn | None:
    """Days as text, each printed once; None where they lie far apart or outside of the years 1 to 9999."""
    days = values.astype(np.int64)[~missing]
    first, last = (int(days.min()), int(days.max())) if len(days) else (0, 0)
    if last - first >= _MOST_DAYS or first < _FIRST_DAY or last > _LAST_DAY:
        return None
    printed = np.datetime_as_string(np.arange(first, last + 1).astype("datetime64[D]")).astype("S10")
    offsets = np.zeros(len(values) + 1, np.int64)
    np.cumsum(np.where(missing, 0, _DAY_BYTES), out=offsets[1:])
    return TextColumn(printed[days - first].view(np.uint8), offsets, missing)


_DAY_BYTES = 10
_FIRST_DAY, _LAST_DAY = (int(np.datetime64(day).astype(np.int64)) for day in ("0001-01-01", "9999-12-31"))


def _trimmed(time: str) -> str:
    return time.rstrip("0").rstrip(".") if "." in time else time


def object_column(cells: Sequence[object]) -> TextColumn:
    """Python objects as text; None is missing."""
    return text_column(
        [None if cell is None else cell if type(cell) is str else text_of(cell) for cell in cells]
    )


def text_of(value: object) -> str:
    """One value as text: true or false, a number's digits, a time as Spark has it, JSON for a nested one."""
    match value:
        case bool() | np.bool_():
            text = "true" if value else "false"
        case bytes() | bytearray() | memoryview():
            text = bytes(value).decode("utf-8", "replace")
        case dt.datetime():
            utc = value.astimezone(dt.timezone.utc).replace(tzinfo=None) if value.tzinfo else value
            text = _trimmed(utc.isoformat(" "))
        case dt.time():
            text = _trimmed(value.isoformat())
        case dict() | list() | tuple() | set() | frozenset() | np.ndarray():
            text = json_text(value.tolist() if isinstance(value, np.ndarray) else value)
        case _:
            text = str(value)
    return text


def json_text(value: object) -> str:
    """A nested value as one line of JSON; what JSON lacks stands in it as text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=text_of, skipkeys=True)
