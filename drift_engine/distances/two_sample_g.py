"""The G statistic of two samples."""

from __future__ import annotations

import numpy as np

from drift_engine.distances.shares import Counts, aligned


def g_two_sample(current: Counts, baseline: Counts) -> float:
    """2 * sum of observed ln(observed / expected) over both samples' cells, 0.0 or more; symmetric.

    Expected are the shares of both samples together; an empty cell adds 0 (the limit of x ln x). It grows
    with the rows. Empty against anything is 0.0. Equal to
    `scipy.stats.chi2_contingency(..., correction=False, lambda_="log-likelihood").statistic`.
    Sokal & Rohlf 2012, Biometry, 4th ed., 17.2.
    """
    found = aligned(current, baseline)
    if found is None:
        return 0.0
    pooled = (found[0] + found[1]) / (found[0].sum() + found[1].sum())
    total = 0.0
    for side in found:
        there = side > 0.0
        total += float(np.sum(side[there] * np.log(side[there] / side.sum() / pooled[there])))
    return max(0.0, 2.0 * total)
