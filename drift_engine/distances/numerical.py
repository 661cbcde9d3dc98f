"""Simple and Robust: the distances of two sketches as Model Monitor computes them."""

from __future__ import annotations

import math

from drift_engine.distances.steps import Steps
from drift_engine.states.kll import KllSketch

# Knuth, The Art of Computer Programming, vol. 2, 3.3.1, eq. (15) at alpha = 0.003, as deequ has it.
C_ALPHA = 1.8


def simple(current: KllSketch, baseline: KllSketch) -> float:
    """The largest difference of the two sketches' distribution functions, 0.0 to 1.0.

    Each function is made of the *collapsed* rank map, in which a value counts once, whatever its ties: on
    columns with few distinct values this compares shares of distinct values, as the service does.
    Empty against anything is 0.0: the caller says that there was nothing to compare.
    """
    return _compare(current, baseline)[0]


def robust(current: KllSketch, baseline: KllSketch) -> float:
    """`simple` less what chance allows, 0.0 to 1.0: max(0, D - 1.8 * sqrt((n + m) / (n * m))).

    n and m are the totals of the collapsed rank maps, not rows: on columns with few distinct values the
    allowance is larger than any difference, and this distance is blind (0.0), as the service's is.
    Empty against anything is 0.0.
    """
    distance, n, m = _compare(current, baseline)
    return less_chance(distance, n, m)


def less_chance(distance: float, n: float, m: float) -> float:
    """A distance between samples of n and m, less what two samples of one source differ by chance."""
    if not n or not m:
        return 0.0
    return max(0.0, distance - C_ALPHA * math.sqrt((n + m) / (n * m)))


def _compare(current: KllSketch, baseline: KllSketch) -> tuple[float, float, float]:
    """D and the two collapsed totals."""
    steps = Steps.forgetting_ties(current, baseline)
    return (0.0, 0.0, 0.0) if steps is None else (steps.largest_gap, steps.n, steps.m)
