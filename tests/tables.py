"""Small tables for tests: columns of texts, None for a missing cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from drift_engine.states import Batch, DatasetState, Profile, TextColumn

Columns = Mapping[str, Sequence[str | None]]


def text_column(cells: Sequence[str | None]) -> TextColumn:
    encoded = [(cell or "").encode() for cell in cells]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    data = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    return TextColumn(data, offsets, np.array([cell is None for cell in cells], dtype=bool))


def profile(columns: Columns) -> Profile:
    rows = max((len(cells) for cells in columns.values()), default=0)
    batch = Batch(tuple(columns), tuple(map(text_column, columns.values())), rows)
    return DatasetState.of(batch).profile()


def write_csv(path: Path, columns: Columns, *, header: bool = True) -> Path:
    """A CSV file; cells hold neither separators nor quotes."""
    lines = [",".join(columns)] if header else []
    lines += [",".join(cell or "" for cell in row) for row in zip(*columns.values(), strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def numbers(count: int, *, start: int = 0, step: int = 1) -> list[str]:
    return [str(start + step * index) for index in range(count)]
