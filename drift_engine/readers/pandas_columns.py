"""Columns of a pandas frame; works on the frame's own methods, imports nothing but numpy.

NaN, None, NA and NaT are missing, an empty string is not. Categories count as what they are categories of.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from drift_engine.readers import arrow
from drift_engine.readers.values import (
    Flags,
    boolean_column,
    nan_as_missing,
    number_column,
    object_column,
    time_column,
)
from drift_engine.states.batch import CodedColumn, Column, NumberColumn, TextColumn


def columns(frame: Any, names: tuple[str, ...], start: int, stop: int) -> tuple[Column, ...]:
    """The columns of the rows from `start` to before `stop`."""
    return tuple(_column(name, frame.iloc[start:stop, position]) for position, name in enumerate(names))


def _column(name: str, series: Any) -> Column:
    dtype = series.dtype
    match type(dtype).__name__:
        case "CategoricalDtype":
            return _categories(name, series)
        case "SparseDtype":
            return _column(name, series.sparse.to_dense())
        case "ArrowDtype":
            pa = arrow.pyarrow("a pandas column of an Arrow type")
            return nan_as_missing(arrow.arrow_column(pa, name, pa.array(series.array)))
        case "DatetimeTZDtype":
            return _column(name, series.dt.tz_convert("UTC").dt.tz_localize(None))
    missing = np.asarray(series.isna().to_numpy(), np.bool_)
    if hasattr(dtype, "numpy_dtype"):  # the nullable Int64, Float64, boolean and the like
        return _typed(series.fillna(dtype.type(0)).to_numpy(dtype=dtype.numpy_dtype), missing)
    return _plain(series, missing) if isinstance(dtype, np.dtype) else _objects(series, missing)


def _plain(series: Any, missing: Flags) -> Column:
    values = series.to_numpy()
    if values.dtype.kind in "iufb":
        return _typed(values, missing)
    if values.dtype.kind == "M":
        return time_column(values, missing)
    if values.dtype.kind == "m":
        return NumberColumn(np.where(missing, 0.0, values / np.timedelta64(1, "s")), missing)
    return _objects(series, missing)


def _typed(values: Any, missing: Flags) -> Column:
    if values.dtype.kind == "b":
        return boolean_column(values, missing)
    return nan_as_missing(number_column(values, missing))


def _categories(name: str, series: Any) -> Column:
    codes = np.asarray(series.cat.codes.to_numpy(), np.int64)
    missing = codes < 0
    of = _column(name, series.cat.categories.to_series())
    if isinstance(of, CodedColumn):
        of = of.spelled()
    if isinstance(of, TextColumn):
        return CodedColumn(of, codes.astype(np.int32), missing)
    if not len(of):
        return NumberColumn(np.zeros(len(codes), np.float64), missing)
    return NumberColumn(of.values[np.where(missing, 0, codes)], missing)


def _objects(series: Any, missing: Flags) -> TextColumn:
    values = series.to_numpy(dtype=object)
    if missing.any():
        values = np.where(missing, None, values)
    return object_column(values.tolist())
