"""Evaluations: two profiles in, metrics to publish and a pipeline step's answer out.

    Profile (batch, baseline), Constraints (+ thresholds.json) -> evaluated -> Evaluation
    Violations of a monitor that stopped at the columns -> stopped_early -> Evaluation

The Evaluate Drift Lambda reads the monitor's files and publishes the metrics; what is in between is here,
pure, and needs numpy alone. `metric_name` is what becomes of names that CloudWatch refuses.
"""

from __future__ import annotations

from drift_engine.evaluation.evaluate import Judging, evaluated, stopped_early
from drift_engine.evaluation.evaluation import Evaluation
from drift_engine.evaluation.metric_names import is_of_feature, metric_name

__all__ = ["Evaluation", "Judging", "evaluated", "is_of_feature", "metric_name", "stopped_early"]
