"""The kernel's law: its states are numpy's to the byte, its warnings and errors the readers'."""

from __future__ import annotations

import codecs
import csv
import ctypes as ct
import io
import logging
import random
import struct
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, example, given, settings

from drift_engine.errors import DriftEngineError
from drift_engine.native import state_of
from drift_engine.native.binding import address, padded
from drift_engine.readers import Partition, ReadOptions
from drift_engine.states import Batch, CodedColumn, DatasetState, FrequentState, NumberColumn, TextColumn
from drift_engine.states.cells import Cells
from drift_engine.states.frequent import BITS, BUCKETS
from drift_engine.states.hashing import hash_cells
from tests.kernels import compile_with, kernel, no_progress, numpy_state, partition_of
from tests.tables import text_column

NUMBER = st.one_of(
    st.integers(-(10**25), 10**25).map(str),
    st.integers(-20, 20).map(str),
    st.floats().map(repr),
    st.floats(-1000, 1000).map(lambda x: f"{x:.2f}"),
    st.decimals(allow_nan=False, allow_infinity=False, places=21).map(str),
    st.sampled_from(
        ["-0", "-0.0", "+5", "- 5", " 7", "1e400", "4.9e-324", "007", "5.", ".5", "1E+3", "9" * 30 + ".5"]
    ),
)
TEXT = st.text(
    st.one_of(
        st.sampled_from('a,"\n\r 0\\;é'), st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    ),
    max_size=40,
)
CELL = st.one_of(NUMBER, TEXT, st.sampled_from(["", "true", "false", "AA", "UA"]))
SIZES = st.sampled_from([1, 7, 64, 200, 1 << 20])


