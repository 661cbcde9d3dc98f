"""The Kullback-Leibler divergence."""

from __future__ import annotations

import numpy as np

from drift_engine.distances.shares import Counts, positive_shares


def kullback_leibler(current: Counts, baseline: Counts) -> float:
    """The sum of p ln(p / q), p the current shares and q the baseline's, in nats, 0.0 or more; not symmetric.

    Where a category is on one side only, its empty cell counts as half a row (`shares.positive_shares` has
    the source), so that the result is finite. Empty against anything is 0.0. Without empty cells equal to
    `scipy.stats.entropy(p, q)`. Kullback & Leibler 1951, Ann. Math. Statist. 22, 79-86.
    """
    sides = positive_shares(current, baseline)
    return 0.0 if sides is None else max(0.0, float(np.sum(sides[0] * np.log(sides[0] / sides[1]))))
