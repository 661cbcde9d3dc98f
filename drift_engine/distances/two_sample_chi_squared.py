"""Pearson's chi-squared statistic of two samples, and Cramér's V."""

from __future__ import annotations

import math

import numpy as np

from drift_engine.distances.shares import Counts, aligned


def chi_squared_two_sample(current: Counts, baseline: Counts) -> float:
    """The sum of (observed - expected)**2 / expected over both samples' cells, 0.0 or more; symmetric.

    Expected are the shares of both samples together, so that new and vanished categories count and no cell
    expects 0. No correction for small counts. It grows with the rows. Empty against anything is 0.0. Equal to
    `scipy.stats.chi2_contingency(..., correction=False).statistic`.
    """
    found = aligned(current, baseline)
    if found is None:
        return 0.0
    mine, theirs = found
    n, m = float(mine.sum()), float(theirs.sum())
    # sum over cells of (O - E)**2 / E, with the two rows put together.
    return float(np.sum((mine / n - theirs / m) ** 2 / (mine + theirs))) * n * m


def cramers_v(current: Counts, baseline: Counts) -> float:
    """sqrt(chi-squared / rows of both), 0.0 to 1.0; symmetric.

    An effect size: it does not grow with the rows, but does shrink where one side has far fewer rows than the
    other. Empty against anything is 0.0. Equal to `scipy.stats.contingency.association(..., "cramer")`.
    Cramér 1946, Mathematical Methods of Statistics, 282 (with two samples the least dimension is 1).
    """
    rows = sum(count for side in (current, baseline) for count in side.values() if count > 0)
    return min(1.0, math.sqrt(chi_squared_two_sample(current, baseline) / rows)) if rows else 0.0
