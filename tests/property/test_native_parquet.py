"""The kernel's law for Parquet: read by columns and by several threads, its state is that of the batches."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from drift_engine.native import state_of
from drift_engine.readers import ReadOptions
from tests.kernels import kernel, no_progress, numpy_state, partition_of

pa: Any = pytest.importorskip("pyarrow")
pq: Any = pytest.importorskip("pyarrow.parquet")

_TYPES: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "float": (pa.float64(), st.floats()),
    "some": (pa.float64(), st.sampled_from([0.0, -0.0, 1.5, float("nan"), float("inf")])),
    "single": (pa.float32(), st.floats(width=32)),
    "whole": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "small": (pa.int16(), st.integers(-5, 300)),
    "unsigned": (pa.uint64(), st.integers(0, 2**64 - 1)),
    "text": (pa.string(), st.text(max_size=20)),
    "word": (
        pa.large_string(),
        st.sampled_from(["", "a", "12", "-3.5", "true", "a text of many bytes " * 3]),
    ),
    "flag": (pa.bool_(), st.booleans()),
    "day": (pa.date32(), st.dates()),
    "near": (pa.date32(), st.dates(dt.date(2024, 1, 1), dt.date(2024, 3, 1))),
    "time": (pa.timestamp("us"), st.datetimes()),
}


@st.composite
def tables(draw: st.DrawFn) -> Any:
    rows = draw(st.integers(1, 60))
    columns = {}
    for name in draw(st.lists(st.sampled_from(sorted(_TYPES)), min_size=1, unique=True)):
        kind, values = _TYPES[name]
        cells = draw(st.lists(st.one_of(st.none(), values), min_size=rows, max_size=rows))
        columns[name] = pa.array(cells, kind)
    return pa.table(columns)


@dataclass(frozen=True)
class Written:
    """How a table is written and read."""

    group: int
    page: int
    words: bool
    batch_rows: int
    nan_is_missing: bool


@given(
    table=tables(),
    how=st.builds(
        Written,
        st.integers(1, 70),
        st.sampled_from([1, 64, 1 << 20]),
        st.booleans(),
        st.sampled_from([1, 7, 1000]),
        st.booleans(),
    ),
    threads=st.integers(1, 4),
)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_parquet_file_has_one_state_whatever_reads_it(table: Any, how: Written, threads: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.parquet"
        pq.write_table(
            table, path, row_group_size=how.group, data_page_size=how.page, use_dictionary=how.words
        )
        partition = partition_of(path, ReadOptions(nan_is_missing=how.nan_is_missing))
        expected = numpy_state(partition).to_bytes()
        options = ReadOptions(batch_rows=how.batch_rows, nan_is_missing=how.nan_is_missing)
        in_pieces = partition_of(path, options)
        assert numpy_state(in_pieces).to_bytes() == expected
        assert state_of(in_pieces, kernel(), threads, no_progress).to_bytes() == expected


def test_a_column_whose_name_holds_a_dot_is_read_once() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.parquet"
        pq.write_table(pa.table({"a": [1, 2], "a.b": [3, 4], "c.d": ["x", None]}), path)
        partition = partition_of(path)
        assert state_of(partition, kernel(), 2, no_progress).to_bytes() == numpy_state(partition).to_bytes()


def test_many_columns_and_many_rows_are_added_up_side_by_side() -> None:
    rows = 20_000
    columns: dict[str, Any] = {
        f"n{i}": pa.array([None if j % (i + 2) == 0 else (j * 7919 % 10_007) / (i + 1) for j in range(rows)])
        for i in range(11)
    }
    columns |= {f"i{i}": pa.array([j * (i + 1) % (600 * i + 3) for j in range(rows)]) for i in range(3)}
    columns["word"] = pa.array([f"w{j % 40}" for j in range(rows)])
    columns["id"] = pa.array([f"id-{j}" for j in range(rows)])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.parquet"
        pq.write_table(pa.table(columns), path, row_group_size=3_000)
        partition = partition_of(path)
        expected = numpy_state(partition).to_bytes()
        for threads in (1, 3):
            assert state_of(partition, kernel(), threads, no_progress).to_bytes() == expected


def test_a_row_group_without_rows_lets_none_overtake() -> None:
    table = pa.table({"x": [float(j * 7919 % 10_007) for j in range(300_000)]})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.parquet"
        with pq.ParquetWriter(path, table.schema) as writer:
            for part in (table, table.slice(0, 0), table.slice(0, 5_000)):
                writer.write_table(part, row_group_size=300_000)
        partition = partition_of(path)
        expected = numpy_state(partition).to_bytes()
        assert state_of(partition, kernel(), 3, no_progress).to_bytes() == expected
