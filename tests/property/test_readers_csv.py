"""Laws of the CSV reader: Python's csv module says the same, and no block or batch size changes a cell."""

from __future__ import annotations

import csv
import io
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import assume, example, given, settings

from drift_engine.errors import DataError
from drift_engine.readers import ReadOptions, partitions
from drift_engine.states.batch import TextColumn

Rows = list[tuple[str, ...]]

# Python 3.10 can't write NUL; tests/unit/readers/test_csv.py reads it.
CELL = st.text(
    st.one_of(
        st.sampled_from('a,"\n\r 0\\;é'), st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    ),
    max_size=6,
)
DIALECT = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from([",", ";", "\t", "|"]),
        "quotechar": st.sampled_from(['"', "'"]),
        "lineterminator": st.sampled_from(["\n", "\r\n"]),
        "quoting": st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    }
)
SIZES = st.tuples(st.sampled_from([1, 2, 3, 7, 64, 1 << 20]), st.sampled_from([1, 2, 100]))


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    columns = draw(st.integers(1, 5))
    return draw(st.lists(st.tuples(*[CELL] * columns), min_size=1, max_size=12))


def read(content: bytes, options: ReadOptions) -> Rows:
    """All cells of a file with this content, "" for missing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(content)
        rows: Rows = []
        for partition in partitions(path, options):
            for batch in partition.batches():
                assert batch.rows <= options.batch_rows
                columns = []
                for column in batch.columns:
                    assert isinstance(column, TextColumn)
                    data, edges = column.data.tobytes(), column.offsets.tolist()
                    cells = [data[a:b].decode() for a, b in pairwise(edges)]
                    assert [not cell for cell in cells] == column.missing.tolist()
                    columns.append(cells)
                rows += zip(*columns, strict=True)
        return rows


@given(table=tables(), dialect=DIALECT, sizes=SIZES)
@example(table=[("\r", "a"), ("", "b")], dialect={"delimiter": ",", "quotechar": '"'}, sizes=(1, 1))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_what_pythons_csv_module_writes_is_read_back_cell_by_cell(
    table: Any, dialect: Any, sizes: Any
) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, **dialect).writerows(table)
    options = ReadOptions(
        header=False,
        separator=dialect["delimiter"],
        quote=dialect["quotechar"],
        block_bytes=sizes[0],
        batch_rows=sizes[1],
    )
    content = written.getvalue()
    assume(content.strip("\r\n"))
    # Python 3.11 writes a last cell "x\r" without quotes, which no reader can tell from CRLF.
    assume(dialect.get("quoting") != csv.QUOTE_MINIMAL or not any(row[-1].endswith("\r") for row in table))
    assert read(content.encode(), options) == table


@given(
    pieces=st.lists(
        st.sampled_from(["a", "b", '"', '"', ",", ",", "\n", "\r\n", "é", " ", 'b"b', '","', '""', '"\n']),
        max_size=60,
    ),
    sizes=SIZES,
)
@settings(max_examples=500, deadline=None, derandomize=True)
def test_odd_quoting_is_read_as_pythons_csv_module_reads_it(pieces: Any, sizes: Any) -> None:
    text = "".join(pieces)
    expected = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    width = len(expected[0]) if expected else 0
    padded = [tuple((row + [""] * width)[:width]) for row in expected]
    options = ReadOptions(header=False, block_bytes=sizes[0], batch_rows=sizes[1])
    quote_stays_open = list(csv.reader(io.StringIO(text + "\nZ", newline="")))[-1] != ["Z"]
    if quote_stays_open or not expected:
        with pytest.raises(DataError, match="is never closed" if quote_stays_open else "nothing to read"):
            read(text.encode(), options)
    else:
        assert read(text.encode(), options) == padded
