"""Which of a few known hashes each of many hashes is, without sorting."""

from __future__ import annotations

import itertools
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Hashes: TypeAlias = npt.NDArray[np.uint64]

# With as many slots as the square of the number of keys, about every other factor has no collision.
_MOST_SLOT_BITS = 16
# 2**64 divided by the golden ratio: its odd multiples scatter any keys (Knuth, vol. 3, 6.4).
_GOLDEN = 0x9E3779B97F4A7C15


class Lookup:
    """A table in which every known hash has a slot of its own."""

    def __init__(self, keys: Hashes) -> None:
        """`keys` are at most a few hundred different hashes."""
        self._keys = keys
        self._shift = np.uint64(64 - min(2 * len(keys).bit_length(), _MOST_SLOT_BITS))
        for odd in itertools.count(1, 2):
            self._factor = np.uint64(odd * _GOLDEN % (1 << 64))
            slots = self._slots(keys)
            if len(np.unique(slots)) == len(keys):
                break
        self._codes = np.full(1 << (64 - int(self._shift)), -1, dtype=np.int16)
        self._codes[slots] = np.arange(len(keys), dtype=np.int16)

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, hashes: Hashes) -> npt.NDArray[np.int16]:
        """The index among the keys of each hash; -1 for a hash that is none of them."""
        if not len(self._keys):
            return np.full(len(hashes), -1, dtype=np.int16)
        codes = self._codes[self._slots(hashes)]
        # An empty slot's -1 compares with the last key, which lives elsewhere, so it stays unequal.
        codes[self._keys[codes] != hashes] = -1
        return codes

    def _slots(self, hashes: Hashes) -> npt.NDArray[np.uint16]:
        return ((hashes * self._factor) >> self._shift).astype(np.uint16)
