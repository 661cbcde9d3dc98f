"""Columns of text out of tokens: cells of one column side by side, as `TextColumn` wants them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from drift_engine.readers.gather import text_columns_at
from drift_engine.readers.quotes import Indices
from drift_engine.readers.tokens import Tokens
from drift_engine.readers.values import rows_at_once
from drift_engine.states.batch import Column


@dataclass
class Ragged:
    """Rows that had not as many cells as there are columns: how many, and the line of the first (0: none)."""

    short: int = 0
    long: int = 0
    line: int = 0

    def add(self, widths: Indices, columns: int, lines: Indices) -> None:
        """Count rows of these widths that start on these lines."""
        odd = widths != columns
        if odd.any():
            self.short += int(np.count_nonzero(widths < columns))
            self.long += int(np.count_nonzero(widths > columns))
            self.line = self.line or int(lines[np.argmax(odd)])


@dataclass(frozen=True)
class Row:
    """A row's position in its block and its cells' bytes."""

    row: int
    cells: tuple[bytes, ...]


def first_row(found: Tokens) -> Row | None:
    """The first row that is no blank line; None where there is none."""
    row = 0 if found.blank is None else int(np.argmin(found.blank))
    if found.blank is not None and found.blank[row]:
        return None
    cells = range(int(found.row_stops[row - 1]) if row else 0, int(found.row_stops[row]))
    return Row(row, tuple(found.data[found.starts[i] : found.stops[i]].tobytes() for i in cells))


def text_columns(
    found: Tokens, line: int, columns: int, skip: int, batch_rows: int, ragged: Ragged
) -> Iterator[tuple[tuple[Column, ...], int]]:
    """Columns and their number of rows, piece by piece of at most `batch_rows` rows.

    Args:
        found: the rows of a block.
        line: the line on which the block starts, from 1.
        columns: how many cells a row should have; others are missing or cut off, and counted.
        skip: how many of the first rows are left out.
        batch_rows: the most rows in a piece.
        ragged: counts rows of another width.
    """
    rows = np.arange(skip, len(found.row_stops))
    if found.blank is not None:
        rows = rows[~found.blank[skip:]]
    row_starts = np.concatenate(([0], found.row_stops[:-1]))
    widths = (found.row_stops - row_starts)[rows]
    regular = bool((widths == columns).all())
    if not regular:
        lines = rows if found.lines is None else found.lines[rows]
        ragged.add(widths, columns, lines + line)
    size = rows_at_once(batch_rows, columns)
    for start in range(0, len(rows), size):
        piece = rows[start : start + size]
        starts, stops = _edges(
            found, row_starts, piece, columns, None if regular else widths[start : start + size]
        )
        yield text_columns_at(found.data, starts, stops - starts), len(piece)


def _edges(
    found: Tokens, row_starts: Indices, rows: Indices, columns: int, widths: Indices | None
) -> tuple[Indices, Indices]:
    """Where the cells of these rows start and stop in `data`, each of shape (columns, rows)."""
    first, last = int(rows[0]), int(rows[-1])
    if widths is None and last - first == len(rows) - 1:
        cells = slice(int(row_starts[first]), int(found.row_stops[last]))
        starts, stops = (edge[cells].reshape(len(rows), columns).T for edge in (found.starts, found.stops))
        return starts, stops
    if widths is None:
        widths = found.row_stops[rows] - row_starts[rows]
    column = np.arange(columns)[:, None]
    present = column < widths
    cell = np.where(present, row_starts[rows] + column, 0)
    return np.where(present, found.starts[cell], 0), np.where(present, found.stops[cell], 0)
