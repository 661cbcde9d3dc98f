"""How many cells are missing, and how many of the others are of which type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from drift_engine.states import envelope
from drift_engine.states.cells import BOOLEAN, FRACTIONAL, INTEGRAL, STRING
from drift_engine.states.profile import InferredType, TypeCounts

_KIND = b"CNT1"

Types: TypeAlias = npt.NDArray[np.uint8]


class CountState:
    """Numbers of missing, Integral, Fractional, Boolean and String cells; merging adds them up."""

    def __init__(self) -> None:
        self._missing = 0
        self._of_type = [0, 0, 0, 0]

    @classmethod
    def of(cls, types: Types, missing: int = 0) -> CountState:
        """The state of cells of these types and of so many missing ones."""
        state = cls()
        state.add(types, missing)
        return state

    @classmethod
    def from_parts(cls, missing: int, of_type: Sequence[int]) -> CountState:
        """The state of so many missing cells, and so many of each type, in the order of `cells`."""
        state = cls()
        state._missing, state._of_type = missing, list(of_type)
        return state

    def add(self, types: Types, missing: int = 0) -> None:
        """Take in cells, in place."""
        self._missing += missing
        for kind, count in enumerate(np.bincount(types, minlength=4).tolist()):
            self._of_type[kind] += count

    def merge(self, other: CountState) -> CountState:
        """The state of both; both arguments stay as they are."""
        merged = CountState()
        merged._missing = self._missing + other._missing
        merged._of_type = [mine + theirs for mine, theirs in zip(self._of_type, other._of_type, strict=True)]
        return merged

    @property
    def missing(self) -> int:
        """The number of missing cells."""
        return self._missing

    @property
    def present(self) -> int:
        """The number of cells that are not missing."""
        return sum(self._of_type)

    def type_counts(self) -> TypeCounts:
        """How many present cells are of which type by themselves."""
        return TypeCounts(
            integral=self._of_type[INTEGRAL],
            fractional=self._of_type[FRACTIONAL],
            boolean=self._of_type[BOOLEAN],
            string=self._of_type[STRING],
        )

    def inferred_type(self) -> InferredType:
        """The column's type: one String or Boolean cell makes it String, no cell at all Unknown."""
        counts = self.type_counts()
        if counts.string or counts.boolean:
            return "String"
        if counts.fractional:
            return "Fractional"
        return "Integral" if counts.integral else "Unknown"

    def to_bytes(self) -> bytes:
        """A versioned, checksummed form for `from_bytes`."""
        writer = envelope.Writer(_KIND)
        writer.integers([self._missing, *self._of_type])
        return writer.finish()

    @classmethod
    def from_bytes(cls, data: bytes) -> CountState:
        """The state that `to_bytes` wrote.

        Raises:
            ProfileFileError: the bytes are damaged, of another version or of another state.
        """
        reader = envelope.Reader(_KIND, data)
        numbers = reader.integers()
        reader.finish(len(numbers) == 5 and min(numbers) >= 0)
        state = cls()
        state._missing, state._of_type = numbers[0], numbers[1:]
        return state
