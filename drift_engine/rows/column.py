"""One column of sampled rows: the number and the category of every cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drift_engine.states import CodedColumn, Column, NumberColumn, TextColumn
from drift_engine.states.cells import Cells
from drift_engine.states.hashing import hash_cells, hash_numbers
from drift_engine.states.kll import KllSketch
from drift_engine.states.numbers import read_each

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MOST_LABELS = 1000


@dataclass(frozen=True, eq=False)
class RowColumn:
    """A column.

    Attributes:
        numbers: NaN where a cell is missing or no number; shape (rows,).
        codes: places in `labels`; -1 where a cell is missing; shape (rows,). All -1 without labels.
        labels: the distinct values as text, in the order of their first row; None where there are over 1,000.
        missing: whether a cell is missing; shape (rows,).
    """

    numbers: Floats
    codes: Integers
    labels: tuple[str, ...] | None
    missing: Mask

    def sketch(self, rows: Integers | Mask | slice) -> KllSketch:
        """The sketch of the numbers in some rows."""
        values = self.numbers[rows]
        return KllSketch.of(values[~np.isnan(values)])

    def counts(self, rows: Integers | Mask | slice) -> Mapping[str, int]:
        """Counts by category in some rows, those that occur; empty without labels."""
        codes = self.codes[rows]
        found = np.bincount(codes[codes >= 0], minlength=len(self.labels or ()))
        return {label: int(count) for label, count in zip(self.labels or (), found, strict=True) if count}


class ColumnRows:
    """Gathers a column batch by batch."""

    def __init__(self) -> None:
        self._numbers: list[Floats] = []
        self._codes: list[Integers] = []
        self._missing: list[Mask] = []
        self._labels: dict[int, str] | None = {}
        self._places: dict[int, int] = {}

    def add(self, column: Column, chosen: Integers) -> None:
        """Take in the chosen rows of a batch, ascending."""
        if isinstance(column, CodedColumn):
            column = column.spelled()
        missing = column.missing[chosen]
        there = chosen[~missing]
        numbers = np.full(len(chosen), np.nan)
        codes = np.full(len(chosen), -1, dtype=np.int64)
        if isinstance(column, TextColumn):
            values, hashes, text = _of_texts(column, there)
        else:
            values, hashes, text = _of_numbers(column, there)
        numbers[~missing] = values
        if self._labels is not None:
            distinct, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
            new = [(int(at), int(key)) for key, at in zip(distinct, first, strict=True)]
            for at, key in sorted(pair for pair in new if pair[1] not in self._places):
                self._places[key] = len(self._places)
                self._labels[key] = text(at)
            codes[~missing] = np.array([self._places[key] for _, key in new], dtype=np.int64)[
                inverse.reshape(-1)
            ]
        if len(self._places) > MOST_LABELS:
            self._labels, self._places = None, {}
        self._numbers.append(numbers)
        self._codes.append(codes)
        self._missing.append(missing)

    def keep(self, kept: Mask) -> None:
        """Drop all rows but these."""
        whole = self.column()
        self._numbers, self._codes = [whole.numbers[kept]], [whole.codes[kept]]
        self._missing = [whole.missing[kept]]

    def column(self) -> RowColumn:
        """What was gathered."""
        labels = None if self._labels is None else tuple(self._labels.values())
        codes = np.concatenate([*self._codes, np.empty(0, dtype=np.int64)])
        return RowColumn(
            np.concatenate([*self._numbers, np.empty(0)]),
            codes if labels is not None else np.full(len(codes), -1, dtype=np.int64),
            labels,
            np.concatenate([*self._missing, np.empty(0, dtype=np.bool_)]),
        )


_Read = tuple[Floats, npt.NDArray[np.uint64], Callable[[int], str]]


def _of_texts(column: TextColumn, there: Integers) -> _Read:
    """Numbers (NaN where a cell is none), hashes, and a cell's text, of these rows."""
    nothing = np.zeros(len(column), dtype=np.bool_)
    cells = Cells.present(TextColumn(column.data, column.offsets, nothing)).take(there)
    read = read_each(cells)
    values = np.where(read.numbered, read.values, np.nan)
    return values, hash_cells(cells), lambda at: cells.cell(at).decode("utf-8", "replace")


def _of_numbers(column: NumberColumn, there: Integers) -> _Read:
    values = column.values[there]
    numbers = values.astype(np.float64)
    numbers[~np.isfinite(numbers)] = np.nan
    if values.dtype == np.int64:
        hashes = hash_numbers(np.ascontiguousarray(values, dtype=np.int64))
    else:
        hashes = hash_numbers(np.ascontiguousarray(values, dtype=np.float64))
    return numbers, hashes, lambda at: repr(values[at].item())
