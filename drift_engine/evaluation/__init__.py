"""Evaluations: two profiles in, metrics to publish and a pipeline step's answer out.

    DescribeProcessingJob's answer -> locate -> JobFiles
    Profile (batch, baseline), Constraints (+ thresholds.json) -> evaluated -> Evaluation
    Violations of a monitor that stopped at the columns -> stopped_early -> Evaluation
    Judged (answer, the monitor's message, how long) -> notice -> subject and text for people

The Evaluate Drift Lambda reads the monitor's files and publishes the metrics; what is in between is here,
pure, and needs numpy alone. `metric_name` is what becomes of names that CloudWatch refuses.
"""

from __future__ import annotations

from drift_engine.evaluation.errors import EvaluateDriftError, JobFilesError, JobNotCompletedError
from drift_engine.evaluation.evaluate import Judging, evaluated, stopped_early
from drift_engine.evaluation.evaluation import Evaluation
from drift_engine.evaluation.metric_names import is_of_feature, metric_name
from drift_engine.evaluation.monitor_job import JobFiles, S3Object, locate
from drift_engine.evaluation.notice import Judged, Streak, is_news, notice, streak

__all__ = [
    "EvaluateDriftError",
    "Evaluation",
    "JobFiles",
    "JobFilesError",
    "JobNotCompletedError",
    "Judged",
    "Judging",
    "S3Object",
    "Streak",
    "evaluated",
    "is_news",
    "is_of_feature",
    "locate",
    "metric_name",
    "notice",
    "stopped_early",
    "streak",
]
