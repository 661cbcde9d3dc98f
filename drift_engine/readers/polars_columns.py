"""Columns of a polars frame; works on the frame's own methods, imports neither polars nor pyarrow.

Null is missing; NaN and an empty string are not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from drift_engine.readers.values import (
    boolean_column,
    number_column,
    object_column,
    time_column,
)
from drift_engine.states.batch import Column, NumberColumn


def columns(frame: Any, _names: tuple[str, ...], start: int, stop: int) -> tuple[Column, ...]:
    """The columns of the rows from `start` to before `stop`."""
    return tuple(_column(series.slice(start, stop - start)) for series in frame.get_columns())


def _column(series: Any) -> Column:
    dtype = series.dtype
    missing = np.asarray(series.is_null().to_numpy(), np.bool_)
    # numpy has no integers of 128 bits: they go through Python's.
    if (dtype.is_integer() or dtype.is_float()) and "128" not in str(dtype):
        return number_column(series.fill_null(0).to_numpy(), missing)
    match str(dtype.base_type()):
        case "Boolean":
            return boolean_column(series.fill_null(False).to_numpy().astype(np.bool_), missing)
        case "Datetime" | "Date":
            zoned = getattr(dtype, "time_zone", None) is not None
            utc = series.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if zoned else series
            return time_column(utc.to_numpy(), missing)
        case "Duration":
            per_second = {"ms": 1e3, "us": 1e6, "ns": 1e9}[dtype.time_unit]
            return NumberColumn(series.to_physical().fill_null(0).to_numpy() / per_second, missing)
    return object_column(series.to_list())
