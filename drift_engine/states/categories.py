"""Exact counts of every value of a column, as long as it has few.

Past a bound the state overflows for good and counts no value any more: the analyzer writes a distribution of
strings only up to about 120 distinct values. Of texts that are no numbers it goes on with sums by which the
frequent ones can be told (`frequent`); columns of numbers cost next to nothing then.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from drift_engine.states import envelope
from drift_engine.states.cells import BOOLEAN, STRING, Cells
from drift_engine.states.frequent import FrequentState
from drift_engine.states.hashing import Hashes, hash_cells
from drift_engine.states.lookup import Lookup
from drift_engine.states.numbers import read_each
from drift_engine.states.profile import FrequentValue

_KIND = b"CAT2"

MOST_VALUES = 512
MOST_BYTES = 1 << 22
# A first look at few cells finds most columns of high cardinality out before the rest is touched.
_FIRST_LOOK = 1024
_PIECE = 16384


class CategoryState:
    """Counts by value, until there are more than 512 distinct values or more than 4 MiB of them.

    Whether it has overflowed depends on the set of values alone, so merging commutes and associates. Values
    are told apart by their 64-bit hash; that two of 512 share one has a chance below 1e-14.
    """

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}
        self._values: dict[int, bytes] = {}
        self._overflowed = False
        self._frequent: FrequentState | None = None
        self._lookup: Lookup | None = None

    @classmethod
    def of(cls, hashes: npt.NDArray[np.uint64], value_of: Callable[[int], bytes]) -> CategoryState:
        """The state of these cells; for the arguments see `add`."""
        state = cls()
        state.add(hashes, value_of)
        return state

    @classmethod
    def from_parts(cls, counts: Mapping[int, int], values: Mapping[int, bytes]) -> CategoryState:
        """The state of values that were counted elsewhere: counts and values by hash."""
        state = cls()
        state._counts, state._values = dict(counts), dict(values)
        state._overflow_if_too_many()
        return state

    @classmethod
    def full(cls, frequent: FrequentState | None) -> CategoryState:
        """The state of too many distinct values to count; `frequent` is of their texts, None if none is."""
        state = cls()
        state._overflow()
        state._frequent = frequent
        return state

    def add(self, hashes: npt.NDArray[np.uint64], value_of: Callable[[int], bytes]) -> int:
        """Take in cells, in place; answers how many of the first were counted: all, unless it overflows.

        The texts among the others are to go to `add_texts`.

        Args:
            hashes: uint64, one of each present cell, equal for equal values.
            value_of: the value of the cell at an index as UTF-8; asked for once a distinct value.
        """
        bounds: list[int] = [0, *range(_FIRST_LOOK, len(hashes), _PIECE), len(hashes)]
        for start, end in itertools.pairwise(bounds):
            if self._overflowed:
                return start
            codes = self.lookup().find(hashes[start:end])
            new = np.flatnonzero(codes < 0) + start
            if len(new) and not self._learn(hashes, new, value_of):
                return start
            self._count(codes)
        return len(hashes)

    def add_texts(self, hashes: Hashes, texts: Cells) -> None:
        """Take in cells that are no numbers and were not counted, after an overflow, in place."""
        if len(texts):
            self._frequent = self._frequent or FrequentState()
            self._frequent.add(hashes, texts)

    def merge(self, other: CategoryState) -> CategoryState:
        """The state of both; both arguments stay as they are."""
        if self._overflowed and other._overflowed:
            return self.full(_both(self._frequent, other._frequent))
        merged = CategoryState()
        merged._counts, merged._values = dict(self._counts), self._values | other._values
        for key, count in other._counts.items():
            merged._counts[key] = merged._counts.get(key, 0) + count
        if self._overflowed or other._overflowed:
            merged._overflow()
            theirs = self._frequent if self._overflowed else other._frequent
            merged._frequent = _both(merged._frequent, theirs)
        else:
            merged._overflow_if_too_many()
        return merged

    def keys(self) -> npt.NDArray[np.uint64]:
        """The hashes of all values that were seen; meaningless after an overflow."""
        return np.array(list(self._counts), dtype=np.uint64)

    def values(self) -> list[bytes]:
        """The values themselves, in the order of `keys`."""
        return [self._values[key] for key in self._counts]

    def lookup(self) -> Lookup:
        """Finds the places in `keys` of hashes."""
        if self._lookup is None or len(self._lookup) != len(self._counts):
            self._lookup = Lookup(self.keys())
        return self._lookup

    @property
    def overflowed(self) -> bool:
        """Whether there were too many distinct values to count."""
        return self._overflowed

    def frequent(self, cells: int) -> tuple[FrequentValue, ...]:
        """The frequent texts after an overflow, by their shares of so many cells; none before it."""
        return () if self._frequent is None else self._frequent.values(cells)

    def counts(self) -> Mapping[str, int] | None:
        """How often each value occurs, in the order of their UTF-8 bytes; None after an overflow.

        Bytes that are not UTF-8 show as U+FFFD; values that look alike because of it count as one.
        """
        if self._overflowed:
            return None
        named: dict[str, int] = {}
        for value, key in sorted((value, key) for key, value in self._values.items()):
            name = value.decode("utf-8", "replace")
            named[name] = named.get(name, 0) + self._counts[key]
        return named

    def to_bytes(self) -> bytes:
        """A versioned, checksummed form for `from_bytes`."""
        keys = sorted(self._counts)
        writer = envelope.Writer(_KIND)
        writer.integers([int(self._overflowed), *(self._counts[key] for key in keys)])
        writer.array(np.array(keys, dtype=np.uint64))
        for key in keys:
            writer.raw(self._values[key])
        writer.raw(b"" if self._frequent is None else self._frequent.to_bytes())
        return writer.finish()

    @classmethod
    def from_bytes(cls, data: bytes) -> CategoryState:
        """The state that `to_bytes` wrote.

        Raises:
            ProfileFileError: the bytes are damaged, of another version or of another state.
        """
        reader = envelope.Reader(_KIND, data)
        numbers = reader.integers()
        keys = reader.array(np.uint64).tolist()
        state = cls()
        state._overflowed = numbers[:1] == [1]
        state._values = {key: reader.raw() for key in keys}
        state._counts = dict(zip(keys, numbers[1:], strict=False))
        frequent = reader.raw()
        state._frequent = FrequentState.from_bytes(frequent) if frequent else None
        reader.finish(len(numbers) == len(keys) + 1 == len(state._values) + 1)
        return state

    def _count(self, codes: npt.NDArray[np.int16]) -> None:
        """Add to the counts of known values; a code is a place in the order of `_counts`, or -1."""
        counted = np.bincount(codes + np.int16(1), minlength=len(self._counts) + 1)[1:]
        for key, count in zip(self._counts, counted.tolist(), strict=True):
            self._counts[key] += count

    def _learn(
        self, hashes: npt.NDArray[np.uint64], new: npt.NDArray[np.intp], value_of: Callable[[int], bytes]
    ) -> bool:
        """Take in cells of unknown values, `new` is where they are; or overflow without them: False."""
        keys, first, counts = np.unique(hashes[new], return_index=True, return_counts=True)
        if len(self._counts) + len(keys) > MOST_VALUES:
            self._overflow()
            return False
        values = {key: value_of(place) for key, place in zip(keys.tolist(), new[first].tolist(), strict=True)}
        if sum(map(len, self._values.values())) + sum(map(len, values.values())) > MOST_BYTES:
            self._overflow()
            return False
        self._counts.update(zip(keys.tolist(), counts.tolist(), strict=True))
        self._values.update(values)
        return True

    def _overflow_if_too_many(self) -> None:
        if len(self._counts) > MOST_VALUES or sum(map(len, self._values.values())) > MOST_BYTES:
            self._overflow()

    def _overflow(self) -> None:
        """Count no value any more; the texts among those that were go to the frequent ones."""
        self._overflowed = True
        if self._counts:
            hashes, cells = self.keys(), Cells.of(self.values())
            # A number's hash is not that of its text.
            texts = np.isin(read_each(cells).types, (BOOLEAN, STRING)) & (hash_cells(cells) == hashes)
            if texts.any():
                counts = np.array(list(self._counts.values()), np.uint64)
                self._frequent = self._frequent or FrequentState()
                self._frequent.add_counted(hashes[texts], cells.take(texts), counts[texts])
        self._counts, self._values = {}, {}


def _both(mine: FrequentState | None, theirs: FrequentState | None) -> FrequentState | None:
    """The two merged; what shares nothing that changes with them, where one alone is there."""
    if mine is None and theirs is None:
        return None
    return (mine or FrequentState()).merge(theirs or FrequentState())
