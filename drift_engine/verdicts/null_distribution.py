"""Tails of the distributions that the tests need; numpy alone."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from drift_engine.distances.chi_squared import survival

if TYPE_CHECKING:
    from statistics import NormalDist

Floats = npt.NDArray[np.float64]

_TERMS = 2500


def component_weights(components: int) -> Floats:
    """1 / (j (j + 1)) for j = 1, 2, ...: what Anderson-Darling gives each component of the ranks."""
    j = np.arange(1, components + 1, dtype=np.float64)
    return 1.0 / (j * (j + 1.0))


def components_tail(statistic: float, components: int) -> float:
    """P(sum of z_j**2 / (j (j + 1)) >= statistic) for independent standard normal z_1 ... z_components.

    A mixture of chi-squared tails with as many, two more, four more, ... degrees of freedom, all weights of
    which are positive: Ruben 1962, Ann. Math. Statist. 33, 542-570. Exact to about 1e-12 relative down to
    1e-20, for up to 8 components. Farther out the mixture, which is cut, falls short; there the first term
    of the tail's expansion takes over, 0.5 % small at most: Zolotarev 1961, Theory Probab. Appl. 6, 201-204.
    """
    if statistic <= 0.0:
        return 1.0
    half = statistic / (2.0 * float(component_weights(components)[-1]))
    mixture, later = _mixture(components)
    # A Poisson variable of mean `half` is so far above it with a chance below 1e-17: from there tails are 1.
    last = min(_TERMS - 1, int(half + 9.0 * math.sqrt(half)) + 40)
    # The tail with d + 2 degrees of freedom is that with d and (x/2)**(d/2) e**-(x/2) / (d/2)! more.
    power = components / 2.0 + np.arange(last)
    logs = power * math.log(half) - half - _log_factorials(components)[:last]
    tails = np.empty(last + 1)
    tails[0] = survival(2.0 * half, components)
    np.exp(logs, out=tails[1:])
    mixed = float(mixture[: last + 1] @ np.minimum(tails.cumsum(), 1.0)) + float(later[last])
    return min(1.0, max(mixed, _far_tail(statistic, components)))


def _far_tail(statistic: float, components: int) -> float:
    """The largest weight's tail, raised by what the others add to it: a little below the true one."""
    weights = component_weights(components)
    raised = math.prod(1.0 / math.sqrt(1.0 - float(weight / weights[0])) for weight in weights[1:])
    return raised * math.erfc(math.sqrt(statistic / (2.0 * float(weights[0]))))


def normal_quantile(share: float) -> float:
    """The point below which this share of a standard normal variable lies."""
    return _normal().inv_cdf(share)


def normal_share(point: float) -> float:
    """The share of a standard normal variable below the point."""
    return _normal().cdf(point)


@lru_cache(maxsize=1)
def _normal() -> NormalDist:
    # The module takes as long to import as all verdicts: it loads fractions, decimal and random.
    from statistics import NormalDist  # noqa: PLC0415

    return NormalDist()


@lru_cache(maxsize=16)
def _log_factorials(components: int) -> Floats:
    first = math.lgamma(components / 2.0 + 1.0)
    later = np.log(components / 2.0 + np.arange(1, _TERMS - 1))
    return np.concatenate(([first], first + np.cumsum(later)))


@lru_cache(maxsize=16)
def _mixture(components: int) -> tuple[Floats, Floats]:
    """Ruben's weights at the smallest coefficient, and for each the sum of those behind it.

    They are the product of sqrt(b/w) (1 - (1 - b/w) z)**(-1/2).
    """
    ratios = component_weights(components)[-1] / component_weights(components)
    total = np.zeros(_TERMS)
    total[0] = 1.0
    steps = np.arange(1, _TERMS)
    for ratio in ratios:
        series = np.concatenate(([1.0], np.cumprod((1.0 - ratio) * (steps - 0.5) / steps)))
        total = np.convolve(total, math.sqrt(ratio) * series)[:_TERMS]
    return total, np.append(np.cumsum(total[:0:-1])[::-1], 0.0)
