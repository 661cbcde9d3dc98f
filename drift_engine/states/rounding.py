"""Decimal to double, correctly rounded, for whole arrays: as `float(text)` and Java's `parseDouble` round."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]

# Powers of ten that a double holds exactly.
_MOST_EXACT_POWER = 22
_EXACT_POWERS = np.array([10.0**n for n in range(_MOST_EXACT_POWER + 1)])
_EXACT_INTEGER = 1 << 53
_SPLITTER = 134217729.0  # 2**27 + 1 (Dekker 1971)
_DOUBT = 2.0**-40


def nearest(
    digits: npt.NDArray[np.uint64], power: npt.NDArray[np.int64]
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """The doubles nearest to digits * 10**power, and which of them are certain.

    Args:
        digits: uint64.
        power: int64 of the same shape.

    Returns:
        The numbers, and a mask: where it is false the number must be worked out in another way. Certain are
        up to 19 digits with -22 <= power <= 0 but for near ties, and 2**53 with power <= 22.
    """
    exact = digits < np.uint64(_EXACT_INTEGER)
    integer = digits.view(np.int64)
    upper = integer.astype(np.float64)
    if (power == 0).all():
        return upper, integer >= 0
    divisor = _EXACT_POWERS[np.clip(-power, 0, _MOST_EXACT_POWER)]
    numbers = upper / divisor
    certain = exact & (power >= -_MOST_EXACT_POWER)
    if (power > 0).any():
        # Both factors are exact, so one rounding gives the nearest double.
        numbers = numbers * _EXACT_POWERS[np.clip(power, 0, _MOST_EXACT_POWER)]
        certain &= power <= _MOST_EXACT_POWER
    long = ~exact & (power <= 0) & (power >= -_MOST_EXACT_POWER) & (integer >= 0)
    if long.any():
        chosen = slice(None) if long.all() else np.flatnonzero(long)
        numbers[chosen], certain[chosen] = _divide(integer[chosen], upper[chosen], divisor[chosen])
    return numbers, certain


def _divide(
    integer: npt.NDArray[np.int64], upper: Floats, divisor: Floats
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Integer / divisor with one rounding: a quotient, and a correction from the exact remainder."""
    lower = (integer - upper.astype(np.int64)).astype(np.float64)
    quotient = upper / divisor
    product, error = _exact_product(quotient, divisor)
    correction = (((upper - product) - error) + lower) / divisor
    numbers = quotient + correction
    # The correction itself is off by less than 2**-50 of it: only near a tie of two doubles does that matter.
    certain = quotient + correction * (1.0 - _DOUBT) == quotient + correction * (1.0 + _DOUBT)
    return numbers, certain


def _exact_product(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Product and its rounding error, which together are exact (Dekker 1971)."""
    product = left * right
    left_upper, left_lower = _split(left)
    right_upper, right_lower = _split(right)
    error = left_upper * right_upper - product
    error = error + left_upper * right_lower + left_lower * right_upper
    return product, error + left_lower * right_lower


def _split(numbers: Floats) -> tuple[Floats, Floats]:
    large = numbers * _SPLITTER
    upper = large - (large - numbers)
    return upper, numbers - upper
