"""polars frames."""

from __future__ import annotations

import datetime as dt
import decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drift_engine import make_baseline
from drift_engine.errors import DataError
from drift_engine.states.batch import NumberColumn
from tests.reading import Reading

pl = pytest.importorskip("polars")
UTC = dt.timezone.utc

COLUMNS: dict[str, Any] = {
    "Int64": (lambda: pl.Series([1, None]), [1, None]),
    "Int8": (lambda: pl.Series([1, None], dtype=pl.Int8), [1, None]),
    "UInt64 beyond int64": (lambda: pl.Series([1, 2**63], dtype=pl.UInt64), ["1", "9223372036854775808"]),
    "Int128": (lambda: pl.Series([1, 2**100], dtype=pl.Int128), ["1", str(2**100)]),
    "Float32": (lambda: pl.Series([0.5, None], dtype=pl.Float32), [0.5, None]),
    "String": (lambda: pl.Series(["ü", "", None]), ["ü", "", None]),
    "Boolean": (lambda: pl.Series([True, False, None]), ["true", "false", None]),
    "Categorical": (lambda: pl.Series(["x", None], dtype=pl.Categorical), ["x", None]),
    "Enum": (lambda: pl.Series(["x", None], dtype=pl.Enum(["x", "y"])), ["x", None]),
    "Date": (lambda: pl.Series([dt.date(2020, 1, 2), None]), ["2020-01-02", None]),
    "Datetime": (
        lambda: pl.Series([np.datetime64("2020-01-02T05", "us").item(), None]),
        ["2020-01-02 05:00:00", None],
    ),
    "Datetime with zone": (
        lambda: pl.Series([dt.datetime(2020, 1, 1, tzinfo=UTC)]).dt.convert_time_zone("America/New_York"),
        ["2020-01-01 00:00:00"],
    ),
    "Duration": (lambda: pl.Series([dt.timedelta(seconds=1.5), None]), [1.5, None]),
    "Time": (lambda: pl.Series([dt.time(5), None]), ["05:00:00", None]),
    "Decimal": (lambda: pl.Series([decimal.Decimal("1.50"), None]), ["1.50", None]),
    "List": (lambda: pl.Series([[1, 2], None]), ["[1,2]", None]),
    "Struct": (lambda: pl.Series([{"a": 1}, None]), ['{"a":1}', None]),
    "Binary": (lambda: pl.Series([b"ab", None]), ["ab", None]),
    "Null": (lambda: pl.Series([None, None]), [None, None]),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_each_polars_type_has_its_cells(read: Reading, kind: Any) -> None:
    make, cells = COLUMNS[kind]
    table = read(pl.DataFrame({"x": make()}), batch_rows=2)
    assert [row[0] for row in table.rows] == cells
    assert [type(row[0]) for row in table.rows] == [type(cell) for cell in cells]


def test_nan_and_null_are_missing(read: Reading) -> None:
    (column,) = read(pl.DataFrame({"x": [float("nan"), None]})).batches[0].columns
    assert column.missing.tolist() == [True, True]


def test_nan_is_a_value_where_the_options_say_so(read: Reading) -> None:
    (column,) = read(pl.DataFrame({"x": [float("nan"), None]}), nan_is_missing=False).batches[0].columns
    assert column.missing.tolist() == [False, True]
    assert isinstance(column, NumberColumn)
    assert np.isnan(column.values[0])


def test_a_frame_of_no_rows_is_one_batch_of_no_rows(read: Reading) -> None:
    table = read(pl.DataFrame({"a": [1]}).head(0))
    assert (table.names, [batch.rows for batch in table.batches]) == (("a",), [0])


@pytest.mark.parametrize("written", ["write_ipc", "write_ipc_stream", "to_arrow", "write_parquet"])
def test_categories_are_read_from_what_polars_writes_by_default(tmp_path: Path, written: str) -> None:
    pytest.importorskip("pyarrow")
    words = ["a", None, "b", "a"]
    frame = pl.DataFrame(
        {"c": pl.Series(words, dtype=pl.Categorical), "e": pl.Series(words, dtype=pl.Enum(["a", "b"]))}
    )
    path = tmp_path / ("x.parquet" if written == "write_parquet" else "x.arrow")
    source: Any = path
    if written == "to_arrow":
        source = frame.to_arrow(compat_level=pl.CompatLevel.newest())
    else:
        getattr(frame, written)(path)
    for feature in make_baseline(source).statistics.features:
        assert feature.string is not None
        assert feature.string.categories == {"a": 2, "b": 1}


@pytest.mark.parametrize("kind", ["Int128", "UInt128"])
@pytest.mark.parametrize(
    ("written", "name"),
    [("write_parquet", "x.parquet"), ("write_ipc", "x.arrow"), ("write_ipc_stream", "x.arrow")],
)
def test_integers_of_128_bits_in_a_file_are_one_error_with_a_way_out(
    tmp_path: Path, read: Reading, kind: str, written: str, name: str
) -> None:
    pytest.importorskip("pyarrow")
    dtype, path = getattr(pl, kind), tmp_path / name
    frame = pl.DataFrame({"i": pl.Series([1, 2**100], dtype=dtype)})
    getattr(frame, written)(path)
    with pytest.raises(
        DataError, match=rf"{name}: can't be read .*Int128.*cast\({{pl\.Int128: pl\.String}}\)"
    ):
        read(path)
    getattr(frame.cast({dtype: pl.String}), written)(path)
    assert read(path).rows == read(frame).rows == [("1",), (str(2**100),)]
