"""Two sketches as step functions on one axis: what the distances of distribution functions are made of."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

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
        mine, my_weights = current.weighted()
        theirs, their_weights = baseline.weighted()
        if not len(mine) or not len(theirs):
            return None
        values, places = np.unique(np.concatenate((mine, theirs)), return_inverse=True)
        places = places.reshape(-1)
        counts = [
            np.bincount(at, weights, len(values)).astype(np.float64)
            for at, weights in ((places[: len(mine)], my_weights), (places[len(mine) :], their_weights))
        ]
        return cls(values, counts[0], counts[1], float(my_weights.sum()), float(their_weights.sum()))

    @property
    def gaps(self) -> Floats:
        """F(x) - G(x) at every value, current less baseline; the last is exactly 0.0."""
        gaps = np.cumsum(self.current_counts) / self.n - np.cumsum(self.baseline_counts) / self.m
        gaps[-1] = 0.0
        return np.asarray(gaps, dtype=np.float64)

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