def said(partition: Partition, how: str, threads: int, log: logging.Logger) -> tuple[Any, list[str]]:
    """The state's bytes or the error, and the warnings."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    log.addHandler(handler)
    log.propagate = False
    try:
        if how == "numpy":
            return numpy_state(partition).to_bytes(), lines
        return state_of(partition, kernel(), threads, no_progress).to_bytes(), lines
    except DriftEngineError as error:
        return (type(error), str(error)), lines
    finally:
        log.removeHandler(handler)
        log.propagate = True


def assert_same(content: bytes, options: ReadOptions, threads: int) -> tuple[Any, list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(content)
        try:
            partition = partition_of(path, options)
        except DriftEngineError:
            assume(False)
        log = logging.getLogger("drift_engine.readers")
        expected = said(partition, "numpy", 1, log)
        assert said(partition, "native", threads, log) == expected
        return expected


@st.composite
def tables(draw: st.DrawFn) -> list[tuple[str, ...]]:
    columns = draw(st.integers(1, 5))
    return draw(st.lists(st.tuples(*[CELL] * columns), min_size=1, max_size=40))


@given(
    table=tables(),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    end=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from([b"", codecs.BOM_UTF8]),
    block_bytes=SIZES,
    threads=st.integers(1, 4),
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_tables_as_csv_writes_them(
    table: list[tuple[str, ...]],
    quoting: Literal[0, 1, 2],
    end: str,
    mark: bytes,
    block_bytes: int,
    threads: int,
) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, quoting=quoting, lineterminator=end).writerows(table)
    options = ReadOptions(header=False, block_bytes=block_bytes)
    assert_same(mark + written.getvalue().encode(), options, threads)


@given(
    lines=st.lists(st.lists(CELL, max_size=5), min_size=1, max_size=30),
    damage=st.lists(
        st.tuples(
            st.integers(0, 2000), st.sampled_from([b'"', b"\xff", b"\n\n", b"\r", b",", b"\xed\xa0\x80"])
        )
    ),
    block_bytes=SIZES,
    batch_rows=st.sampled_from([1, 3, 1000]),
    header=st.booleans(),
    threads=st.integers(1, 4),
)
@example([["a", "b"], ['5" pipe', "2"], ["3", "4"]], [], 1 << 20, 1000, True, 2)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_ragged_rows_odd_quotes_and_broken_text(
    lines: list[list[str]],
    damage: list[tuple[int, bytes]],
    block_bytes: int,
    batch_rows: int,
    header: bool,
    threads: int,
) -> None:
    content = "\n".join(",".join(cells) for cells in lines).encode()
    for at, what in damage:
        content = content[: at % (len(content) + 1)] + what + content[at % (len(content) + 1) :]
    options = ReadOptions(header=header, block_bytes=block_bytes, batch_rows=batch_rows)
    assert_same(content, options, threads)


@pytest.mark.parametrize("seed", range(6))
def test_files_of_many_blocks(seed: int) -> None:
    rng = random.Random(seed)
    kinds: list[Callable[[], str]] = [
        lambda: f"{rng.gauss(0, 1000):.{rng.randint(0, 17)}f}",
        lambda: str(rng.randint(-(10 ** rng.randint(1, 19)), 10 ** rng.randint(1, 19))),
        lambda: rng.choice(["AA", "UA", "é", "true", "", '"a ""b"", c"', '"line\nbreak"']),
        lambda: f"u{rng.getrandbits(40)}",
        lambda: repr(struct.unpack("<d", rng.getrandbits(64).to_bytes(8, "little"))[0]),
        lambda: str(rng.randint(0, 600)),
    ]
    rows = [",".join(kind() for kind in kinds) for _ in range(6000)]
    if seed % 2:
        rows[3000] = 'a,b,5" pipe,c,d'
        rows[4000] = ""
        rows[5000] += "\udcff"
    content = ("a,b,c,d,e,f\n" + "\r\n".join(rows)).encode("utf-8", "surrogateescape")
    expected, lines = assert_same(content, ReadOptions(block_bytes=20_000), 1 + seed % 4)
    assert isinstance(expected, bytes)
    assert len(lines) == (2 if seed % 2 else 0)


def batch_of(columns: Sequence[TextColumn | NumberColumn]) -> Batch:
    return Batch(tuple(f"c{i}" for i in range(len(columns))), tuple(columns), len(columns[0]))


@given(
    data=st.lists(
        st.tuples(
            st.floats(),
            st.sampled_from([0.0, -0.0, 1.5, float("nan")]),
            st.integers(-(2**63), 2**63 - 1),
            st.integers(0, 5),
            CELL,
            st.booleans(),
        ),
        min_size=1,
        max_size=60,
    ),
    size=st.integers(1, 20),
    threads=st.integers(1, 4),
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_batches_of_typed_numbers_and_texts(data: list[Any], size: int, threads: int) -> None:
    batches = []
    for start in range(0, len(data), size):
        part = data[start : start + size]
        missing = np.array([row[5] for row in part])
        columns: list[TextColumn | NumberColumn] = []
        for i in range(2):
            columns.append(NumberColumn(np.array([row[i] for row in part], np.float64), missing))
            columns.append(NumberColumn(np.array([row[2 + i] for row in part], np.int64), missing))
        cells = [row[4].encode() for row in part]
        offsets = np.cumsum([0, *map(len, cells)], dtype=np.int64)
        columns.append(TextColumn(np.frombuffer(b"".join(cells), np.uint8), offsets, missing))
        batches.append(batch_of(columns))
    partition = Partition("<batches>", lambda: iter(batches))
    expected = numpy_state(partition).to_bytes()
    assert state_of(partition, kernel(), threads, no_progress).to_bytes() == expected


def test_columns_of_many_values_long_values_and_512_values() -> None:
    rng = random.Random(5)
    long = [str(i) * 40_000 for i in range(10, 40)]
    rows = [
        f"{i % 512},{i % 513},{rng.choice(long) if i % 50 == 0 else ''},{'x' * (i % 100)}"
        for i in range(3000)
    ]
    content = ("a,b,c,d\n" + "\n".join(rows)).encode()
    expected, _ = assert_same(content, ReadOptions(block_bytes=300_000), 3)
    state = DatasetState.from_bytes(expected)
    assert [column.categories.overflowed for column in state.columns] == [False, True, False, False]


def frequent_and_rare(seed: int, rows: int) -> list[str]:
    """Cells of which some come often: short, long, many times in a row, numbers, and none."""
    rng = random.Random(seed)
    often = [
        "guest",
        "é" * 20,
        "https://example.com/a/path/that/all/have/1.html",
        "true",
        "12.5",
        "x" * 70_000,
    ]
    cells: list[str] = []
    while len(cells) < rows:
        text = (
            f"{rng.getrandbits(60):x}-" * rng.randint(1, 5) if rng.random() < 0.7 else rng.choice(often[:5])
        )
        cells += [text] * (300 if rng.random() < 0.005 else 1)
    cells[rows // 2] = often[5]
    return [cell if rng.random() < 0.95 else "" for cell in cells[:rows]]


@pytest.mark.parametrize("seed", range(6))
def test_frequent_texts_of_columns_of_many(seed: int) -> None:
    columns = [frequent_and_rare(10 * seed + index, 6000) for index in range(3)]
    columns.append([f"early{index % 20}" if index < 4000 else f"late{index}" for index in range(6000)])
    content = "\n".join(["a,b,c,d", *map(",".join, zip(*columns, strict=True))]).encode()
    expected, _ = assert_same(content, ReadOptions(block_bytes=100_000), 1 + seed % 4)
    state = DatasetState.from_bytes(expected)
    assert [column.categories.overflowed for column in state.columns] == [True] * 4
    assert all(column.categories.frequent(6000) for column in state.columns)


@pytest.mark.parametrize("threads", [1, 3])
def test_frequent_texts_of_batches_with_dictionaries(threads: int) -> None:
    random_codes = np.random.default_rng(threads)
    texts = [*(f"rare {index}" for index in range(2000)), "7", "guest", "x" * 40]
    batches = []
    for _ in range(5):
        codes = np.where(random_codes.random(3000) < 0.5, 2001, random_codes.integers(0, 2003, 3000))
        column = CodedColumn(text_column(texts), codes.astype(np.int32), random_codes.random(3000) < 0.1)
        batches.append(Batch(("a", "b"), (column, column.spelled()), 3000))
    partition = Partition("<batches>", lambda: iter(batches))
    expected = numpy_state(partition).to_bytes()
    assert state_of(partition, kernel(), threads, no_progress).to_bytes() == expected
    (value,) = DatasetState.from_bytes(expected).columns[0].categories.frequent(15_000)
    assert value.value == "guest"


def test_counts_of_frequent_texts_beyond_32_bits(tmp_path: Path) -> None:
    grown = compile_with(tmp_path, _MANY_TIMES)
    grown.many_times.restype = ct.c_int64
    texts, times = [b"a", b"x" * 40, b"guest", b"once"], [3, (1 << 32) + 5, 1 << 34, 1]
    totals, counters = np.zeros(BUCKETS, np.uint64), np.zeros((BUCKETS, BITS), np.uint64)
    ends = np.cumsum([len(text) for text in texts])
    data, counts = padded(b"".join(texts)), np.array(times, np.uint64)
    places = [address(each) for each in (data, ends, counts, totals, counters)]
    assert grown.many_times(*map(ct.c_void_p, places), ct.c_int64(len(texts))) == 1
    cells = Cells.of(texts)
    expected = FrequentState()
    expected.add_counted(hash_cells(cells), cells, counts * np.uint64(300))
    assert FrequentState.from_parts(totals, counters).to_bytes() == expected.to_bytes()


_MANY_TIMES = """
EXPORT i64 many_times(const u8 *data, const i64 *ends, const u64 *times, u64 *totals, u64 *counters,
                      i64 texts) {
    Frequent *f = calloc(1, sizeof *f);
    Queue *q = calloc(1, sizeof *q);
    for (i64 round = 0; f && q && round < 300; round++)
        for (i64 k = 0, at = 0; k < texts; at = ends[k++]) {
            u64 n = (u64)(ends[k] - at);
            add_frequent(q, f, hash_text(data + at, n), data + at, n, times[k]);
        }
    if (q) empty_queue(q);
    i64 sound = f && q && hand_over(f, totals, counters);
    free_frequent(f);
    free(q);
    return sound;
}
"""
