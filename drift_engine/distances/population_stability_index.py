"""The population stability index of credit scoring."""

from __future__ import annotations

import numpy as np

from drift_engine.distances.shares import Counts, positive_shares


def population_stability_index(current: Counts, baseline: Counts) -> float:
    """The sum of (p - q) ln(p / q) over the categories, 0.0 or more; symmetric.

    Where a category is on one side only, its empty cell counts as half a row (`shares.positive_shares` has
    the source). It is the sum of both Kullback-Leibler divergences. Empty against anything is 0.0.
    The trade's rule of thumb, 0.1 and 0.25, knows nothing of the number of rows: under no drift the mean is
    about (k - 1) (1/n + 1/m) with k categories (Yurdakul 2018, Statistical Properties of Population Stability
    Index). Siddiqi 2006, Credit Risk Scorecards, 294f.
    """
    sides = positive_shares(current, baseline)
    if sides is None:
        return 0.0
    return max(0.0, float(np.sum((sides[0] - sides[1]) * np.log(sides[0] / sides[1]))))
