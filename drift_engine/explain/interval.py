"""How far the largest gap between two distributions is known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from drift_engine.distances.steps import Steps
from drift_engine.states.kll import KllSketch
from drift_engine.verdicts.sketch_error import RankError

_LEVEL = 0.95
_REACH = 3.0


@dataclass(frozen=True)
class GapInterval:
    """The largest gap, where it is, and where the true one lies.

    Attributes:
        at: the value of the column, or the category, at which the gap is largest.
        baseline, current: the shares at or below the value, or of the category; 0 to 1.
        n, m: present cells of the current data and the baseline.
        low, high: ends of the interval, 0 to 1.
        level: how often at least such an interval holds the true gap.
    """

    at: float | str
    baseline: float
    current: float
    n: int
    m: int
    low: float
    high: float
    level: float = _LEVEL

    @property
    def size(self) -> float:
        """The gap, 0 to 1."""
        return abs(self.current - self.baseline)


def number_interval(current: KllSketch, baseline: KllSketch) -> GapInterval | None:
    """The gap of two distribution functions, ties kept; None where a side is empty.

    A distribution function of n rows is nowhere farther from the truth than sqrt(ln(2 / a) / (2 n)) but with
    chance a, for every n and every distribution: Massart 1990, Annals of Probability 18, 1269-1283. Half of
    1 - level goes to each side; three standard deviations of the sketches' errors are added.
    """
    steps = Steps.of(current, baseline)
    if steps is None:
        return None
    gaps = steps.gaps
    at = int(np.argmax(np.abs(gaps)))
    new = float(steps.current_counts[: at + 1].sum() / steps.n)
    old = float(steps.baseline_counts[: at + 1].sum() / steps.m)
    errors = (RankError.of(current).variance / steps.n**2, RankError.of(baseline).variance / steps.m**2)
    reach = _sampling(steps.n) + _sampling(steps.m) + _REACH * math.sqrt(sum(errors))
    return _interval(float(steps.values[at]), (old, new), (steps.n, steps.m), reach)


def category_interval(current: Mapping[str, int], baseline: Mapping[str, int]) -> GapInterval | None:
    """The largest difference of any category's shares; None where a side is empty.

    A share is the step of a distribution function over the categories in any order, so that it is off by at
    most twice what the function is (Massart 1990, as above).
    """
    n, m = sum(current.values()), sum(baseline.values())
    if n <= 0 or m <= 0:
        return None
    names = sorted({*current, *baseline})
    at = max(names, key=lambda name: abs(current.get(name, 0) / n - baseline.get(name, 0) / m))
    sides = baseline.get(at, 0) / m, current.get(at, 0) / n
    return _interval(at, sides, (n, m), 2.0 * (_sampling(n) + _sampling(m)))


def _sampling(rows: float) -> float:
    return math.sqrt(math.log(4.0 / (1.0 - _LEVEL)) / (2.0 * rows))


def _interval(
    at: float | str, sides: tuple[float, float], rows: tuple[float, float], reach: float
) -> GapInterval:
    old, new = sides
    size = abs(new - old)
    ends = max(0.0, size - reach), min(1.0, size + reach)
    return GapInterval(at, old, new, round(rows[0]), round(rows[1]), *ends)
