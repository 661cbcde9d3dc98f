"""The energy distance."""

from __future__ import annotations

import math

from drift_engine.distances.steps import Steps
from drift_engine.states.kll import KllSketch


def energy(current: KllSketch, baseline: KllSketch) -> float:
    """sqrt(2 * integral of (F(x) - G(x))**2), 0.0 or more, in the root of the column's unit; symmetric.

    Empty against anything is 0.0. Equal to `scipy.stats.energy_distance` where the sketches hold all values.
    Székely & Rizzo 2013, J. Statist. Plann. Inference 143, 1249-1272.
    """
    steps = Steps.of(current, baseline)
    return 0.0 if steps is None else math.sqrt(2.0) * math.sqrt(steps.integral(steps.gaps**2))
