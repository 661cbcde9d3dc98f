"""Kuiper's distance."""

from __future__ import annotations

from drift_engine.distances.steps import Steps
from drift_engine.states.kll import KllSketch


def kuiper(current: KllSketch, baseline: KllSketch) -> float:
    """The largest excess of either distribution function added up, D+ + D-, 0.0 to 1.0; symmetric.

    As sensitive in the tails as in the middle, so that it sees changes of spread that Kolmogorov-Smirnov
    misses. Empty against anything is 0.0. Kuiper 1960, Proc. Kon. Ned. Akad. van Wet., A 63, 38-47.
    """
    steps = Steps.of(current, baseline)
    if steps is None:
        return 0.0
    return max(0.0, float(steps.gaps.max())) + max(0.0, -float(steps.gaps.min()))
