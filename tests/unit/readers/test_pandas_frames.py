"""pandas frames: every dtype that people keep features in."""

from __future__ import annotations

import datetime as dt
import decimal
from typing import Any

import numpy as np
import pytest

from drift_engine.errors import DataError
from drift_engine.readers import partitions
from tests.reading import Reading, Writing

pd = pytest.importorskip("pandas")

EAST = dt.timezone(dt.timedelta(hours=5))


def arrow_series(values: Any, dtype: Any) -> Any:
    pytest.importorskip("pyarrow")
    return pd.Series(values, dtype=dtype)


COLUMNS: dict[str, Any] = {
    "int64": (lambda: pd.Series([1, -2]), [1, -2]),
    "int8": (lambda: pd.Series([1, -2], dtype="int8"), [1, -2]),
    "uint64 that fits": (lambda: pd.Series([1, 2], dtype="uint64"), ["1", "2"]),
    "uint64 beyond int64": (lambda: pd.Series([1, 2**64 - 1], dtype="uint64"), ["1", "18446744073709551615"]),
    "float with NaN": (lambda: pd.Series([1.5, np.nan]), [1.5, None]),
    "bool": (lambda: pd.Series([True, False]), ["true", "false"]),
    "object": (lambda: pd.Series(["x", None, np.nan, pd.NA, ""], dtype=object), ["x", None, None, None, ""]),
    "mixed object": (
        lambda: pd.Series([1, 2.5, "a", True, None], dtype=object),
        ["1", "2.5", "a", "true", None],
    ),
    "inferred text": (lambda: pd.Series(["x", None, ""]), ["x", None, ""]),
    "string": (lambda: pd.Series(["x", None, ""], dtype=pd.StringDtype("python")), ["x", None, ""]),
    "string pyarrow": (lambda: arrow_series(["ü", None, ""], "string[pyarrow]"), ["ü", None, ""]),
    "Int64": (lambda: pd.Series([2**62 + 1, None], dtype="Int64"), [2**62 + 1, None]),
    "UInt8": (lambda: pd.Series([1, None], dtype="UInt8"), [1, None]),
    "Float64": (lambda: pd.Series([1.5, None], dtype="Float64"), [1.5, None]),
    "boolean": (lambda: pd.Series([True, None], dtype="boolean"), ["true", None]),
    "category of text": (lambda: pd.Series(pd.Categorical(["u", None, "v", "u"])), ["u", None, "v", "u"]),
    "category of integers": (lambda: pd.Series(pd.Categorical([5, None, 7])), [5, None, 7]),
    "category without categories": (lambda: pd.Series(pd.Categorical([None, None])), [None, None]),
    "datetime": (
        lambda: pd.Series([pd.Timestamp("2013-01-01"), pd.NaT, pd.Timestamp("2013-01-01 05:00:00.25")]),
        ["2013-01-01 00:00:00", None, "2013-01-01 05:00:00.25"],
    ),
    "datetime with zone": (
        lambda: pd.Series([pd.Timestamp("2013-01-01", tz="America/New_York"), pd.NaT]),
        ["2013-01-01 05:00:00", None],
    ),
    "timedelta": (lambda: pd.Series([pd.Timedelta("90s"), pd.NaT]), [90.0, None]),
    "date": (lambda: pd.Series([dt.date(2020, 1, 2), None]), ["2020-01-02", None]),
    "times as objects": (
        lambda: pd.Series([dt.datetime(2020, 1, 2, 5, tzinfo=EAST), dt.time(5, 30)], dtype=object),
        ["2020-01-02 00:00:00", "05:30:00"],
    ),
    "decimal": (lambda: pd.Series([decimal.Decimal("1.50"), None]), ["1.50", None]),
    "period": (lambda: pd.Series(pd.period_range("2020-01", periods=2, freq="M")), ["2020-01", "2020-02"]),
    "sparse": (lambda: pd.Series(pd.arrays.SparseArray([0, 0, 1])), [0, 0, 1]),
    "nested": (
        lambda: pd.Series([[1, 2], {"a": 1.5}, np.array([3]), None]),
        ["[1,2]", '{"a":1.5}', "[3]", None],
    ),
    "sets": (
        lambda: pd.Series([{"b", "a", "c"}, frozenset({2, 1}), {"k": {"z", "y"}}, [{(2, "x")}], set(), None]),
        ['["a","b","c"]', "[1,2]", '{"k":["y","z"]}', '[[[2,"x"]]]', "[]", None],
    ),
    "sets of several kinds": (
        lambda: pd.Series([{frozenset({"b", "a"}), dt.date(2020, 1, 2), 10, 9, None}]),
        ['["2020-01-02",10,9,["a","b"],null]'],
    ),
    "signalling NaN": (lambda: pd.Series(np.array([0x7F800001, 0], np.uint32).view("f4")), [None, 0.0]),
    "bytes": (lambda: pd.Series([b"ab", b"\xff"]), ["ab", "\ufffd"]),
    "int64[pyarrow]": (lambda: arrow_series([1, None], "int64[pyarrow]"), [1, None]),
    "double[pyarrow]": (lambda: arrow_series([1.5, None], "double[pyarrow]"), [1.5, None]),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_each_pandas_dtype_has_its_cells(read: Reading, kind: Any) -> None:
    make, cells = COLUMNS[kind]
    table = read(pd.DataFrame({"x": make()}))
    assert [row[0] for row in table.rows] == cells
    assert [type(row[0]) for row in table.rows] == [type(cell) for cell in cells]


@pytest.mark.parametrize("kind", COLUMNS)
def test_each_pandas_dtype_reads_the_same_row_by_row(read: Reading, kind: Any) -> None:
    make, _ = COLUMNS[kind]
    frame = pd.DataFrame({"x": make()})
    whole = [str(row[0]) for row in read(frame).rows]
    assert [str(row[0]) for row in read(frame, batch_rows=1).rows] == whole


def test_column_labels_become_text_and_equal_ones_get_their_positions(read: Reading) -> None:
    frame = pd.DataFrame([[1, 2, 3, 4, 5]], columns=[5, ("a", 1), "A", "b", "b"])
    assert read(frame).names == ("5", "('a', 1)", "A", "b3", "b4")
    assert read(pd.DataFrame([[1, 2]], columns=["b", "b"])).rows == [(1, 2)]


def test_a_frame_is_one_partition_whatever_its_index(read: Reading) -> None:
    (partition,) = partitions(pd.DataFrame({"a": [1, 2]}, index=[7, 7]))
    assert (partition.name, partition.size) == ("<pandas DataFrame>", None)
    assert sum(batch.rows for batch in partition.batches()) == 2


def test_a_frame_of_a_subclass_is_a_frame(read: Reading) -> None:
    class Flights(pd.DataFrame):  # type: ignore[misc,name-defined]
        pass

    assert read(Flights({"a": [1]})).rows == [(1,)]


def test_a_frame_of_no_rows_is_one_batch_of_no_rows(read: Reading) -> None:
    table = read(pd.DataFrame({"a": [1], "b": ["x"]}).head(0))
    assert (table.names, [batch.rows for batch in table.batches]) == (("a", "b"), [0])


def test_a_frame_without_columns_is_an_error(read: Reading) -> None:
    with pytest.raises(DataError, match="<pandas DataFrame>: has no columns"):
        read(pd.DataFrame(index=[1, 2]))


def test_a_frame_and_files_can_be_read_together(read: Reading, write: Writing) -> None:
    assert read([write("a\n1\n"), pd.DataFrame({"a": ["2"]})]).rows == [("1",), ("2",)]


def test_the_frame_is_left_as_it_was(read: Reading) -> None:
    frame = pd.DataFrame({"a": pd.Series([1, None], dtype="Int64"), "b": [np.nan, 1.0]})
    before = frame.copy(deep=True)
    read(frame)
    pd.testing.assert_frame_equal(frame, before)
