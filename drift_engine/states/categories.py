"""Exact counts of every value of a column, as long as it has few.

Past a bound the state overflows for good and keeps nothing: the analyzer writes a distribution of
strings only up to about 120 distinct values, so that columns with more cost next to nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import numpy.typing as npt

from drift_engine.states import envelope
from drift_engine.states.lookup import Lookup

_KIND = b"CAT1"

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
    def full(cls) -> CategoryState:
        """The state of too many distinct values to count."""
        state = cls()
        state._overflow()
        return state

    def add(self, hashes: npt.NDArray[np.uint64], value_of: Callable[[int], bytes]) -> None:
        """Take in cells, in place.

        Args:
            hashes: uint64, one of each present cell, equal for equal values.
            value_of: the value of the cell at an index as UTF-8; asked for once a distinct value.
        """
        bounds = [0, *range(_FIRST_LOOK, len(hashes), _PIECE), len(hashes)]
        for start, end in itertools.pairwise(bounds):
            if self._overflowed:
                return
            codes = self.lookup().find(hashes[start:end])
            self._count(codes)
            new = np.flatnonzero(codes < 0) + start
            if len(new):
                self._learn(hashes, new, value_of)

    def merge(self, other: CategoryState) -> CategoryState:
        """The state of both; both arguments stay as they are."""
        merged = CategoryState()
        merged._overflowed = self._overflowed or other._overflowed
        if not merged._overflowed:
            merged._counts, merged._values = dict(self._counts), self._values | other._values
            for key, count in other._counts.items():
                merged._counts[key] = merged._counts.get(key, 0) + count
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
        reader.finish(len(numbers) == len(keys) + 1 == len(state._values) + 1)
        return state

    def _count(self, codes: npt.NDArray[np.int16]) -> None:
        """Add to the counts of known values; a code is a place in the order of `_counts`, or -1."""
        counted = np.bincount(codes + np.int16(1), minlength=len(self._counts) + 1)[1:]
        for key, count in zip(self._counts, counted.tolist(), strict=True):
            self._counts[key] += count

    def _learn(
        self, hashes: npt.NDArray[np.uint64], new: npt.NDArray[np.intp], value_of: Callable[[int], bytes]
    ) -> None:
        """Take in cells of values that are not known yet; `new` is where they are."""
        keys, first, counts = np.unique(hashes[new], return_index=True, return_counts=True)
        if len(self._counts) + len(keys) > MOST_VALUES:
            self._overflow()
            return
        self._counts.update(zip(keys.tolist(), counts.tolist(), strict=True))
        self._remember(zip(keys.tolist(), new[first].tolist(), strict=True), value_of)
        self._overflow_if_too_many()

    def _remember(self, places: Iterable[tuple[int, int]], value_of: Callable[[int], bytes]) -> None:
        for key, place in places:
            self._values[key] = value_of(place)

    def _overflow_if_too_many(self) -> None:
        if len(self._counts) > MOST_VALUES or sum(map(len, self._values.values())) > MOST_BYTES:
            self._overflow()

    def _overflow(self) -> None:
        self._overflowed = True
        self._counts, self._values = {}, {}
