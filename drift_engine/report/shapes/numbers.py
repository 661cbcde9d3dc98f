"""A numeric column's two distributions, small enough to draw: bars, distribution functions, quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from drift_engine.states.kll import KllSketch

Floats: TypeAlias = npt.NDArray[np.float64]
QUANTILES = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)
_FEW = 24
_BINS, _WHOLE_BINS = 48, 64
_TAIL = 0.005
# The axis ends here, so that its length is a float.
_FARTHEST = 4e307


@dataclass(frozen=True, eq=False)
class Bars:
    """Shares of both sides over the same bins.

    Attributes:
        edges: ascending, one more than there are bins; where `values` is set: empty.
        values: the distinct values, where there are few; a bin each.
        baseline, current: shares of rows, 0 to 1, of shape (bins,).
        outside: shares beyond the drawn axis: baseline below and above, current below and above.
    """

    edges: Floats
    values: Floats
    baseline: Floats
    current: Floats
    outside: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Curves:
    """Distribution functions of both sides at the same points, 0 to 1.

    Attributes:
        x: ascending.
        baseline, current: shares at or below x, of shape (points,).
        steps: whether these are all the points where the functions change.
    """

    x: Floats
    baseline: Floats
    current: Floats
    steps: bool


@dataclass(frozen=True)
class Gap:
    """Where two distribution functions are farthest apart.

    Attributes:
        at: the value of the column.
        baseline, current: the shares at or below it.
        m, n: what the two functions were divided by, baseline and current.
    """

    at: float
    baseline: float
    current: float
    m: float
    n: float

    @property
    def size(self) -> float:
        """How far, 0 to 1."""
        return abs(self.current - self.baseline)


@dataclass(frozen=True, eq=False)
class RankMap:
    """A distribution function: distinct values ascending, and the weight at or below each."""

    values: Floats
    below: Floats

    @classmethod
    def of_rows(cls, sketch: KllSketch) -> RankMap:
        """The function of the rows: ties count as often as they occur."""
        values, weights = sketch.weighted()
        last = np.append(values[1:] != values[:-1], True)[: len(values)]
        return cls(values[last], np.cumsum(weights)[last].astype(np.float64))

    @classmethod
    def of_distinct(cls, sketch: KllSketch) -> RankMap:
        """The function that Model Monitor's distances are made of: a distinct value counts once."""
        values, below = sketch.collapsed()
        return cls(values, below.astype(np.float64))

    def shares(self, at: Floats) -> Floats:
        """Shares at or below each point, of the shape of `at`."""
        steps = np.concatenate(([0.0], self.below / self.below[-1]))
        return np.asarray(steps[np.searchsorted(self.values, at, side="right")])

    def quantiles(self, shares: npt.ArrayLike) -> Floats:
        """The least values with at least these shares at or below them."""
        wanted = np.asarray(shares) * self.below[-1]
        at = np.searchsorted(self.below, wanted - 1e-9 * self.below[-1])
        return np.asarray(self.values[np.minimum(at, len(self.values) - 1)])


def largest_gap(baseline: RankMap, current: RankMap) -> Gap:
    """The first point at which the two functions are farthest apart."""
    at = np.union1d(baseline.values, current.values)
    old, new = baseline.shares(at), current.shares(at)
    worst = int(np.argmax(np.abs(new - old)))
    sizes = float(baseline.below[-1]), float(current.below[-1])
    return Gap(float(at[worst]), float(old[worst]), float(new[worst]), *sizes)


def bars(baseline: RankMap, current: RankMap, must_show: float) -> Bars:
    """Shares by distinct value where there are few, else by bins of equal width.

    The axis ends where half a percent of the rows is left on either side, unless the ends are near; it
    reaches `must_show` in any case.
    """
    distinct = np.union1d(baseline.values, current.values)
    if len(distinct) <= _FEW:
        old, new = (np.diff(side.shares(distinct), prepend=0.0) for side in (baseline, current))
        return Bars(np.empty(0), distinct, old, new)
    edges = _edges(baseline, current, distinct, must_show)
    old, new = (np.diff(_below(side, edges)) for side in (baseline, current))
    outside = [
        share
        for side in (baseline, current)
        for share in (float(_below(side, edges[:1])[0]), float(1.0 - _below(side, edges[-1:])[0]))
    ]
    return Bars(edges, np.empty(0), old, new, (outside[0], outside[1], outside[2], outside[3]))


def curves(baseline: RankMap, current: RankMap, within: tuple[float, float], points: int) -> Curves:
    """Both functions at no more than about `points` points between two ends, evenly spread over the rows."""
    x = np.union1d(baseline.values, current.values)
    x = x[(x >= within[0]) & (x <= within[1])]
    steps = len(x) <= points
    if not steps:
        shares = np.linspace(0.0, 1.0, points // 2)
        chosen = np.union1d(baseline.quantiles(shares), current.quantiles(shares))
        gap = largest_gap(baseline, current).at
        x = np.unique(np.clip(np.concatenate((chosen, (gap,), within)), *within))
    return Curves(x, baseline.shares(x), current.shares(x), steps)


def _edges(baseline: RankMap, current: RankMap, distinct: Floats, must_show: float) -> Floats:
    low = min(float(side.quantiles(_TAIL)) for side in (baseline, current))
    high = max(float(side.quantiles(1 - _TAIL)) for side in (baseline, current))
    low, high = max(-_FARTHEST, min(low, must_show)), min(_FARTHEST, max(high, must_show))
    near = 0.25 * (high - low)
    low = max(-_FARTHEST, float(distinct[0])) if distinct[0] >= low - near else low
    high = min(_FARTHEST, float(distinct[-1])) if distinct[-1] <= high + near else high
    if bool(np.all(distinct == np.floor(distinct))) and abs(high) < 2**52 and abs(low) < 2**52:
        return _whole_edges(low, high - low + 1)
    if high <= low:
        low, high = float(np.nextafter(low, -np.inf)), float(np.nextafter(high, np.inf))
    return np.linspace(low, high, _BINS + 1, dtype=np.float64)


def _whole_edges(low: float, length: float) -> Floats:
    """Edges between whole numbers; the width whose bins fit best, so that the last is not half empty."""
    narrowest, widest = (max(1.0, float(np.ceil(length / bins))) for bins in (_WHOLE_BINS, _BINS))
    widths = np.arange(narrowest, widest + 1)[:_WHOLE_BINS]
    counts = np.ceil(length / widths)
    best = int(np.argmin((counts * widths - length) / widths))
    edges = low - 0.5 + widths[best] * np.arange(int(counts[best]) + 1)
    return np.asarray(edges, dtype=np.float64)


def _below(side: RankMap, at: Floats) -> Floats:
    """Shares below each point; at the very last value: at or below, so that the last bin has it."""
    steps = np.concatenate(([0.0], side.below / side.below[-1]))
    strictly = np.asarray(steps[np.searchsorted(side.values, at, side="left")])
    return np.where(at >= side.values[-1], 1.0, strictly)
