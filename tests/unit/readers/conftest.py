"""What the readers' tests share: a table written out, and everything read back as plain Python values."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from drift_engine.readers import ReadOptions, partitions
from drift_engine.states.batch import CodedColumn, Column, TextColumn
from tests.reading import Cell, Reading, Table, Writing


def _cells(column: Column) -> list[Cell]:
    if isinstance(column, CodedColumn):
        column = column.spelled()
    if isinstance(column, TextColumn):
        data, edges = column.data.tobytes(), column.offsets.tolist()
        cells: list[Cell] = [data[a:b].decode() for a, b in pairwise(edges)]
    else:
        cells = column.values.tolist()
    assert len(cells) == len(column.missing)
    return [None if gone else cell for cell, gone in zip(cells, column.missing.tolist(), strict=True)]


@pytest.fixture
def read() -> Reading:
    """Reads every partition of a source, given options by name."""

    def read_all(source: object, **options: object) -> Table:
        batches = [b for p in partitions(source, ReadOptions(**options)) for b in p.batches()]  # type: ignore[arg-type]
        assert len({b.names for b in batches}) == 1
        assert all(len(column) == b.rows for b in batches for column in b.columns)
        rows = [row for b in batches for row in zip(*map(_cells, b.columns), strict=True)]
        return Table(batches[0].names, rows, tuple(batches))

    return read_all


@pytest.fixture
def write(tmp_path: Path) -> Writing:
    """Writes bytes or text to a file of the test's own folder."""

    def write_file(content: str | bytes, name: str = "data.csv") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file
