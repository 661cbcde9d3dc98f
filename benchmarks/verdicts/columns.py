"""The 20 mixed columns of a simulated table, made of correlated or independent normal variables."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from drift_engine.states import FeatureProfile, KllSketch, NumericalStatistics, StringStatistics

Floats = npt.NDArray[np.float64]

KINDS = ("normal",) * 5 + ("lognormal",) * 3 + ("poisson",) * 2 + ("five levels",) * 5 + ("fifty levels",) * 5
_RATE = 4.0
_LOGNORMAL_DEVIATION = math.sqrt((math.e - 1.0) * math.e)
_FIVE = (0.4, 0.25, 0.2, 0.1, 0.05)
_ZIPF = 1.0 / np.arange(1, 51)


@dataclass(frozen=True)
class Size:
    """Rows of the baseline and of a batch."""

    baseline: int
    batch: int

    def __str__(self) -> str:
        return f"{self.baseline:,} / {self.batch:,}"


def latent(random: np.random.Generator, rows: int, correlation: float) -> Floats:
    """Standard normal variables with the same correlation for each pair; shape (columns, rows)."""
    own = random.normal(size=(len(KINDS), rows))
    if not correlation:
        return own
    shared = random.normal(size=rows)
    return np.asarray(np.sqrt(correlation) * shared + np.sqrt(1.0 - correlation) * own, dtype=np.float64)


def feature(name: str, kind: str, normal: Floats, shift: float = 0.0) -> FeatureProfile:
    """The profile of a column of this kind, made of a standard normal variable.

    Args:
        name: the column's name.
        kind: one of `KINDS`.
        normal: shape (rows,).
        shift: in standard deviations of the column; of the normal variable behind it for categories. A
            Poisson column has its rate raised.
    """
    if kind == "normal":
        return _numbers(name, normal + shift)
    if kind == "lognormal":
        return _numbers(name, np.exp(normal) + shift * _LOGNORMAL_DEVIATION)
    if kind == "poisson":
        rate = _RATE + shift * np.sqrt(_RATE)
        limits = special.ndtri(special.pdtr(np.arange(60), rate))
        return _numbers(name, np.searchsorted(limits, normal).astype(np.float64))
    shares = np.asarray(_FIVE if kind == "five levels" else _ZIPF / _ZIPF.sum())
    limits = special.ndtri(np.minimum(np.cumsum(shares)[:-1], 1.0))
    counts = np.bincount(np.searchsorted(limits, normal + shift), minlength=len(shares))
    named = {f"level {level}": int(count) for level, count in enumerate(counts) if count}
    return FeatureProfile(name, "String", len(normal), 0, string=StringStatistics(float(len(named)), named))


def _numbers(name: str, values: Floats) -> FeatureProfile:
    low, high = float(values.min()), float(values.max())
    numerical = NumericalStatistics(
        mean=float(values.mean()),
        sum=float(values.sum()),
        std_dev=float(values.std()),
        min=low,
        max=high,
        approximate_num_distinct_values=None,
        sketch=KllSketch.of(values),
        buckets=(),
    )
    return FeatureProfile(name, "Fractional", len(values), 0, numerical=numerical)
