"""The parameters of the stage's CloudFormation template. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from deployment.observe.facts import Facts
from deployment.release.files import Comparison, File
from deployment.s3uri import S3Uri
from deployment.stage.config import Config, retrain_pipeline_arn
from deployment.stage.stages import Stage

_NO_KEY: Final = "none"  # what the template has where no Lambda is created


def parameters_of(
    config: Config, facts: Facts, files: Mapping[str, File], compared: Comparison | None
) -> dict[str, str]:
    """Every parameter of `cfn/batch_pipeline.yaml`, by name.

    Args:
        config: The stage.
        facts: What AWS has.
        files: What the release puts into the bucket, by what it is for.
        compared: What batches are compared with; None without a monitor.
    """
    stage, elsewhere = config.stage, _elsewhere(config, compared)
    return {
        "ProjectName": stage.project.name,
        "ProjectId": stage.project.id,
        "StageName": config.stage_name,
        "PipelineName": config.names.pipeline,
        "PipelineRoleArn": config.pipeline_role_arn,
        "DefinitionBucket": config.bucket,
        "DefinitionKey": files["definition"].key,
        "EvaluateDriftFunctionArn": config.function_arn or "",
        "CodeBucket": config.bucket,
        "EvaluateDriftCodeKey": files["function"].key if "function" in files else _NO_KEY,
        "NumpyLayerKey": files["layer"].key if "layer" in files else _NO_KEY,
        "LogRetentionInDays": str(stage.log_retention_days),
        "MonitorEnabled": "false" if compared is None else "true",
        "MaxDriftedFeatures": str(stage.drift.max_drifted_features),
        "SilentAfterHours": str(stage.drift.silent_after_hours),
        "RetrainPipelineArn": retrain_pipeline_arn(config, facts.partition, facts.account) or "",
        "ScheduleExpression": stage.schedule.expression if stage.schedule else "",
        "DataInputUri": str(config.data_input),
        "MetricFeatures": _metric_features(stage),
        "DistanceThreshold": f"{stage.monitor.comparison_threshold if stage.monitor else 0:g}",
        "KmsKeyArn": stage.kms_key_arn or "",
        "BaselineBucket": elsewhere.bucket if elsewhere else "",
        # No deeper than the first folder: a run of the release before reads its own baseline still.
        "BaselinePrefix": f"{elsewhere.key.split('/')[0]}/" if elsewhere and "/" in elsewhere.key else "",
        "ModelKeyArn": stage.model.kms_key_arn or "",
        "StatusCommand": config.status_command,
        "NotificationTopicArn": stage.notify.topic_arn if stage.notify else "",
    }


def _elsewhere(config: Config, compared: Comparison | None) -> S3Uri | None:
    """The baseline's statistics where they aren't in the artifact bucket, which the Lambda may read."""
    statistics = None if compared is None else compared.baseline.statistics
    return None if statistics is None or statistics.bucket == config.bucket else statistics


def _metric_features(stage: Stage) -> str:
    """The Lambda's METRIC_FEATURES: what the stage says, and every feature with an alarm of its own."""
    wanted = stage.metrics.features
    if wanted == "all":
        return wanted
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    return ",".join([*names, *(name for name in sorted(stage.drift.feature_alarms) if name not in names)])
