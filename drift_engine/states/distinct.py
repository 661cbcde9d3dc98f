"""About how many distinct values: HyperLogLog++ as Spark and deequ compute it at relative SD 0.05."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from drift_engine.states import envelope
from drift_engine.states.distinct_bias import BIASES, LINEAR_COUNTING_UP_TO, RAW_ESTIMATES

Registers: TypeAlias = npt.NDArray[np.uint8]

_KIND = b"HLL1"
_P = 9
_M = 1 << _P
_ALPHA_M2 = 0.7213 / (1.0 + 1.079 / _M) * _M * _M
_NEIGHBOURS = 6
_LONGEST_RUN = 64 - _P + 1


class DistinctState:
    """512 registers, each the longest run of leading zero bits among its hashes (0: no hash yet).

    Merging takes the larger of each register, so it is exact, whatever the order.
    """

    def __init__(self) -> None:
        self._registers: Registers = np.zeros(_M, dtype=np.uint8)

    @classmethod
    def of(cls, hashes: npt.NDArray[np.uint64]) -> DistinctState:
        """The state of these 64-bit hashes."""
        state = cls()
        state.add(hashes)
        return state

    @classmethod
    def from_parts(cls, registers: Registers) -> DistinctState:
        """The state of these 512 registers."""
        state = cls()
        state._registers = registers.astype(np.uint8)
        return state

    def add(self, hashes: npt.NDArray[np.uint64]) -> None:
        """Take in 64-bit hashes, in place."""
        if not len(hashes):
            return
        rest = hashes << np.uint64(_P)
        least = int(self._registers.min())
        if least > 1:
            # A hash with fewer zeros than every register has seen changes nothing: most, soon.
            news = rest < np.uint64(1 << (64 - least))
            hashes, rest = hashes[news], rest[news]
        register = (hashes >> np.uint64(64 - _P)).astype(np.int64)
        seen = np.zeros((_M, 64), dtype=np.bool_)
        seen[register, _run(rest)] = True
        longest = 63 - np.argmax(seen[:, ::-1], axis=1)
        self._registers = np.maximum(self._registers, np.where(seen.any(axis=1), longest, 0)).astype(np.uint8)

    def merge(self, other: DistinctState) -> DistinctState:
        """The state of both; both arguments stay as they are."""
        merged = DistinctState()
        merged._registers = np.maximum(self._registers, other._registers)
        return merged

    def estimate(self) -> int:
        """The estimated number of distinct values, off by about 5 %; exact for very few."""
        inverse = float(np.sum(np.ldexp(1.0, -self._registers.astype(np.int64))))
        empty = int(np.count_nonzero(self._registers == 0))
        if empty:
            linear = _M * math.log(_M / empty)
            if linear <= LINEAR_COUNTING_UP_TO:
                return math.floor(linear + 0.5)
        raw = _ALPHA_M2 / inverse
        corrected = raw - _bias(raw) if raw < 5.0 * _M else raw
        return math.floor(corrected + 0.5)

    def to_bytes(self) -> bytes:
        """A versioned, checksummed form for `from_bytes`."""
        writer = envelope.Writer(_KIND)
        writer.array(self._registers)
        return writer.finish()

    @classmethod
    def from_bytes(cls, data: bytes) -> DistinctState:
        """The state that `to_bytes` wrote.

        Raises:
            ProfileFileError: the bytes are damaged, of another version or of another state.
        """
        reader = envelope.Reader(_KIND, data)
        state = cls()
        state._registers = reader.array(np.uint8)
        reader.finish(len(state._registers) == _M and int(state._registers.max()) <= _LONGEST_RUN)
        return state


def _run(rest: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """One more than the number of leading zero bits of a 55-bit remainder (in the upper bits), at most 56."""
    # The 55 bits as an integer below 2**55; frexp's exponent of its upper 53 bits is its bit length, and
    # cutting off two bits first keeps the conversion to float exact.
    upper = (rest >> np.uint64(_P)).astype(np.int64)
    _, length = np.frexp((upper >> 2).astype(np.float64))
    bits = np.where(upper > 3, length.astype(np.int64) + 2, np.array([0, 1, 2, 2])[np.minimum(upper, 3)])
    return 64 - _P - bits + 1


def _bias(raw: float) -> float:
    """The mean bias of the six table entries nearest to a raw estimate (the paper's interpolation)."""
    low = max(int(np.searchsorted(RAW_ESTIMATES, raw)) - _NEIGHBOURS + 1, 0)
    high = min(low + _NEIGHBOURS, len(RAW_ESTIMATES))
    while high < len(RAW_ESTIMATES) and (raw - RAW_ESTIMATES[high]) ** 2 < (raw - RAW_ESTIMATES[low]) ** 2:
        low, high = low + 1, high + 1
    return float(sum(BIASES[low:high].tolist()) / (high - low))
