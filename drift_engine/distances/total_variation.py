"""The total variation distance."""

from __future__ import annotations

import numpy as np

from drift_engine.distances.shares import Counts, shares


def total_variation(current: Counts, baseline: Counts) -> float:
    """Half the sum of |p - q|: the share of rows that changed category, 0.0 to 1.0; symmetric.

    A category that one side lacks has share 0 there. Empty against anything is 0.0. Levin, Peres & Wilmer
    2017, Markov Chains and Mixing Times, proposition 4.2.
    """
    sides = shares(current, baseline)
    return 0.0 if sides is None else min(1.0, float(np.abs(sides[0] - sides[1]).sum()) / 2.0)
