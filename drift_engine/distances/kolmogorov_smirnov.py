"""Kolmogorov-Smirnov, with ties as they are."""

from __future__ import annotations

from drift_engine.distances.steps import Steps
from drift_engine.states.kll import KllSketch


def kolmogorov_smirnov(current: KllSketch, baseline: KllSketch) -> float:
    """The largest difference of the distribution functions, max |F(x) - G(x)|, 0.0 to 1.0; symmetric.

    Ties count with all their rows, unlike Model Monitor's Simple. Empty against anything is 0.0.
    Equal to `scipy.stats.ks_2samp(...).statistic` where the sketches hold all values.
    """
    steps = Steps.of(current, baseline)
    return 0.0 if steps is None else steps.largest_gap
