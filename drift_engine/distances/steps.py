"""Two sketches as step functions on one axis: what the distances of distribution functions are made of."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from drift_engine.states.kll import KllSketch

Floats = npt.NDArray[np.float64]


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
        if not current.num_values or not baseline.num_values:
            return None
        values, weights, starts = _merged(current, baseline, current.num_values, baseline.num_values)
        if len(starts) == len(values):
            counts = weights
        else:
            values, counts = values[starts], joined.reduceat(weights, starts, axis=1)
        return cls(values, counts[0], counts[1], float(counts[0].sum()), float(counts[1].sum()))

    @property
    def gaps(self) -> Floats:
        """F(x) - G(x) at every value, current less baseline; the last is exactly 0.0."""
        gaps = np.cumsum(self.current_counts) / self.n - np.cumsum(self.baseline_counts) / self.m
        gaps[-1] = 0.0
        return np.asarray(gaps, dtype=np.float64)

    @property
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


# The service's distance and the test of a feature follow one on the other, and need the same.
@lru_cache(maxsize=1)
def _merged(
    current: KllSketch,
    baseline: KllSketch,
    n: int,  # noqa: ARG001 - n and m tell a sketch from itself after more was added
    m: int,  # noqa: ARG001
) -> tuple[Floats, Floats, npt.NDArray[np.intp]]:
    """The items of both ascending, their weights on either side (2, k), where each distinct one begins."""
    (mine, my_weights), (theirs, their_weights) = current.items(), baseline.items()
    values = np.concatenate((mine, theirs))
    # A sketch's levels are mostly ascending runs, and a stable sort merges these.
    order = np.argsort(values, kind="stable")
    values = values[order]
    weights = np.zeros((2, len(values)))
    weights[0, : len(mine)], weights[1, len(mine) :] = my_weights, their_weights
    weights = weights[:, order]
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    for array in (values, weights, starts):
        array.flags.writeable = False
    return values, weights, starts
