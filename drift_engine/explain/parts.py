"""Where the rows of a feature moved: parts of the axis, or categories, and what each carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drift_engine.distances.steps import Steps
from drift_engine.report.words import number, shown
from drift_engine.states.kll import KllSketch

Floats = npt.NDArray[np.float64]

_FEW = 12
_PARTS = 10
_MOST_CATEGORIES = 12
_NAME = 40


@dataclass(frozen=True)
class Part:
    """A stretch of the axis, a value, a category, or all categories that are not listed.

    Attributes:
        name: as people read it: `(3, 17]`, `5`, `"UA"`.
        baseline, current: shares of the present cells, 0 to 1.
        carries: this part's share of the movement, 0 to 1; all parts add up to 1 (to 0 where nothing moved).
            The movement is half the sum of all |current - baseline|: the rows that changed parts.
        low, high: of a stretch: its ends, the lower one excluded (None: everything below or above).
        category: of a category: its value.
    """

    name: str
    baseline: float
    current: float
    carries: float
    low: float | None = None
    high: float | None = None
    category: str | None = None

    @property
    def difference(self) -> float:
        """How much larger the share became, -1 to 1."""
        return self.current - self.baseline


def number_parts(current: KllSketch, baseline: KllSketch) -> tuple[Part, ...]:
    """Both sides over the deciles of the baseline, ascending; a part a value where there are at most twelve.

    Empty against anything: no parts. Deciles that fall on one value (ties) become one part.
    """
    steps = Steps.of(current, baseline)
    if steps is None:
        return ()
    if len(steps.values) <= _FEW:
        edges = steps.values
        names = [number(float(value), 6) for value in edges]
        ends: list[tuple[float | None, float | None]] = [(float(value), float(value)) for value in edges]
    else:
        edges = _deciles(steps)
        ends = list(zip([None, *edges[:-1].tolist()], [*edges[:-1].tolist(), None], strict=True))
        names = [_stretch(low, high) for low, high in ends]
    within = np.searchsorted(edges, steps.values)
    mine, theirs = (
        np.bincount(within, counts, len(edges)) / counts.sum()
        for counts in (steps.current_counts, steps.baseline_counts)
    )
    carried = _carried(mine - theirs)
    return tuple(
        Part(name, float(old), float(new), float(share), low, high)
        for name, old, new, share, (low, high) in zip(names, theirs, mine, carried, ends, strict=True)
    )


def category_parts(current: Mapping[str, int], baseline: Mapping[str, int]) -> tuple[Part, ...]:
    """The categories that moved most, at most twelve, the farthest first; then all the others as one part."""
    n, m = sum(current.values()), sum(baseline.values())
    if n <= 0 or m <= 0:
        return ()
    names = sorted({*current, *baseline})
    mine = np.array([current.get(name, 0) / n for name in names])
    theirs = np.array([baseline.get(name, 0) / m for name in names])
    carried = _carried(mine - theirs)
    order = np.argsort(-carried, kind="stable")
    parts = [
        Part(
            shown(names[at], _NAME),
            float(theirs[at]),
            float(mine[at]),
            float(carried[at]),
            category=names[at],
        )
        for at in order[:_MOST_CATEGORIES]
    ]
    rest = order[_MOST_CATEGORIES:]
    if len(rest):
        old, new, share = (float(each[rest].sum()) for each in (theirs, mine, carried))
        parts.append(Part(f"{len(rest):,} other categories", old, new, share))
    return tuple(parts)


def _carried(differences: Floats) -> Floats:
    sizes = np.abs(differences)
    return np.asarray(sizes / max(float(sizes.sum()), np.finfo(float).tiny), dtype=np.float64)


def _deciles(steps: Steps) -> Floats:
    """Upper ends of the parts, ascending and distinct; the last is the largest value of either side."""
    below = np.cumsum(steps.baseline_counts) / steps.m
    wanted = np.arange(1, _PARTS) / _PARTS
    inner = steps.values[np.searchsorted(below, wanted - 1e-12)]
    return np.unique(np.append(inner, steps.values[-1]))


def _stretch(low: float | None, high: float | None) -> str:
    if low is None:
        return f"≤ {number(high, 5)}" if high is not None else "all"
    return f"> {number(low, 5)}" if high is None else f"({number(low, 5)}, {number(high, 5)}]"
