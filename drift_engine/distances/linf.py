"""LInfinity: the distance of two category counts as Model Monitor computes it."""

from __future__ import annotations

from collections.abc import Mapping

from drift_engine.distances.numerical import less_chance

Counts = Mapping[str, int]


def linf_simple(current: Counts, baseline: Counts) -> float:
    """The largest difference of any category's shares, over the categories of both, 0.0 to 1.0.

    A category that one side lacks has share 0. Empty against anything (no category, or all counts 0) is
    0.0: the caller says that there was nothing to compare.
    """
    n, m = sum(current.values()), sum(baseline.values())
    if n <= 0 or m <= 0:
        return 0.0
    return max(abs(current.get(key, 0) / n - baseline.get(key, 0) / m) for key in {*current, *baseline})


def linf_robust(current: Counts, baseline: Counts) -> float:
    """`linf_simple` less what chance allows, 0.0 to 1.0: max(0, D - 1.8 * sqrt((n + m) / (n * m))).

    n and m are the summed counts. Empty against anything is 0.0.
    """
    n, m = sum(current.values()), sum(baseline.values())
    return less_chance(linf_simple(current, baseline), float(n), float(m))
