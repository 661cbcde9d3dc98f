"""Verdicts: two profiles and a configuration in, a verdict for every feature of the baseline out.

`compare` takes each feature's distance from `drift_engine.distances` by the configured method and holds it
against the threshold. The drift check, the command line and the Evaluate Drift Lambda all ask here, so that
a number is the same wherever it shows. Nothing here reads a file; numpy alone is needed.
"""

from __future__ import annotations

from drift_engine.verdicts.compare import compare
from drift_engine.verdicts.config import Comparison, DriftConfig
from drift_engine.verdicts.distances import FeatureDistances, all_distances
from drift_engine.verdicts.verdict import FeatureVerdict, worst_first

__all__ = [
    "Comparison",
    "DriftConfig",
    "FeatureDistances",
    "FeatureVerdict",
    "all_distances",
    "compare",
    "worst_first",
]
