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
_MOST_REPAIRS = 60


def advance(count: int, mean: float, deviations: float, values: Floats) -> tuple[float, float]:
    """Mean and sum of squared deviations after some more values.

    One step is: n += 1; d = x - mean; mean += d / n; deviations += d * (d - d / n).
    """
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK]
        numbers = np.arange(count + 1.0, count + len(block) + 1.0)
        path = _means(mean, block, numbers)
        from_mean = block - path[:-1]
        growth = from_mean * (from_mean - from_mean / numbers)
        deviations = float(np.add.accumulate(np.concatenate(([deviations], growth)))[-1])
        mean = float(path[-1])
        count += len(block)
    return mean, deviations


def _means(mean: float, values: Floats, numbers: Floats) -> Floats:
    """The mean before the first value and after each one."""
    before = numbers[0] - 1.0
    path = np.empty(len(values) + 1)
    path[0] = mean
    path[1:] = mean + np.add.accumulate(values - mean) / numbers
    for _ in range(_MOST_REPAIRS):
        stepped = path[:-1] + (values - path[:-1]) / numbers
        wrong = stepped - path[1:]
        if not wrong.any():
            return path
        path[1:] += np.add.accumulate(wrong * numbers) / numbers
    return _loop(mean, values, int(before))


def _loop(mean: float, values: Floats, count: int) -> Floats:
    path = [mean]
    for value in values.tolist():
        count += 1
        mean += (value - mean) / count
        path.append(mean)
    return np.array(path)
