"""The smallest shift that a batch could have shown."""

from __future__ import annotations

import math

from drift_engine.verdicts.null_distribution import normal_quantile

_POWER = 0.9
# The Wilcoxon test's asymptotic efficiency at the normal distribution: Lehmann 2006, Nonparametrics, A.5.
_EFFICIENCY = 3.0 / math.pi
# What eight components cost a pure shift against the Wilcoxon test alone (measured: `docs/calibration.md`).
_OMNIBUS = 1.03


def smallest_location_shift(n: float, m: float, level: float, error: float, floor: float) -> float:
    """The shift of a normal column, in its standard deviations, found nine times out of ten; > 0.

    Args:
        n: rows of the current data.
        m: rows of the baseline.
        level: the p-value that is needed, corrected for the number of tests.
        error: the standard deviation that sketches add to a difference of the distribution functions.
        floor: the effect that is needed, as a difference of the distribution functions.
    """
    sampling = math.sqrt((1.0 / n + 1.0 / m) / _EFFICIENCY + 2.0 * math.pi * error**2)
    found = _OMNIBUS * _reach(level) * sampling
    # A shift by d moves the distribution functions apart by 2 Phi(d / 2) - 1.
    return max(found, 2.0 * normal_quantile((1.0 + floor) / 2.0))


def smallest_share_shift(n: float, m: float, level: float, share: float, degrees: int, floor: float) -> float:
    """The share of rows that must move out of the most frequent category to be found nine times in ten.

    By the normal approximation of the chi-squared test's power, at most 1.0.

    Args:
        n: rows of the current data.
        m: rows of the baseline.
        level: the p-value that is needed, corrected for the number of tests.
        share: that category's share of all rows.
        degrees: one less than there are categories.
        floor: the effect that is needed.
    """
    z, reach = normal_quantile(1.0 - level / 2.0), normal_quantile(_POWER)
    # The test's limit by Wilson & Hilferty 1931; a noncentral chi-squared is about normal around its mean.
    part = 2.0 / (9.0 * degrees)
    limit = degrees * (1.0 - part + normal_quantile(1.0 - level) * math.sqrt(part)) ** 3
    excess = max(0.0, limit - degrees)
    needed = max((z + reach) ** 2, excess + reach * math.sqrt(2.0 * (degrees + 2.0 * excess)))
    spread = max(share * (1.0 - share), 1.0 / (4.0 * max(n, m)))
    return min(1.0, max(math.sqrt(needed * spread * (1.0 / n + 1.0 / m)), floor))


def _reach(level: float) -> float:
    return normal_quantile(1.0 - level / 2.0) + normal_quantile(_POWER)
