"""The state of one column: the five states of its cells side by side."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from drift_engine.states import envelope
from drift_engine.states.batch import CodedColumn, Column, NumberColumn, TextColumn
from drift_engine.states.buckets import buckets
from drift_engine.states.categories import CategoryState
from drift_engine.states.cells import BOOLEAN, Cells
from drift_engine.states.counts import CountState
from drift_engine.states.distinct import DistinctState
from drift_engine.states.hashing import hash_cells, hash_numbers
from drift_engine.states.kll import KllSketch
from drift_engine.states.moments import MomentState
from drift_engine.states.numbers import read_cells
from drift_engine.states.profile import FeatureProfile, NumericalStatistics, StringStatistics
from drift_engine.states.recall import Recall
from drift_engine.states.typed import number_cells, present_numbers

_KIND = b"COL1"

# deequ's DEFAULT_CARDINALITY_THRESHOLD: a string distribution is written up to this many distinct values.
MOST_CATEGORIES = 120


class ColumnState:
    """Counts, moments, sketch, distinct count and categories of one column; merges part by part."""

    def __init__(self) -> None:
        self._counts = CountState()
        self._moments = MomentState()
        self._sketch = KllSketch()
        self._distinct = DistinctState()
        self._categories = CategoryState()
        self._recall = Recall()

    @classmethod
    def of(cls, column: Column) -> ColumnState:
        """The state of one column of a batch."""
        state = cls()
        state.add(column)
        return state

    @classmethod
    def from_parts(
        cls,
        counts: CountState,
        numbers: tuple[MomentState, KllSketch],
        values: tuple[DistinctState, CategoryState],
    ) -> ColumnState:
        """The state of a column whose five states were made elsewhere."""
        state = cls()
        state._counts = counts
        state._moments, state._sketch = numbers
        state._distinct, state._categories = values
        return state

    def add(self, column: Column) -> None:
        """Take in cells, in order, in place; the result does not depend on the split into calls."""
        if isinstance(column, CodedColumn):
            self._add_text(column.spelled())
        elif isinstance(column, TextColumn):
            self._add_text(column)
        else:
            self._add_numbers(column)

    def merge(self, other: ColumnState) -> ColumnState:
        """The state of both columns, this one's rows first; both arguments stay as they are."""
        merged = ColumnState()
        merged._counts = self._counts.merge(other._counts)
        merged._moments = self._moments.merge(other._moments)
        merged._sketch = self._sketch.merge(other._sketch)
        merged._distinct = self._distinct.merge(other._distinct)
        merged._categories = self._categories.merge(other._categories)
        return merged

    def copy(self) -> ColumnState:
        """An equal state that shares nothing that changes."""
        return self.merge(ColumnState())

    @property
    def categories(self) -> CategoryState:
        """Counts by value, of a numeric column too."""
        return self._categories

    def profile(self, name: str) -> FeatureProfile:
        """What the column says of itself, under this name."""
        inferred = self._counts.inferred_type()
        distinct = self._distinct.estimate()
        string = None
        if inferred == "String":
            categories = self._categories.counts() if distinct <= MOST_CATEGORIES else None
            frequent = self._categories.frequent(self._counts.present)
            string = StringStatistics(float(distinct), categories, frequent)
        return FeatureProfile(
            name=name,
            inferred_type=inferred,
            num_present=self._counts.present,
            num_missing=self._counts.missing,
            numerical=self._numerical(distinct) if self._moments.count else None,
            string=string,
            type_counts=self._counts.type_counts(),
            numbers=self._moments.count,
            whole_numbers=self._moments.whole_numbers,
        )

    def to_bytes(self) -> bytes:
        """A versioned, checksummed form for `from_bytes`."""
        writer = envelope.Writer(_KIND)
        for part in (self._counts, self._moments, self._sketch, self._distinct, self._categories):
            writer.raw(part.to_bytes())
        return writer.finish()

    @classmethod
    def from_bytes(cls, data: bytes) -> ColumnState:
        """The state that `to_bytes` wrote.

        Raises:
            ProfileFileError: the bytes are damaged, of another version or of another state.
        """
        reader = envelope.Reader(_KIND, data)
        state = cls()
        state._counts = CountState.from_bytes(reader.raw())
        state._moments = MomentState.from_bytes(reader.raw())
        state._sketch = KllSketch.from_bytes(reader.raw())
        state._distinct = DistinctState.from_bytes(reader.raw())
        state._categories = CategoryState.from_bytes(reader.raw())
        reader.finish()
        return state

    def _numerical(self, distinct: int) -> NumericalStatistics:
        moments = self._moments
        # Spark sums a column of Integrals alone as bigint, any other as double.
        whole = self._counts.type_counts().fractional == 0
        return NumericalStatistics(
            mean=moments.mean(whole),
            sum=moments.sum(whole),
            std_dev=moments.std_dev(),
            min=moments.min,
            max=moments.max,
            approximate_num_distinct_values=distinct,
            sketch=self._sketch.copy(),
            buckets=buckets(self._sketch, moments.min, moments.max),
        )

    def _add_text(self, column: TextColumn) -> None:
        cells = Cells.present(column)
        hashes = hash_cells(cells)
        counted = self._add_hashes(hashes, cells.cell)
        if self._categories.overflowed:
            numbers = read_cells(cells)
            texts = counted + np.flatnonzero(numbers.types[counted:] >= BOOLEAN)
            self._categories.add_texts(hashes[texts], cells.take(texts))
        else:
            numbers = self._recall.read(hashes, self._categories)
        self._counts.add(numbers.types, len(column) - len(cells))
        self._moments.add(numbers.values, numbers.whole)
        self._sketch.add(numbers.values)

    def _add_numbers(self, column: NumberColumn) -> None:
        present = present_numbers(column)
        numbers = number_cells(present)
        self._counts.add(numbers.types, len(column) - len(present))
        self._moments.add(numbers.values, numbers.whole)
        self._sketch.add(numbers.values)
        self._add_hashes(hash_numbers(present), lambda index: repr(present[index].item()).encode())

    def _add_hashes(self, hashes: npt.NDArray[np.uint64], value_of: Callable[[int], bytes]) -> int:
        counted = self._categories.add(hashes, value_of)
        # The few values of a column without overflow leave the same registers as all its cells.
        self._distinct.add(hashes if self._categories.overflowed else self._categories.keys())
        return counted
