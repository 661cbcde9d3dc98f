"""What a table leaves behind depends neither on batches, threads nor files, in every format."""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from drift_engine.native import state_of
from drift_engine.readers import ReadOptions, partitions
from drift_engine.states import DatasetState
from tests.kernels import kernel, no_progress, numpy_state

pa: Any = pytest.importorskip("pyarrow")
pq: Any = pytest.importorskip("pyarrow.parquet")

Row = tuple[int | None, float, str]
ROWS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(-(10**6), 10**6)),
        st.floats(-(10.0**9), 10.0**9),
        st.sampled_from(["AA", "UA", "12", "true", "é", "a longer text"]),
    ),
    min_size=1,
    max_size=80,
)
FORMATS = ("csv", "csv.gz", "jsonl", "parquet", "arrow", "arrows")


def write(path: Path, rows: list[Row]) -> Path:
    columns = list(zip(*rows, strict=True))
    ending = path.name.split(".", 1)[1]
    if ending.startswith("csv"):
        lines = [f"{'' if n is None else n},{x!r},{text}" for n, x, text in rows]
        content = ("n,x,text\n" + "\n".join(lines) + "\n").encode()
        path.write_bytes(gzip.compress(content) if ending == "csv.gz" else content)
    elif ending == "jsonl":
        lines = [json.dumps({"n": n, "x": x, "text": text}) for n, x, text in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        kinds = (pa.int64(), pa.float64(), pa.string())
        arrays = [pa.array(list(cells), kind) for cells, kind in zip(columns, kinds, strict=True)]
        table = pa.table(dict(zip(("n", "x", "text"), arrays, strict=True)))
        if ending == "parquet":
            pq.write_table(table, path, row_group_size=17)
        else:
            make = pa.ipc.new_file if ending == "arrow" else pa.ipc.new_stream
            with path.open("wb") as out, make(out, table.schema) as writer:
                writer.write_table(table, max_chunksize=13)
    return path


def merged(source: Path, options: ReadOptions, threads: int | None) -> DatasetState:
    """The state of all files; by numpy without `threads`."""
    total = DatasetState()
    for each in partitions(source, options):
        state = numpy_state(each) if threads is None else state_of(each, kernel(), threads, no_progress)
        total = total.merge(state)
    return total


@pytest.mark.parametrize("ending", FORMATS)
@given(
    rows=ROWS,
    batch_rows=st.sampled_from([1, 7, 64]),
    block_bytes=st.sampled_from([30, 500]),
    threads=st.integers(1, 4),
)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_one_file_has_one_state(
    ending: str, rows: list[Row], batch_rows: int, block_bytes: int, threads: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / f"x.{ending}", rows)
        expected = merged(path, ReadOptions(), None).to_bytes()
        pieces = ReadOptions(batch_rows=batch_rows, block_bytes=block_bytes)
        assert merged(path, pieces, None).to_bytes() == expected
        assert merged(path, pieces, threads).to_bytes() == expected


@pytest.mark.parametrize("ending", FORMATS)
@given(rows=ROWS, cut=st.integers(1, 79), threads=st.integers(1, 4))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_files_have_the_statistics_of_all_their_rows(
    ending: str, rows: list[Row], cut: int, threads: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        parts, whole = Path(folder) / "parts", Path(folder) / f"whole.{ending}"
        parts.mkdir()
        for name, part in (("a", rows[:cut]), ("b", rows[cut:])):
            if part:
                write(parts / f"{name}.{ending}", part)
        found = merged(parts, ReadOptions(), threads).profile()
        expected = merged(write(whole, rows), ReadOptions(), threads).profile()
        assert found.item_count == expected.item_count
        for one, other in zip(found.features, expected.features, strict=True):
            assert (one.inferred_type, one.type_counts) == (other.inferred_type, other.type_counts)
            assert one.num_missing == other.num_missing
            assert (one.string is None, one.numerical is None) == (
                other.string is None,
                other.numerical is None,
            )
            if one.string and other.string:
                assert one.string.categories == other.string.categories
                assert one.string.distinct_count == other.string.distinct_count
            if one.numerical and other.numerical:
                a, b = one.numerical, other.numerical
                assert (a.min, a.max) == (b.min, b.max)
                assert a.approximate_num_distinct_values == b.approximate_num_distinct_values
                assert a.sum == pytest.approx(b.sum, rel=1e-9, abs=1e-3)
                assert a.std_dev == pytest.approx(b.std_dev, rel=1e-9, abs=1e-3)
                assert a.sketch is not None
                assert b.sketch is not None
                # So few values all stay in the sketch, whatever files they came in.
                assert a.sketch.weighted()[0].tolist() == b.sketch.weighted()[0].tolist()
