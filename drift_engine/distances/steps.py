"""Two sketches as step functions on one axis: what the distances of distribution functions are made of."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from drift_engine.states.kll import KllSketch

Floats = npt.NDArray[np.float64]

# From how many values on sorting takes two steps, and how many of them say where most values lie.
_MANY = 1024
_SAMPLE, _OUTSIDE = 64, 2
_KEYS = 65535.0


@dataclass(frozen=True, eq=False)
class Steps:
    """Both distribution functions at every distinct value of either side, ties kept.

    Attributes:
        values: distinct values, ascending; shape (k,), k > 0.
        current_counts, baseline_counts: how many values of each side are equal to `values`; shape (k,).
        n, m: how many values went into the current and the baseline sketch.
    """

    values: Floats
    current_counts: Floats
    baseline_counts: Floats
    n: float
    m: float

    @classmethod
    def of(cls, current: KllSketch, baseline: KllSketch) -> Steps | None:
        """The steps of two sketches; None where one of them is empty."""
        return cls._of(current, baseline, np.add)

    @classmethod
    def forgetting_ties(cls, current: KllSketch, baseline: KllSketch) -> Steps | None:
        """The same of Model Monitor's rank maps, in which a value counts once.

        Its weight is that of the highest level that holds it, and n and m are sums of these.
        """
        return cls._of(current, baseline, np.maximum)

    @classmethod
    def _of(cls, current: KllSketch, baseline: KllSketch, joined: np.ufunc) -> Steps | None:
        """With the weights of equal values of a side joined in this way."""
        n, m = current.num_values, baseline.num_values
        if not n or not m:
            return None
        merged = _merged(current, baseline, n, m)
        if isinstance(merged, Steps):
            return merged
        return cls._between(merged.values[merged.starts], merged.joined(joined))

    @classmethod
    def _between(cls, values: Floats, counts: Floats) -> Steps:
        for array in (values, counts):
            array.flags.writeable = False
        return cls(values, counts[0], counts[1], float(counts[0].sum()), float(counts[1].sum()))

    @property
    def gaps(self) -> Floats:
        """F(x) - G(x) at every value, current less baseline; the last is exactly 0.0."""
        mine, theirs = self._sums
        gaps = mine / self.n
        gaps -= theirs / self.m
        gaps[-1] = 0.0
        return np.asarray(gaps, dtype=np.float64)

    @property
    def mid_ranks(self) -> Floats:
        """The middle of each distinct value's rows on both sides, as a share of all; ascending in (0, 1)."""
        mine, theirs = self._sums
        return mid_ranks(self.current_counts + self.baseline_counts, mine + theirs)

    @cached_property
    def _sums(self) -> tuple[Floats, Floats]:
        """How many values of either side are up to each of `values`."""
        return running(self.current_counts), running(self.baseline_counts)

    @cached_property
    def largest_gap(self) -> float:
        """Max |F(x) - G(x)|, 0.0 to 1.0."""
        return float(np.abs(self.gaps).max())

    def integral(self, heights: Floats) -> float:
        """The integral of a step function over the axis; finite: the largest double at most.

        Args:
            heights: its value from each of `values` up to the next; shape (k,), the last unused.
        """
        scale = float(np.abs(self.values).max())
        if scale == 0.0:
            return 0.0
        # In units of the largest value, since the difference of two doubles can be beyond all doubles.
        relative = math.fsum((heights[:-1] * np.diff(self.values / scale)).tolist())
        return min(abs(relative) * scale, sys.float_info.max)


@dataclass(frozen=True, eq=False)
class _Items:
    """All items of two sketches, some of which are equal.

    Attributes:
        values: ascending; shape (k,).
        weights: of the current and the baseline side, one of them 0; shape (2, k).
        starts: where each distinct value begins.
    """

    values: Floats
    weights: Floats
    starts: npt.NDArray[np.intp]

    def joined(self, join: np.ufunc) -> Floats:
        """The weights by distinct value, those of equal ones joined."""
        many, first, weights = self._equal
        counts = self.weights.take(self.starts, axis=1)
        counts[:, many] = join.reduceat(weights, first, axis=1)
        return counts

    @cached_property
    def _equal(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]:
        """Which distinct values are several items, where each of them begins in the weights of these items.

        Mostly they are few.
        """
        sizes = np.diff(self.starts, append=len(self.values))
        many = np.flatnonzero(sizes > 1)
        lengths = sizes[many]
        first = np.cumsum(lengths) - lengths
        places = np.repeat(self.starts[many] - first, lengths) + np.arange(int(lengths.sum()))
        return many, first, self.weights.take(places, axis=1)


# The service's distance and the test of a feature follow one on the other, and need the same.
@lru_cache(maxsize=1)
def _merged(
    current: KllSketch,
    baseline: KllSketch,
    n: int,  # noqa: ARG001 - n and m tell a sketch from itself after more was added
    m: int,  # noqa: ARG001
) -> _Items | Steps:
    """The items of both in order; where no two are equal, these are the steps."""
    (mine, my_weights), (theirs, their_weights) = current.items(), baseline.items()
    values = np.concatenate((mine, theirs))
    order = ascending(values)
    values = values.take(order)
    weights = np.zeros((2, len(values)))
    weights[0, : len(mine)], weights[1, len(mine) :] = my_weights, their_weights
    weights = weights.take(order, axis=1)
    starts = np.flatnonzero(values[1:] != values[:-1])
    if len(starts) + 1 == len(values):
        return Steps._between(values, weights)
    return _Items(values, weights, np.concatenate(([0], starts + 1)))


def ascending(values: Floats) -> npt.NDArray[np.intp]:
    """The order that sorts the values, equal ones as they stand: what a stable `argsort` gives.

    Args:
        values: finite; shape (k,).
    """
    if len(values) < _MANY:
        return np.argsort(values, kind="stable")
    sample = np.sort(values[:: len(values) // _SAMPLE])
    low, high = float(sample[_OUTSIDE]), float(sample[-1 - _OUTSIDE])
    scale = _KEYS / (high - low) if high > low else math.inf
    if not 0.0 < scale < math.inf:
        return np.argsort(values, kind="stable")
    # numpy sorts 16 bits by counting them, which takes an eighth of the time of comparing doubles; what these
    # bits don't tell apart then lies close together, which a stable sort puts right in passing.
    keys = np.clip(values, low, high)
    keys -= low
    keys *= scale
    order = np.argsort(keys.astype(np.uint16), kind="stable")
    return order.take(np.argsort(values.take(order), kind="stable"))


def mid_ranks(ties: Floats, upper: Floats | None = None) -> Floats:
    """The middle of each distinct value's rows, as a share of all rows; ascending in (0, 1); shape (k,).

    Args:
        ties: how many rows have each distinct value, ascending; shape (k,).
        upper: their sums up to each, where they are known.
    """
    upper = running(ties) if upper is None else upper
    return np.asarray((upper - ties / 2.0) / upper[-1], dtype=np.float64)


def running(counts: Floats) -> Floats:
    """The sums up to each of some whole numbers, exact below 2**53.

    So they are as doubles too, but integers add up in a third of the time.
    """
    return np.cumsum(counts.astype(np.int64)).astype(np.float64)
