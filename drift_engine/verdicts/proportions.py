"""Two proportions: as many of the rows here as there?"""

from __future__ import annotations

import math

import numpy as np

from drift_engine.distances.chi_squared import survival

_EXACT_UP_TO = 20_000


def two_proportions(hits: int, rows: int, old_hits: int, old_rows: int) -> float:
    """The two-sided p-value of `hits` of `rows` against `old_hits` of `old_rows`, in [0, 1].

    Fisher's exact test, all tables at most as likely as this one (as `scipy.stats.fisher_exact`), up to
    20,000 hits or misses together; beyond that, Pearson's chi-squared test without correction, which is then
    the same to many digits. 1.0 where a side has no rows, or all cells are alike.
    """
    total, hit = rows + old_rows, hits + old_hits
    if not rows or not old_rows or hit in (0, total):
        return 1.0
    if min(hit, total - hit) > _EXACT_UP_TO:
        gap = hits / rows - old_hits / old_rows
        spread = hit / total * (1.0 - hit / total) * (1.0 / rows + 1.0 / old_rows)
        return survival(gap * gap / spread, 1) if gap else 1.0
    if hit > total - hit:
        hits, hit = rows - hits, total - hit
    return _fisher(hits, hit, rows, total)


def least_p_value(hits: int, rows: int, old_hits: int, old_rows: int) -> float:
    """The smallest p-value that any split of these hits could have had, given both numbers of rows."""
    hit = hits + old_hits
    most, least = min(hit, rows), max(0, hit - old_rows)
    return min(two_proportions(each, rows, hit - each, old_rows) for each in (most, least))


def _fisher(hits: int, hit: int, rows: int, total: int) -> float:
    """Sum of all hypergeometric probabilities that are at most that of `hits`."""
    low, high = max(0, hit - (total - rows)), min(hit, rows)
    k = np.arange(low, high, dtype=np.float64)
    # Ratios of neighbours: P(k + 1) / P(k).
    steps = np.log((hit - k) / (k + 1.0)) + np.log((rows - k) / (total - hit - rows + k + 1.0))
    logs = np.concatenate(([0.0], np.cumsum(steps)))
    chances = np.exp(logs - logs.max())
    chances /= chances.sum()
    limit = float(chances[hits - low]) * (1.0 + 1e-7)
    return min(1.0, math.fsum(chances[chances <= limit].tolist()))
