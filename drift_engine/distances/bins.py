"""Numbers put into categories, so that distances of shares can compare them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from drift_engine.distances.shares import Counts
from drift_engine.states.kll import KllSketch

_DECILES = np.arange(1, 10) / 10.0


def binned(compute: Callable[[Counts, Counts], float]) -> Callable[[KllSketch, KllSketch], float]:
    """A distance of categories as one of numbers, in the bins of `decile_counts`."""

    def of_numbers(current: KllSketch, baseline: KllSketch) -> float:
        return compute(*decile_counts(current, baseline))

    of_numbers.__doc__ = compute.__doc__
    return of_numbers


def decile_counts(current: KllSketch, baseline: KllSketch) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """The rows of both sides in the baseline's deciles; both empty where a side has no rows.

    The nine deciles cut the axis into bins that are closed on the right; the outer ones have no outer end. A
    value that is two deciles or more, such as the zeros of a flag, is a bin of its own. So rows beyond the
    baseline's range are in its outer bins, and where the baseline is constant there are three: below, at,
    above. Deciles are the usual bins of the population stability index: Siddiqi 2006, Credit Risk Scorecards.
    """
    values, weights = baseline.weighted()
    mine, my_weights = current.weighted()
    if not len(values) or not len(mine):
        return {}, {}
    ranks = np.cumsum(weights)
    found = values[np.searchsorted(ranks, _DECILES * ranks[-1])]
    edges, hits = np.unique(found, return_counts=True)
    atoms = edges[hits > 1]

    def counts(at: np.ndarray, many: np.ndarray) -> Mapping[str, int]:
        codes = np.searchsorted(edges, at, side="left") + np.searchsorted(atoms, at, side="right")
        inside = np.bincount(codes, many, len(edges) + len(atoms) + 1)
        return {str(code): int(count) for code, count in enumerate(inside) if count}

    return counts(mine, my_weights), counts(values, weights)
