"""Hellinger's distance."""

from __future__ import annotations

import math

import numpy as np

from drift_engine.distances.shares import Counts, shares


def hellinger(current: Counts, baseline: Counts) -> float:
    """sqrt(1/2 * sum of (sqrt(p) - sqrt(q))**2), 0.0 to 1.0; symmetric.

    Empty cells need no correction. Empty against anything is 0.0. Hellinger 1909; as in van der Vaart 1998,
    Asymptotic Statistics, 14.5, there without the factor 1/2 that makes 1 the largest.
    """
    sides = shares(current, baseline)
    if sides is None:
        return 0.0
    squares = float(np.sum((np.sqrt(sides[0]) - np.sqrt(sides[1])) ** 2))
    return min(1.0, math.sqrt(squares / 2.0))
