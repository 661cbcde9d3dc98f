"""The powers of five with which the kernel turns digits into doubles."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# The least and the largest power of ten that a double can need.
LEAST, MOST = -342, 308


def powers_of_five() -> npt.NDArray[np.uint64]:
    """For q = -342 to 308 the upper and the lower 64 bits of 5**q, shifted to 128 bits; 1,302 entries.

    Cut off where q >= 0, rounded up where q < 0, from exact integers.
    Source: Lemire, "Number parsing at a gigabyte per second" (2021), section 5.

    >>> hex(powers_of_five()[2 * (1 - LEAST)])  # 5 = 101 in binary
    '0xa000000000000000'
    """
    halves: list[int] = []
    for q in range(LEAST, MOST + 1):
        bits = _normalised(q)
        halves += (bits >> 64, bits & ((1 << 64) - 1))
    return np.array(halves, dtype=np.uint64)


def _normalised(q: int) -> int:
    power: int = 5 ** abs(q)
    if q < 0:
        return (1 << (power.bit_length() + 127)) // power + 1
    shift = power.bit_length() - 128
    return power >> shift if shift > 0 else power << -shift
