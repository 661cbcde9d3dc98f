"""Parquet, through pyarrow."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drift_engine.errors import DataError
from drift_engine.readers import partitions
from drift_engine.states.batch import NumberColumn
from tests.reading import Reading, Writing

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def store(tmp_path: Path) -> Any:
    def store_table(columns: Any, name: Any = "x.parquet", **options: Any) -> Any:
        path = tmp_path / name
        pq.write_table(pa.table(columns) if isinstance(columns, dict) else columns, path, **options)
        return path

    return store_table


def test_numbers_stay_numbers_and_text_stays_text(read: Reading, store: Any) -> None:
    table = read(store({"i": [1, None], "f": [1.5, None], "s": ["", None], "b": [True, None]}))
    assert table.names == ("i", "f", "s", "b")
    assert table.rows == [(1, 1.5, "", "true"), (None, None, None, None)]


def test_nan_and_null_are_missing(read: Reading, store: Any) -> None:
    (column,) = read(store({"f": [float("nan"), None, 1.0]})).batches[0].columns
    assert column.missing.tolist() == [True, True, False]


def test_a_signalling_nan_is_one_like_others_and_no_warning(read: Reading, store: Any) -> None:
    signalling = np.array([0x7F800001, 0], np.uint32).view("f4")
    assert read(store({"x": pa.array(signalling)})).rows == [(None,), (0.0,)]


def test_nan_is_a_value_where_the_options_say_so(read: Reading, store: Any) -> None:
    (column,) = read(store({"f": [float("nan"), None, 1.0]}), nan_is_missing=False).batches[0].columns
    assert column.missing.tolist() == [False, True, False]
    assert isinstance(column, NumberColumn)
    assert np.isnan(column.values[0])


def test_row_groups_are_streamed_in_order_in_batches_of_at_most_batch_rows(read: Reading, store: Any) -> None:
    table = read(store({"i": list(range(25))}, row_group_size=10), batch_rows=4)
    assert max(batch.rows for batch in table.batches) <= 4
    assert table.column("i") == list(range(25))


def test_a_file_of_no_rows_is_one_batch_of_no_rows(read: Reading, store: Any) -> None:
    table = read(store({"a": pa.array([], pa.int64()), "b": pa.array([], pa.string())}))
    assert table.names == ("a", "b")
    assert [batch.rows for batch in table.batches] == [0]


def test_a_file_without_columns_is_an_error(read: Reading, store: Any) -> None:
    with pytest.raises(DataError, match=r"x\.parquet: has no columns"):
        read(store({}))


def test_nested_columns_are_their_json_text(read: Reading, store: Any) -> None:
    table = read(store({"l": [[1, 2], None], "s": [{"k": "v"}, None]}))
    assert table.rows == [("[1,2]", '{"k":"v"}'), (None, None)]


def test_a_damaged_file_is_one_error_with_its_name(read: Reading, store: Any) -> None:
    path = store({"i": list(range(1000))})
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match=r"x\.parquet: can't be read as Parquet: "):
        read(path)


def test_without_pyarrow_the_error_names_the_extra(write: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    (partition,) = partitions(write(b"PAR1", "x.parquet"))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(
        DataError, match=r"x\.parquet: reading Parquet needs pyarrow: pip install 'drift-engine\[parquet\]'"
    ):
        next(partition.batches())
