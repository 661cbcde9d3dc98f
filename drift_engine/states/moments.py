"""Count, sum, mean, spread and extrema of numbers, summed up in Spark's order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from drift_engine.states import envelope
from drift_engine.states.welford import advance

Floats: TypeAlias = npt.NDArray[np.float64]

_KIND = b"MOM2"
_BEYOND_64_BITS = 2.0**63
_LARGEST = float(np.finfo(np.float64).max)


class MomentState:
    """Moments of a stream of finite numbers.

    `sum` is added up number by number from the left, mean and squared deviations by Welford's recurrence,
    and merged as Spark's `CentralMomentAgg` merges (Chan, Golub, LeVeque 1979): for one partition every
    digit is the service's. Whole numbers are also summed exactly, as Spark sums a bigint column.
    """

    def __init__(self) -> None:
        self._count = 0
        self._sum = 0.0
        self._whole_sum = 0
        self._whole_numbers = 0
        self._mean = 0.0
        self._deviations = 0.0
        self._min = math.inf
        self._max = -math.inf

    @classmethod
    def of(cls, values: Floats, whole: npt.NDArray[np.int64] | None = None) -> MomentState:
        """The state of these numbers, in order; for `whole` see `add`."""
        state = cls()
        state.add(values, whole)
        return state

    @classmethod
    def from_parts(cls, counts: tuple[int, int], whole_sum: int, floats: Sequence[float]) -> MomentState:
        """The state of a stream that was added up elsewhere, by the same steps in the same order.

        Args:
            counts: how many numbers, and how many whole ones.
            whole_sum: the exact sum of those that were Integral.
            floats: sum, mean, sum of squared deviations, smallest and largest number.
        """
        state = cls()
        state._count, state._whole_numbers = counts
        state._whole_sum = whole_sum
        state._sum, state._mean, state._deviations, smallest, largest = floats
        state._min, state._max = smallest + 0.0, largest + 0.0
        return state

    def add(self, values: Floats, whole: npt.NDArray[np.int64] | None = None) -> None:
        """Take in finite numbers, in order, in place; the result does not depend on the split into calls.

        Args:
            values: float64.
            whole: int64, the same numbers where they are Integral, else 0.
        """
        if not len(values):
            return
        with np.errstate(over="ignore", invalid="ignore"):
            self._sum = float(np.add.accumulate(np.concatenate(([self._sum], values)))[-1])
            self._mean, self._deviations = advance(self._count, self._mean, self._deviations, values)
        if whole is not None:
            self._whole_sum += _exact_sum(whole, values)
        self._count += len(values)
        self._whole_numbers += _whole_numbers(values)
        # Adding 0.0 makes -0.0 a 0.0: which of the two came first must not matter.
        self._min = min(self._min, float(values.min()) + 0.0)
        self._max = max(self._max, float(values.max()) + 0.0)

    def merge(self, other: MomentState) -> MomentState:
        """The state of both streams, this one's first; both arguments stay as they are."""
        if not self._count or not other._count:
            return (self if self._count else other).copy()
        merged = MomentState()
        merged._count = self._count + other._count
        merged._sum = self._sum + other._sum
        merged._whole_sum = self._whole_sum + other._whole_sum
        merged._whole_numbers = self._whole_numbers + other._whole_numbers
        distance = other._mean - self._mean
        share = distance / merged._count
        merged._mean = self._mean + share * other._count
        between = distance * share * self._count * other._count
        merged._deviations = self._deviations + other._deviations + between
        merged._min, merged._max = min(self._min, other._min), max(self._max, other._max)
        return merged

    def copy(self) -> MomentState:
        """An equal state that shares nothing that changes."""
        twin = MomentState()
        vars(twin).update(vars(self))
        return twin

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return self._count

    @property
    def whole_numbers(self) -> int:
        """How many of the numbers are whole and within 64 bits, `3.0` and `1e5` too."""
        return self._whole_numbers

    @property
    def min(self) -> float:
        """The smallest number; infinite without any."""
        return self._min

    @property
    def max(self) -> float:
        """The largest number; minus infinite without any."""
        return self._max

    def sum(self, whole: bool = False) -> float:
        """The sum (of the Integrals alone, if `whole`); the largest double where it is beyond the range."""
        if whole:
            return float(max(min(self._whole_sum, int(_LARGEST)), -int(_LARGEST)))
        if math.isnan(self._sum):
            return 0.0
        return max(min(self._sum, _LARGEST), -_LARGEST)

    def mean(self, whole: bool = False) -> float:
        """The sum divided by the count, as deequ has it; Welford's mean where the sum is beyond the range.

        Always between min and max.
        """
        if not self._count:
            return 0.0
        if math.isfinite(self._sum):
            return self.sum(whole) / self._count
        mean = self._mean if math.isfinite(self._mean) else self.sum() / self._count
        return max(min(mean, self._max), self._min)

    def std_dev(self) -> float:
        """The population's standard deviation; the largest double where squares are beyond the range."""
        if not self._count:
            return 0.0
        deviation = math.sqrt(self._deviations / self._count) if self._deviations >= 0.0 else math.nan
        return deviation if math.isfinite(deviation) else _LARGEST

    def to_bytes(self) -> bytes:
        """A versioned, checksummed form for `from_bytes`."""
        writer = envelope.Writer(_KIND)
        writer.integers([self._count, self._whole_numbers])
        writer.big(self._whole_sum)
        writer.floats((self._sum, self._mean, self._deviations, self._min, self._max))
        return writer.finish()

    @classmethod
    def from_bytes(cls, data: bytes) -> MomentState:
        """The state that `to_bytes` wrote.

        Raises:
            ProfileFileError: the bytes are damaged, of another version or of another state.
        """
        reader = envelope.Reader(_KIND, data)
        counts = reader.integers()
        state = cls()
        state._whole_sum = reader.big()
        state._sum, state._mean, state._deviations, state._min, state._max = reader.floats(5)
        reader.finish(len(counts) == 2 and 0 <= counts[1] <= counts[0])
        state._count, state._whole_numbers = counts
        return state


def _whole_numbers(values: Floats) -> int:
    whole = values == np.trunc(values)
    if max(abs(float(values.min())), abs(float(values.max()))) > _BEYOND_64_BITS:
        whole &= np.abs(values) <= _BEYOND_64_BITS
    return int(np.count_nonzero(whole))


def _exact_sum(whole: npt.NDArray[np.int64], values: Floats) -> int:
    """The sum of 64-bit integers without overflow: upper and lower halves apart, where they are large."""
    if max(abs(float(values.min())), abs(float(values.max()))) * len(whole) < 2.0**62:
        return int(whole.sum())
    upper = int((whole >> 32).sum())
    lower = int((whole & 0xFFFFFFFF).sum())
    return (upper << 32) + lower
