"""Rows as a matrix for a linear classifier."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from drift_engine.rows import RowColumn

Floats = npt.NDArray[np.float64]

_MOST_CATEGORIES = 10
_MOST_PAIRED = 40


def matrix(columns: Sequence[tuple[RowColumn, RowColumn]]) -> tuple[Floats, Floats]:
    """Both samples in the same coordinates, shapes (n, k) and (m, k).

    Numbers become logits of their ranks in both samples together, so that no outlier and no unit counts;
    categories become indicators of the ten most frequent; a missing cell is 0 and has an indicator. Squares
    and products of two coordinates (of the first forty) let a linear classifier see spread and correlation.
    Each coordinate has mean 0 and variance 1 over both samples; constant ones are left out.

    Args:
        columns: each feature in the current data and in the baseline.
    """
    rows = len(columns[0][0].missing), len(columns[0][1].missing)
    firsts: list[Floats] = []
    for current, baseline in columns:
        missing = np.concatenate((current.missing, baseline.missing))
        firsts.append(missing.astype(np.float64))
        numbers = np.concatenate((current.numbers, baseline.numbers))
        if 2 * int((~np.isnan(numbers)).sum()) > int((~missing).sum()):
            firsts.append(_scores(numbers))
        elif current.labels is not None and baseline.labels is not None:
            firsts += _indicators(current, baseline)
    base = _standardized(np.column_stack(firsts))
    few = base[:, :_MOST_PAIRED]
    left, right = np.triu_indices(few.shape[1])
    whole = np.hstack((base, _standardized(few[:, left] * few[:, right])))
    return whole[: rows[0]], whole[rows[0] :]


def _scores(values: Floats) -> Floats:
    """Logits of the ranks, ties in the middle; a missing cell is 0."""
    there = ~np.isnan(values)
    distinct, place, counts = np.unique(values[there], return_inverse=True, return_counts=True)
    middle = (np.cumsum(counts) - counts / 2.0) / max(1, int(there.sum()))
    scores = np.zeros(len(values))
    scores[there] = np.log(middle / (1.0 - middle))[place.reshape(-1)] if len(distinct) else 0.0
    return scores


def _indicators(current: RowColumn, baseline: RowColumn) -> list[Floats]:
    counts = dict(baseline.counts(slice(None)))
    for label, count in current.counts(slice(None)).items():
        counts[label] = counts.get(label, 0) + count
    chosen = sorted(counts, key=lambda label: (-counts[label], label))[:_MOST_CATEGORIES]
    sides = []
    for column in (current, baseline):
        labels = np.array([*(column.labels or ()), ""], dtype=object)[column.codes]
        sides.append([(labels == label) & ~column.missing for label in chosen])
    return [np.concatenate(pair).astype(np.float64) for pair in zip(*sides, strict=True)]


def _standardized(values: Floats) -> Floats:
    centred = values - values.mean(axis=0)
    spread = centred.std(axis=0)
    return np.asarray(centred[:, spread > 1e-9] / spread[spread > 1e-9], dtype=np.float64)
