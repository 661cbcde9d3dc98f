"""Python and numpy values to columns: how each kind of value reads as text.

Times read as Spark casts them to strings, `2013-01-01 05:00:00.25`, in UTC where they have a zone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from drift_engine.states.batch import Batch, CodedColumn, Column, NumberColumn, TextColumn

Flags = npt.NDArray[np.bool_]

_CELLS_AT_ONCE = 4 << 20


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


_FALSE_TRUE = text_column(("false", "true"))


def boolean_column(values: Flags, missing: Flags) -> CodedColumn:
    """`true` and `false`."""
    return CodedColumn(_FALSE_TRUE, values.astype(np.int32), missing)


def number_column(values: npt.NDArray[Any], missing: Flags) -> NumberColumn | TextColumn:
    """Integers as int64 and fractions as float64; unsigned ones of 64 bits as the text of their digits.

    All of these, not only those beyond int64: what a cell is must not depend on who else is in its batch.
    """
    if values.dtype.kind == "f":
        with np.errstate(invalid="ignore"):  # a signalling NaN becomes a quiet one
            return NumberColumn(values.astype(np.float64, copy=False), missing)
    if values.dtype == np.uint64:
        digits = values[~missing].astype("S20")
        offsets = np.zeros(len(values) + 1, np.int64)
        offsets[1:][~missing] = np.char.str_len(digits)
        text = digits.view(np.uint8)
        return TextColumn(text[text != 0], np.cumsum(offsets), missing)
    return NumberColumn(values.astype(np.int64, copy=False), missing)


def nan_as_missing(column: Column) -> Column:
    """The same column, whose NaN are missing cells."""
    if isinstance(column, NumberColumn) and column.values.dtype == np.float64:
        return NumberColumn(column.values, column.missing | np.isnan(column.values))
    return column


def time_column(values: npt.NDArray[np.datetime64], missing: Flags) -> TextColumn | CodedColumn:
    """Points in time as `2013-01-01 05:00:00`, with as much of the second's fraction as there is."""
    if values.dtype == np.dtype("datetime64[D]"):
        return day_column(values.astype(np.int64), missing)
    return _times(values, missing)


def _times(values: npt.NDArray[np.datetime64], missing: Flags) -> TextColumn:
    text = np.datetime_as_string(values[~missing])
    cells = iter(_trimmed(cell.replace("T", " ")) for cell in text.tolist())
    return text_column([None if gone else next(cells) for gone in missing.tolist()])


# More days than these, and each is printed by itself.
_MOST_DAYS = 1 << 17


def day_column(
    days: npt.NDArray[np.int32] | npt.NDArray[np.int64], missing: Flags
) -> TextColumn | CodedColumn:
    """Days since 1970 as `2013-01-01`: each printed once, unless they lie far apart."""
    if missing.any():
        there = days[~missing]
        days = np.where(missing, there[0] if len(there) else 0, days)
    first, last = (int(days.min()), int(days.max())) if len(days) else (0, 0)
    if last - first >= _MOST_DAYS or first < _FIRST_DAY or last > _LAST_DAY:
        return _times(days.astype("datetime64[D]"), missing)
    return CodedColumn(_printed_days(first, last), (days - first).astype(np.int32, copy=False), missing)


_FIRST_DAY, _LAST_DAY = (int(np.datetime64(day).astype(np.int64)) for day in ("0001-01-01", "9999-12-31"))


@lru_cache(maxsize=16)
def _printed_days(first: int, last: int) -> TextColumn:
    printed = np.datetime_as_string(np.arange(first, last + 1).astype("datetime64[D]")).astype("S10")
    offsets = np.arange(0, 10 * len(printed) + 1, 10)
    return TextColumn(printed.view(np.uint8), offsets, np.zeros(len(printed), np.bool_))


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
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_in_json, skipkeys=True)


def _in_json(value: object) -> object:
    """What JSON lacks as text; a set as the list of what is in it, in an order that no hash decides."""
    return sorted(value, key=json_text) if isinstance(value, (set, frozenset)) else text_of(value)
