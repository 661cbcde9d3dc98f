"""The Jensen-Shannon distance."""

from __future__ import annotations

import math

import numpy as np

from drift_engine.distances.shares import Counts, Floats, shares


def jensen_shannon(current: Counts, baseline: Counts) -> float:
    """The root of the Jensen-Shannon divergence in nats, 0.0 to sqrt(ln 2) = 0.8326; symmetric.

    An empty cell needs no correction: each side is compared with the mean of both. Empty against anything is
    0.0. Equal to `scipy.spatial.distance.jensenshannon`. Endres & Schindelin 2003, IEEE Trans. Inf. Theory
    49, 1858-1860.
    """
    sides = shares(current, baseline)
    if sides is None:
        return 0.0
    mean = (sides[0] + sides[1]) / 2.0
    return math.sqrt(max(0.0, (_relative(sides[0], mean) + _relative(sides[1], mean)) / 2.0))


def _relative(side: Floats, mean: Floats) -> float:
    there = side > 0.0
    return float(np.sum(side[there] * np.log(side[there] / mean[there])))
