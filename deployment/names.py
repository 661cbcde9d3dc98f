"""Every name that is derived from a project and a stage, and the lengths that AWS allows.

CloudFormation derives the same names inside `cfn/batch_pipeline.yaml`; a test holds the two together.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

METRIC_NAMESPACE = "aws/sagemaker/ModelBuildingPipeline/data-metrics"
METRIC_DIMENSION = "PipelineName"
DRIFTED_FEATURES = "drifted_features"
CHECKED_FEATURES = "checked_features"
ROWS_CHECKED = "rows_checked"
HEARTBEAT = "drift_check_completed"
SUMMARY_METRICS = (DRIFTED_FEATURES, CHECKED_FEATURES, ROWS_CHECKED, HEARTBEAT)
_FEATURE_METRIC = "feature_baseline_drift_"
CHANGE_SET_PREFIX = "deploy-"
METRIC_NAME_LIMIT = 255  # PutMetricData
ALARM_NAME_LIMIT = 255  # PutMetricAlarm

_LIMITS = (  # attribute, limit, whose limit it is
    (
        "pipeline",
        82,
        "a SageMaker pipeline",
    ),  # the API's model says 256; the service refuses above 82 (SDK issue 2933)
    ("stack", 128, "a CloudFormation stack"),
    ("function", 64, "a Lambda function"),
    ("layer", 140, "a Lambda layer"),
    ("schedule_rule", 64, "an EventBridge rule"),
    ("retrain_rule", 64, "an EventBridge rule"),
    ("notice_rule", 64, "an EventBridge rule"),
    ("failed_rule", 64, "an EventBridge rule"),
    ("dead_letters", 80, "an SQS queue"),
    ("dashboard", 255, "a CloudWatch dashboard"),
    ("drift_alarm", ALARM_NAME_LIMIT, "a CloudWatch alarm"),
    ("silent_alarm", ALARM_NAME_LIMIT, "a CloudWatch alarm"),
)


@dataclass(frozen=True)
class Names:
    """The names of one stage of one project.

    >>> Names("flights", "staging").stack
    'sagemaker-flights-batch-staging'
    """

    project: str
    stage: str

    @property
    def pipeline(self) -> str:
        """The SageMaker pipeline."""
        return f"{self.project}-batch-{self.stage}"

    @property
    def stack(self) -> str:
        """The CloudFormation stack."""
        return f"sagemaker-{self.pipeline}"

    @property
    def function(self) -> str:
        """The Evaluate Drift Lambda."""
        return f"{self.pipeline}-evaluate-drift"

    @property
    def code_pipeline(self) -> str:
        """The CodePipeline that releases the project's stages (`cfn/cicd.yaml`)."""
        return f"sagemaker-{self.project}-batch"

    @property
    def layer(self) -> str:
        """The Lambda's numpy layer."""
        return f"{self.pipeline}-numpy"

    @property
    def schedule_rule(self) -> str:
        """The EventBridge rule that starts the pipeline on its schedule."""
        return f"sagemaker-{self.pipeline}-schedule"

    @property
    def retrain_rule(self) -> str:
        """The EventBridge rule that starts retraining."""
        return f"sagemaker-{self.pipeline}-retrain"

    @property
    def notice_rule(self) -> str:
        """The EventBridge rule that tells people of an alarm."""
        return f"sagemaker-{self.pipeline}-notice"

    @property
    def failed_rule(self) -> str:
        """The EventBridge rule that tells people of a failed run."""
        return f"sagemaker-{self.pipeline}-failed"

    @property
    def dead_letters(self) -> str:
        """The queue of what rules could not deliver."""
        return f"{self.pipeline}-dead-letters"

    @property
    def dashboard(self) -> str:
        """The CloudWatch dashboard."""
        return f"sagemaker-{self.pipeline}"

    @property
    def drift_alarm(self) -> str:
        """The alarm on the number of drifted features."""
        return f"sagemaker-{self.pipeline}-threshold"

    @property
    def silent_alarm(self) -> str:
        """The alarm on a heartbeat that stays away."""
        return f"sagemaker-{self.pipeline}-silent"

    def feature_alarm(self, feature: str) -> str:
        """The alarm on one feature's distance."""
        return f"{self.drift_alarm}-{feature}"

    def faults(self) -> list[str]:
        """What AWS wouldn't take of these names, a line each."""
        return [
            f"{name!r} is too long for {whose}: {len(name)} characters, {limit} are allowed"
            for attribute, limit, whose in _LIMITS
            if len(name := getattr(self, attribute)) > limit
        ]

    def feature_fault(self, feature: str) -> str | None:
        """Why `feature` can have no alarm of its own, or None where it can.

        Metric names are printable ASCII, at most 255 characters (PutMetricData); so are alarm names here.
        """
        if not (feature.isascii() and feature.isprintable() and feature.strip()):
            return "can't have an alarm: CloudWatch takes printable ASCII characters only"
        if max(len(_FEATURE_METRIC + feature), len(self.feature_alarm(feature))) > ALARM_NAME_LIMIT:
            return f"can't have an alarm: the alarm's name would be longer than {ALARM_NAME_LIMIT} characters"
        return None


def feature_metric(feature: str) -> str:
    """The metric of one feature's distance, as the Evaluate Drift Lambda names it.

    Where CloudWatch would refuse the name, other characters are `_` and a hash of the feature's UTF-8
    bytes ends it; a test holds this against `drift_engine.evaluation.metric_name`.
    """
    name = _FEATURE_METRIC + feature
    if re.fullmatch(r"[ -~]+", name) and len(name) <= METRIC_NAME_LIMIT:
        return name
    digest = hashlib.sha256(feature.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{re.sub(r'[^ -~]', '_', name)[: METRIC_NAME_LIMIT - 9]}-{digest}"


@dataclass(frozen=True)
class Keys:
    """Where a pipeline's files lie in the artifact bucket; `digest` is the content's hash."""

    pipeline: str

    def definition(self, digest: str) -> str:
        """The pipeline definition."""
        return f"deploy/{self.pipeline}/definition/{digest}.json"

    def template(self, digest: str) -> str:
        """The template of a release."""
        return f"deploy/{self.pipeline}/template/{digest}.json"

    def release(self, number: int) -> str:
        """The record of a release."""
        return f"deploy/{self.pipeline}/releases/{number}.json"

    def function_code(self, digest: str) -> str:
        """The Evaluate Drift Lambda's zip."""
        return f"deploy/{self.pipeline}/code/evaluate_drift-{digest}.zip"

    def monitor_code(self, digest: str) -> str:
        """The monitor step's zip."""
        return f"deploy/{self.pipeline}/code/monitor-{digest}.zip"

    def spark_script(self, digest: str) -> str:
        """The Spark job's script."""
        return f"deploy/{self.pipeline}/code/spark-job-{digest}.py"

    def layer(self, digest: str) -> str:
        """The numpy layer's zip."""
        return f"deploy/{self.pipeline}/layers/numpy-{digest}.zip"

    def constraints(self, digest: str) -> str:
        """The baseline's constraints with the stage's thresholds."""
        return f"deploy/{self.pipeline}/baseline/constraints-{digest}.json"

    def thresholds(self, digest: str) -> str:
        """The stage's thresholds file."""
        return f"deploy/{self.pipeline}/baseline/thresholds-{digest}.json"

    @property
    def deploys(self) -> str:
        """The prefix below which everything lies that deploys put there."""
        return f"deploy/{self.pipeline}"

    @property
    def runs(self) -> str:
        """The prefix below which each execution writes."""
        return f"runs/{self.pipeline}"
