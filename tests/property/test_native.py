"""The kernel's law: its states are numpy's to the byte, its warnings and errors the readers'."""

from __future__ import annotations

import codecs
import csv
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
from drift_engine.readers import Partition, ReadOptions
from drift_engine.states import Batch, DatasetState, NumberColumn, TextColumn
from tests.kernels import kernel, no_progress, numpy_state, partition_of

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
