"""One feature's batches as rows of matrices whose differences mean movement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drift_engine.states import FeatureProfile
from drift_engine.states.kll import KllSketch
from drift_engine.verdicts.columns import categories, numbers

Floats = npt.NDArray[np.float64]

_BINS = 32
_RAREST = 0.01


@dataclass(frozen=True, eq=False)
class Block:
    """Weighted counts of every batch; the mean of a stretch of batches is its summed row over its total.

    Attributes:
        sums: shape (batches, coordinates).
        totals: how many cells each batch has; shape (batches,).
    """

    sums: Floats
    totals: Floats


def blocks(features: Sequence[FeatureProfile | None]) -> tuple[Block, ...]:
    """The distribution and the missing share of one feature in every batch.

    Numbers: the distribution function at up to 32 quantiles of all batches together, squared differences of
    which add up to Cramér-von Mises' statistic. Categories: shares over the root of their overall share, to
    Pearson's chi-squared (shares below 1 % count as 1 %). A batch that lacks the column, or in which it is of
    another kind, has no cells.
    """
    rows = np.array([0 if each is None else each.num_present + each.num_missing for each in features], float)
    gone = np.array([0 if each is None else each.num_missing for each in features], dtype=np.float64)
    missing = _weighted(np.column_stack((gone, rows - gone)))
    counts = [None if each is None else categories(each) for each in features]
    if any(counts):
        names = sorted({name for each in counts if each for name in each})
        found = [[(each or {}).get(name, 0) for name in names] for each in counts]
        return _weighted(np.array(found, dtype=np.float64)), missing
    sketches = [None if each is None else numbers(each) for each in features]
    if any(sketch is not None and sketch.num_values for sketch in sketches):
        return _functions([sketch or KllSketch() for sketch in sketches]), missing
    return (missing,)


def _weighted(counts: Floats) -> Block:
    shares = counts.sum(axis=0) / max(1.0, float(counts.sum()))
    return Block(counts / np.sqrt(np.maximum(shares, _RAREST)), counts.sum(axis=1))


def _functions(sketches: Sequence[KllSketch]) -> Block:
    items = [sketch.weighted() for sketch in sketches]
    values, weights = (np.concatenate(each) for each in zip(*items, strict=True))
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order])
    wanted = np.searchsorted(below, np.arange(1, _BINS) / _BINS * below[-1])
    edges = np.unique(values[order][wanted])
    counts = np.array(
        [np.bincount(np.searchsorted(edges, mine), many, len(edges) + 1) for mine, many in items]
    )
    mass = counts.sum(axis=0) / counts.sum()
    functions = np.cumsum(counts, axis=1)[:, :-1]
    # The step that an edge stands for: half the rows on either side of it.
    weight = (mass[:-1] + mass[1:]) / 2.0
    return Block(np.asarray(functions * np.sqrt(weight), dtype=np.float64), counts.sum(axis=1))
