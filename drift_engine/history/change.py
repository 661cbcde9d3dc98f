"""Where a sequence of batches changed, tested by permutation of the batches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drift_engine.history.series import Block

Floats = npt.NDArray[np.float64]
Orders = npt.NDArray[np.intp]

LEAST_BATCHES = 4
_ENOUGH = 50
_COVERED = 0.95
# A batch to either side; of equal windows the one around the likeliest place.
_WINDOW = (1.0, 1.0 + 1e-6, 1.0)
_CHUNK_CELLS = 2_000_000


@dataclass(frozen=True)
class Change:
    """The best split of a sequence.

    Attributes:
        at: the index of the first batch after the change, 1 or more.
        p_value: the chance of a split as good or better if the batches' order meant nothing, in (0, 1].
        earliest, latest: the ends of the range of `at` that holds the change in 95 % of cases or more, where
            there is one.
    """

    at: int
    p_value: float
    earliest: int = 0
    latest: int = 0


def change_point(parts: Sequence[Block], most: int = 999, seed: int = 0) -> Change | None:
    """The split of the batches into before and after whose two sides differ most; None with fewer than 4.

    Sides are compared by n m / (n + m) times the squared distance of their means, n and m being their cells,
    summed over the blocks; for numbers that is Cramér-von Mises' statistic. Its largest value over all splits
    is held against the same in shuffled orders of the batches, so that batches may differ by more than chance
    draws of rows do, as days do. Matteson & James 2014, A Nonparametric Approach for Multiple Change Point
    Analysis of Multivariate Data, JASA 109, 334-345; drawing ends once 50 orders were as extreme (Besag &
    Clifford 1991, Biometrika 78, 301-304).

    The place is not where the statistic is largest but where a change within one batch is likeliest
    (`_likelihoods`): a noisy peak has no neighbours. The range is that of the likeliest places that hold 95 %
    together.

    Batches that resemble their neighbours (a trend, a season) are no shuffle of each other: for these the
    place is meant, and the p-value says only that the order matters.

    Args:
        parts: the feature's blocks, all of as many batches.
        most: how many orders are drawn at most.
        seed: of the draws.
    """
    count = len(parts[0].totals)
    if count < LEAST_BATCHES:
        return None
    random = np.random.default_rng([seed, count])
    splits = _splits(parts, np.arange(count)[None, :])[0]
    observed = float(splits.max())
    if observed <= 1e-12:
        return Change(1, 1.0, 1, count - 1)
    likely = _likelihoods(parts, splits)
    at = int(np.argmax(np.convolve(likely, _WINDOW, "same"))) + 1
    earliest, latest = _range(likely)
    width = count * sum(part.sums.shape[1] for part in parts)
    chunk = max(1, min(200, _CHUNK_CELLS // width))
    done = extreme = 0
    while done < most:
        draws = min(chunk, most - done)
        orders = random.permuted(np.tile(np.arange(count), (draws, 1)), axis=1)
        hits = np.flatnonzero(_splits(parts, orders).max(axis=1) >= observed * (1.0 - 1e-9))
        if extreme + len(hits) >= _ENOUGH:
            p_value = _ENOUGH / (done + int(hits[_ENOUGH - extreme - 1]) + 1)
            return Change(at, p_value, earliest, latest)
        extreme += len(hits)
        done += draws
    return Change(at, (extreme + 1) / (done + 1), earliest, latest)


def batches_to_show(features: int, alpha: float) -> int:
    """The fewest batches with which a change of one of so many features can be significant at all.

    However clear a change is, the orders of the batches that keep its two sides together are as extreme: a
    share of 2 / C(n, n // 2) at least, which Holm's method multiplies by the features.
    """
    count = LEAST_BATCHES
    while 2.0 * features > alpha * math.comb(count, count // 2):
        count += 1
    return count


def _likelihoods(parts: Sequence[Block], splits: Floats) -> Floats:
    """How likely each place is, if there is one change; shape (batches - 1,), sum 1.

    A normal profile likelihood, (1 - R^2)^(-(batches - 2) / 2), R^2 being the split's part of all movement
    between batches, so that the batches' own noise is reckoned with (Hinkley 1970, Inference about the
    Change-Point in a Sequence of Random Variables, Biometrika 57, 1-17). All places are alike beforehand.
    """
    movement = 0.0
    for part in parts:
        rows = np.maximum(part.totals, 1.0)[:, None]
        mean = part.sums.sum(axis=0) / max(1.0, float(part.totals.sum()))
        movement += float((part.totals[:, None] * (part.sums / rows - mean) ** 2).sum())
    rest = np.maximum(1.0 - splits / movement, 1e-12)
    logs = -(len(splits) - 1) / 2.0 * np.log(rest)
    likely = np.exp(logs - logs.max())
    return np.asarray(likely / likely.sum(), dtype=np.float64)


def _range(likely: Floats) -> tuple[int, int]:
    order = np.argsort(-likely, kind="stable")
    held = order[: int(np.searchsorted(np.cumsum(likely[order]), _COVERED)) + 1] + 1
    return int(held.min()), int(held.max())


def _splits(parts: Sequence[Block], orders: Orders) -> Floats:
    """The statistic of every split of every order; shape (orders, batches - 1)."""
    total = np.zeros((len(orders), orders.shape[1] - 1))
    for part in parts:
        sums = np.cumsum(part.sums[orders], axis=1)
        n = np.cumsum(part.totals[orders], axis=1)
        left, right = n[:, :-1], n[:, -1:] - n[:, :-1]
        means = sums[:, :-1] / np.maximum(left, 1.0)[..., None]
        rest = (sums[:, -1:] - sums[:, :-1]) / np.maximum(right, 1.0)[..., None]
        total += left * right / np.maximum(left + right, 1.0) * ((means - rest) ** 2).sum(axis=2)
    return total
