"""The classifier two-sample test: an AUC that is cross-validated, and its null distribution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drift_engine.errors import ArgumentError
from drift_engine.multivariate.design import matrix
from drift_engine.rows import RowColumn, Rows
from drift_engine.states import Profile
from drift_engine.verdicts.columns import categories, numbers
from drift_engine.verdicts.dates import holds_dates
from drift_engine.verdicts.identifiers import may_identify

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_FOLDS = 5
_LEAST_ROWS = 50
_PENALTY = 0.1


@dataclass(frozen=True)
class Settings:
    """How the test is made.

    Attributes:
        alpha: the share of healthy batches that may be told apart.
        draws: permutations; the smallest p-value is 1 / (draws + 1).
        most_rows: rows of each side at most.
        seed: of rows, folds and permutations.
    """

    alpha: float = 0.05
    draws: int = 199
    most_rows: int = 5000
    seed: int = 0


@dataclass(frozen=True)
class TwoSample:
    """What the test says.

    Attributes:
        auc: the chance that a row of the batch scores above one of the baseline, out of fold; 0.5: none can
            be told apart, 1.0: all.
        p_value: the share of shuffled labels with as large an AUC, in (0, 1].
        null_high: the 1 - alpha quantile of the AUCs of shuffled labels.
        told_apart: whether the p-value is at most alpha.
        rows: of the batch and of the baseline that were used.
        features: those that were used.
    """

    auc: float
    p_value: float
    null_high: float
    told_apart: bool
    rows: tuple[int, int]
    features: tuple[str, ...]


def two_sample(
    current: Rows, baseline: Rows, profile: Profile, settings: Settings | None = None
) -> TwoSample:
    """Whether a classifier tells the batch's rows from the baseline's.

    Ridge regression on the labels (Fisher's discriminant but for the penalty) is fitted on four fifths of the
    rows and scores the last fifth, five times; the AUC of all scores is held against the same with shuffled
    labels, folds and all: Lopez-Paz & Oquab 2017, Revisiting Classifier Two-Sample Tests, ICLR; the null
    distribution by permutation as in Kim et al. 2021, Annals of Statistics 49, 411-434. The level is exact
    for rows that are independent of each other.

    Args:
        current: rows of the batch.
        baseline: rows of the baseline.
        profile: the baseline's, for the features' types.
        settings: how.

    Raises:
        ArgumentError: fewer than 50 rows on a side, or no feature can be used.
    """
    settings = settings or Settings()
    if min(current.count, baseline.count) < _LEAST_ROWS:
        raise ArgumentError(f"at least {_LEAST_ROWS} rows of either side are needed to tell them apart")
    chosen = _chosen(current, baseline, profile)
    random = np.random.default_rng(settings.seed)
    picked = [_picked(rows.count, settings.most_rows, random) for rows in (current, baseline)]
    pairs = [
        (_taken(current.columns[name], picked[0]), _taken(baseline.columns[name], picked[1]))
        for name in chosen
    ]
    if not pairs:
        raise ArgumentError("no feature of the baseline can be used to tell the rows apart")
    mine, theirs = matrix(pairs)
    values = np.vstack((mine, theirs))
    labels = np.repeat((1.0, 0.0), (len(mine), len(theirs)))
    folds = random.permutation(len(values)) % _FOLDS
    # All labelings in one go: a column is one of them, the first is the true one.
    shuffled = np.column_stack([labels, *(random.permutation(labels) for _ in range(settings.draws))])
    aucs = _aucs(_scores(values, shuffled, folds), shuffled)
    observed, null = float(aucs[0]), aucs[1:]
    p_value = float((np.sum(null >= observed - 1e-12) + 1) / (len(null) + 1))
    high = float(np.quantile(null, 1.0 - settings.alpha, method="higher"))
    sizes = len(mine), len(theirs)
    return TwoSample(observed, p_value, high, p_value <= settings.alpha, sizes, chosen)


def _chosen(current: Rows, baseline: Rows, profile: Profile) -> tuple[str, ...]:
    return tuple(
        feature.name
        for feature in profile.features
        if feature.name in current.columns
        and feature.name in baseline.columns
        and not may_identify(feature)
        and not holds_dates(feature)
        and (categories(feature) is not None or numbers(feature) is not None)
    )


def _picked(count: int, most: int, random: np.random.Generator) -> Integers:
    return np.sort(random.permutation(count)[:most]).astype(np.int64)


def _taken(column: RowColumn, rows: Integers) -> RowColumn:
    return RowColumn(column.numbers[rows], column.codes[rows], column.labels, column.missing[rows])


def _scores(values: Floats, labelings: Floats, folds: Integers) -> Floats:
    """Out-of-fold scores of every row under every labeling; shape (rows, labelings)."""
    scores = np.empty_like(labelings)
    for fold in range(_FOLDS):
        test = folds == fold
        seen, targets = values[~test], labelings[~test]
        means = targets.mean(axis=0)
        gram = seen.T @ seen
        gram.flat[:: len(gram) + 1] += _PENALTY * len(seen)
        weights = np.linalg.solve(gram, seen.T @ (targets - means))
        # Less the fold's own mean: with fewer of a label to learn from, the others' mean would give it away.
        out = values[test] @ weights
        scores[test] = out - out.mean(axis=0)
    return scores


def _aucs(scores: Floats, labelings: Floats) -> Floats:
    """The AUC of every column; ties, which continuous scores hardly have, in the order of the rows."""
    ranks = np.empty_like(scores)
    order = np.argsort(scores, axis=0, kind="stable")
    np.put_along_axis(ranks, order, np.arange(1.0, len(scores) + 1.0)[:, None], axis=0)
    n = labelings.sum(axis=0)
    above = (ranks * labelings).sum(axis=0) - n * (n + 1.0) / 2.0
    return np.asarray(above / (n * (len(scores) - n)), dtype=np.float64)
