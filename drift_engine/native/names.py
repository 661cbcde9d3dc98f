"""Columns' names as the kernel looks at them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from drift_engine.native.binding import address, padded


class Names:
    """Names, one behind the other.

    Attributes:
        count: how many.
        places: where their bytes and their ends lie, and how many they are: three of the kernel's arguments.
            Good for as long as this object lives.
    """

    def __init__(self, names: Sequence[str]) -> None:
        encoded = [name.encode() for name in names]
        self._bytes = padded(b"".join(encoded))
        self._ends = np.cumsum([len(name) for name in encoded], dtype=np.int64)
        self.count = len(encoded)
        self.places = (address(self._bytes), address(self._ends), self.count)
