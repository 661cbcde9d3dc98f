"""ChiSquared: deequ's goodness-of-fit test of the current categories against the baseline's shares.

New categories are ignored by it, as they are by deequ: 1,000 rows of a category that the baseline lacks give
p = 1. A verdict on new categories needs `linf_*` or the categorical_values check.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

Counts = Mapping[str, int]

# Small expected counts. Two categories: Cochran 1952; more: Yates, Moore & McCabe 1999, p. 734.
_COCHRAN = 10.0
_YATES, _YATES_SHARE = 5.0, 0.2


def chi_squared_statistic(current: Counts, baseline: Counts) -> float:
    """Sum of (observed - expected)**2 / expected, 0.0 or more; 0.0 where the test can't be made.

    Expected are the baseline's shares of those current rows whose category the baseline knows. Too small
    expected counts are put together first. With fewer than two categories left, or with nothing on one
    side, there is no test (deequ: not a number): 0.0.
    """
    pairs = _grouped(current, baseline)
    return _statistic(pairs) if len(pairs) >= 2 else 0.0


def chi_squared_p_value(current: Counts, baseline: Counts) -> float:
    """The test's p-value, 0.0 to 1.0: **small** means drift, equal counts give 1.0.

    It is what deequ returns where its LInfinity returns the robust distance; it is no distance. Where the
    test can't be made: 1.0.
    """
    pairs = _grouped(current, baseline)
    return survival(_statistic(pairs), len(pairs) - 1) if len(pairs) >= 2 else 1.0


def survival(statistic: float, degrees: int) -> float:
    """The probability that a chi-squared variable of so many degrees of freedom is above the statistic.

    Whole and half powers have closed sums (Abramowitz & Stegun 26.4.4 and 26.4.5).
    """
    half = statistic / 2.0
    if half <= 0.0:
        return 1.0
    if math.isinf(half):
        return 0.0
    power, total = (0.0, 0.0) if degrees % 2 == 0 else (0.5, math.erfc(math.sqrt(half)))
    terms = (
        math.exp((power + i) * math.log(half) - half - math.lgamma(power + i + 1.0))
        for i in range(degrees // 2)
    )
    return min(1.0, math.fsum((total, *terms)))


def _statistic(pairs: list[tuple[float, float]]) -> float:
    return math.fsum((observed - expected) ** 2 / expected for observed, expected in pairs)


def _grouped(current: Counts, baseline: Counts) -> list[tuple[float, float]]:
    """(observed, expected) of the baseline's categories, the smallest folded into the second smallest.

    Among equal expected counts the one that comes first in the baseline's order is the smallest.
    """
    known = {key: count for key, count in baseline.items() if count > 0}
    rows = sum(current.get(key, 0) for key in known)
    total = sum(known.values())
    if not rows or not total:
        return []
    # 1 / 49 * 49 is below 1: of equal counts the expected ones are the counts themselves.
    pairs = [
        (float(current.get(key, 0)), float(count) if rows == total else count / total * rows)
        for key, count in known.items()
    ]
    while len(pairs) >= 2 and _too_small(pairs):
        smallest = pairs.pop(min(range(len(pairs)), key=lambda i: pairs[i][1]))
        second = min(range(len(pairs)), key=lambda i: pairs[i][1])
        pairs[second] = (pairs[second][0] + smallest[0], pairs[second][1] + smallest[1])
    return pairs


def _too_small(pairs: list[tuple[float, float]]) -> bool:
    least, allowed = (_COCHRAN, 0) if len(pairs) == 2 else (_YATES, int(_YATES_SHARE * len(pairs)))
    return sum(expected < least for _, expected in pairs) > allowed
