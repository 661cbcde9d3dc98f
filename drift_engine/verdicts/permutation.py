"""p-values by permutation, for counts that are too small for a limit theorem."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_ENOUGH = 100
_BLOCKS = (200, 800, 4000)
_MOST_ROWS = 10**9
"""numpy draws from a multivariate hypergeometric distribution of fewer rows than this."""


@dataclass(frozen=True)
class Draws:
    """How permutations are drawn.

    Attributes:
        seed: the same seed gives the same p-values.
        most: how many at most; the smallest p-value is 1 / (most + 1).
    """

    seed: int = 0
    most: int = 9_999


def permutation_p_value(
    statistic: Callable[[Integers], Floats], sample: Integers, pooled: Integers, draws: Draws
) -> float:
    """The share of all ways to deal the pooled rows out under which the statistic is as large, in (0, 1].

    It is exact in that P(p <= a) <= a under the null hypothesis for every a, whatever the counts. Drawing
    ends once 100 draws were as extreme (Besag & Clifford 1991, Biometrika 78, 301-304), so that healthy
    columns cost little.

    Args:
        statistic: one number for each row of drawn counts, shape (draws, groups) -> (draws,).
        sample: rows of the sample at hand in each group; shape (groups,). Samples of its size are drawn.
        pooled: rows of both samples in each group; shape (groups,).
        draws: seed, and how many at most.
    """
    # The counts go into the seed too: columns and batches must not share the luck of one draw.
    marks = [zlib.crc32(np.ascontiguousarray(each).tobytes()) for each in (sample, pooled)]
    random = np.random.default_rng([draws.seed, *marks])
    size, observed = int(sample.sum()), float(statistic(sample[None, :])[0])
    limit = observed - 1e-9 * abs(observed)
    done = extreme = 0
    while done < draws.most:
        block = min(_BLOCKS[0] if not done else _BLOCKS[1] if done < 1000 else _BLOCKS[2], draws.most - done)
        hits = np.flatnonzero(statistic(_deal(random, pooled, size, block)) >= limit)
        if extreme + len(hits) >= _ENOUGH:
            return _ENOUGH / (done + int(hits[_ENOUGH - extreme - 1]) + 1)
        extreme += len(hits)
        done += block
    return (extreme + 1) / (done + 1)


def _deal(random: np.random.Generator, pooled: Integers, size: int, times: int) -> Integers:
    total = int(pooled.sum())
    if total < _MOST_ROWS:
        return random.multivariate_hypergeometric(pooled, size, times, method="marginals")
    # Of so many rows it makes no difference whether they are put back.
    return random.multinomial(size, pooled / total, times)
