"""Welford's recurrence over whole arrays, with every rounding where a loop would have it.

Spark updates mean and squared deviations value by value, so that the last digits of a `std_dev` depend on
the order of the rows. To print the same digits without a Python loop: guess the whole path of means from
running sums, check every step of the recurrence at once, and repair the path by the errors found (Newton's
method; the linearised recurrence is a running sum as well). A path whose every step checks is the loop's.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]

_BLOCK = 4096
_MOST_REPAIRS = 4


def advance(count: int, mean: float, deviations: float, values: Floats) -> tuple[float, float]:
    """Mean and sum of squared deviations after some more values.

    One step is: n += 1; d = x - mean; mean += d / n; deviations += d * (d - d / n).
    """
    start = 0
    while start < len(values):
        block = values[start : start + _BLOCK]
        path = _means(count, mean, block)
        block = block[: len(path) - 1]
        from_mean = block - path[:-1]
        growth = from_mean * (from_mean - from_mean / _numbers(count, len(block)))
        deviations = float(np.add.accumulate(np.concatenate(([deviations], growth)))[-1])
        mean = float(path[-1])
        count += len(block)
        start += len(block)
    return mean, deviations


def _numbers(count: int, more: int) -> Floats:
    return np.arange(count + 1.0, count + more + 1.0)


def _means(count: int, mean: float, values: Floats) -> Floats:
    """The mean before the first value and after each one, of as many values as could be repaired at once."""
    numbers = _numbers(count, len(values))
    path = np.empty(len(values) + 1)
    path[0] = mean
    path[1:] = mean + np.add.accumulate(values - mean) / numbers
    right = 0
    for _ in range(_MOST_REPAIRS):
        wrong = path[:-1] + (values - path[:-1]) / numbers - path[1:]
        if not wrong.any():
            return path
        right = int(np.flatnonzero(wrong)[0])
        path[1:] += np.add.accumulate(wrong * numbers) / numbers
    # Means close to 0, where the grid of doubles is fine, can resist. What is right is right, though.
    return path[: right + 1] if right > _BLOCK // 2 else _one_by_one(count, mean, values)


def _one_by_one(count: int, mean: float, values: Floats) -> Floats:
    path = [mean]
    for number, value in enumerate(values.tolist(), start=count + 1):
        mean += (value - mean) / number
        path.append(mean)
    return np.array(path)
