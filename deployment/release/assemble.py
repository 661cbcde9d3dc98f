"""What a stage should be, from what was asked for and what AWS has: files, template, parameters. Pure."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from deployment.errors import ConfigError, ReleaseError
from deployment.names import Keys
from deployment.observe.facts import BaselineFacts, Facts
from deployment.release.packages import Package, Packages
from deployment.release.template import BODY_LIMIT, URL_LIMIT, Template, body
from deployment.s3uri import S3Uri
from deployment.stage.config import Config, retrain_pipeline_arn
from deployment.stage.stage_keys import OWN_ANALYZER, SPARK_ANALYZER
from deployment.stage.stages import Monitor, Spark, Stage
from deployment.stage.thresholds import faults_of
from pipeline_definition import fill, images, validate

_OURS: Final = frozenset({OWN_ANALYZER, SPARK_ANALYZER})
# Spark's images have Python 3.9 (EMR 7), our engine needs 3.10: the archive is unpacked as ./environment.
_PYTHON: Final = "./environment/bin/python"
_NO_KEY: Final = "none"  # what the template has where no Lambda is created


@dataclass(frozen=True)
class Sources:
    """What this checkout brings: the handwritten pipeline definition, the template, the packages of code."""

    definition: Mapping[str, Any]
    template: Template
    packages: Packages


@dataclass(frozen=True)
class File:
    """An object for the artifact bucket, and what it is, for people."""

    what: str
    key: str
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Release:
    """A stage as it should be.

    Attributes:
        definition: The pipeline definition, filled in and validated.
        files: What has to be in the bucket, in the order of upload.
        constraints: The baseline's constraints with the stage's thresholds; None without a monitor.
        thresholds: The stage's thresholds file; None where it has none.
        template: The CloudFormation template.
        template_key: Where the template lies in the bucket.
        large: Whether the template is too large to be sent with a request.
        parameters: The template's parameters.
        notes: What the reader of a plan should know beside it.
    """

    definition: Mapping[str, Any]
    constraints: Mapping[str, Any] | None
    files: tuple[File, ...]
    template: Template
    template_key: str
    large: bool
    parameters: Mapping[str, str]
    notes: tuple[str, ...]
    thresholds: Mapping[str, Any] | None = None


def assemble(config: Config, facts: Facts, sources: Sources) -> Release:
    """The stage as it should be.

    Raises:
        ConfigError: The thresholds file has faults, or doesn't fit the baseline.
        FillError: The handwritten definition and this code disagree about its placeholders.
        DefinitionError: SageMaker would refuse the definition.
        ImageError: SageMaker has no monitor image in the region.
        ReleaseError: The template is larger than CloudFormation takes.
    """
    keys = Keys(config.names.pipeline)
    monitor, baseline = config.stage.monitor, facts.model.baseline
    wanted = None if baseline is None else config.thresholds
    if wanted is not None and baseline is not None:
        faults = faults_of(wanted, baseline.document["features"], baseline.numeric_texts)
        if faults:
            raise ConfigError(faults)
    compared = None if monitor is None or baseline is None else Comparison(monitor, baseline)
    files = _files(config, sources.packages, keys, compared)
    definition = _definition(config, facts, sources.definition, files, compared)
    validate.check(definition)
    definition_text = _json(definition)
    files["definition"] = File(
        "pipeline definition", keys.definition(_digest(definition_text)), definition_text
    )
    template_body = body(sources.template).encode()
    if len(template_body) > URL_LIMIT:
        raise ReleaseError(
            f"The stage's template has {len(template_body):,} bytes, CloudFormation takes {URL_LIMIT:,}: "
            "name fewer features in drift.feature_alarms."
        )
    # Uploaded even where it fits a request: a rollback needs it.
    files["template"] = File("template", keys.template(_digest(template_body)), template_body)
    return Release(
        definition=definition,
        constraints=None if compared is None else stage_constraints(compared),
        files=tuple(files.values()),
        template=sources.template,
        template_key=files["template"].key,
        large=len(template_body) > BODY_LIMIT,
        parameters=_parameters(config, facts, files, compared),
        notes=tuple(_notes(config, facts)),
        thresholds=None if wanted is None else wanted.document,
    )


@dataclass(frozen=True)
class Comparison:
    """What batches are compared with, and how."""

    monitor: Monitor
    baseline: BaselineFacts


def stage_constraints(compared: Comparison) -> dict[str, Any]:
    """The baseline's constraints with the stage's thresholds and methods written in.

    Both analyzers and the Lambda read them there (`monitoring_config` and `monitoringConfigOverrides`,
    SageMaker Developer Guide, "Schema for constraints"); what the stage says nothing about stays as the
    baseline has it.
    """
    monitor = compared.monitor
    document = copy.deepcopy(dict(compared.baseline.document))
    config = document.setdefault("monitoring_config", {})
    categorical = monitor.categorical_comparison_threshold
    config["distribution_constraints"] = {
        **config.get("distribution_constraints", {}),
        "perform_comparison": "Enabled",
        "comparison_threshold": monitor.comparison_threshold,
        "comparison_method": monitor.comparison_method,
        "categorical_comparison_threshold": monitor.comparison_threshold
        if categorical is None
        else categorical,
        "categorical_drift_method": monitor.categorical_drift_method,
    }
    for feature in document["features"]:
        threshold = monitor.thresholds.get(feature["name"])
        if threshold is not None:
            overrides = feature.setdefault("monitoringConfigOverrides", {})
            overrides["distribution_constraints"] = {
                **overrides.get("distribution_constraints", {}),
                "comparison_threshold": threshold,
                "categorical_comparison_threshold": threshold,
            }
    return document


def _files(config: Config, packages: Packages, keys: Keys, compared: Comparison | None) -> dict[str, File]:
    """The files that a comparison needs, by what they are for, in the order of upload."""
    files: dict[str, File] = {}
    if compared is None:
        return files

    def add(name: str, what: str, key: str, package: Package) -> None:
        files[name] = File(what, key, package.body)

    if config.function_arn is None:
        function, layer = packages.function, packages.layer
        add("function", "Evaluate Drift Lambda", keys.function_code(function.digest), function)
        add("layer", "numpy layer", keys.layer(layer.digest), layer)
    if compared.monitor.analyzer in _OURS:
        add("monitor", "monitor step's code", keys.monitor_code(packages.monitor.digest), packages.monitor)
    if compared.monitor.spark is not None:
        add("spark", "Spark job's script", keys.spark_script(packages.spark.digest), packages.spark)
    text = _json(stage_constraints(compared))
    what = "baseline constraints with the stage's thresholds"
    files["constraints"] = File(what, keys.constraints(_digest(text)), text)
    if config.thresholds is not None:
        text = config.thresholds.body
        files["thresholds"] = File("thresholds file", keys.thresholds(_digest(text)), text)
    return files


def _definition(
    config: Config,
    facts: Facts,
    document: Mapping[str, Any],
    files: Mapping[str, File],
    compared: Comparison | None,
) -> dict[str, Any]:
    choice = fill.Choice(
        monitor=compared is not None,
        own_analyzer="monitor" in files,
        gate=config.stage.drift.fail_on_drift,
        thresholds="thresholds" in files,
        spark="spark" in files,
    )
    values = _transform_values(config, facts)
    if compared is not None:
        values |= _monitor_values(config, compared, files["constraints"])
        if "thresholds" in files:
            uri = S3Uri(config.bucket, files["thresholds"].key)
            values |= {"ThresholdsUri": str(uri), "ThresholdsFile": uri.name}
        values |= {"EvaluateDriftFunctionArn": _function_arn(config, facts)}
    if "monitor" in files:
        values |= _code_values(config, files["monitor"])
    if compared is not None and compared.monitor.spark is not None:
        values |= _spark_values(config, compared.monitor.spark, files)
    filled: dict[str, Any] = fill.definition(document, choice, values)
    return filled


def _transform_values(config: Config, facts: Facts) -> dict[str, Any]:
    transform, network = config.stage.transform, config.stage.network
    vpc = fill.ABSENT
    if network is not None:
        vpc = {"SecurityGroupIds": list(network.security_groups), "Subnets": list(network.subnets)}
    return {
        "VpcConfig": vpc,
        "KmsKeyId": config.stage.kms_key_arn or fill.ABSENT,
        "DataInputUri": str(config.data_input),
        "ModelInputUri": str(facts.model.artifact),
        "TransformOutputUri": str(S3Uri(config.bucket, Keys(config.names.pipeline).runs)),
        "TransformInstanceCount": transform.instance_count,
        "TransformInstanceType": transform.instance_type,
        "PipelineRoleArn": config.pipeline_role_arn,
        "ModelImage": facts.model.image,
        "ModelEnvironment": dict(facts.model.environment),
        "InputFilter": transform.input_filter,
        "OutputFilter": transform.output_filter,
        "Tags": [{"Key": key, "Value": value} for key, value in config.tags.items()],
    }


def _monitor_values(config: Config, compared: Comparison, constraints: File) -> dict[str, Any]:
    monitor, baseline = compared.monitor, compared.baseline
    own = monitor.analyzer in _OURS
    constraints_uri = S3Uri(config.bucket, constraints.key)
    return {
        "MonitorInstanceCount": monitor.instance_count,
        "MonitorInstanceType": monitor.instance_type,
        "MonitorVolumeSizeInGB": monitor.volume_size_gb,
        "MonitorMaxRuntimeInSeconds": monitor.max_runtime_seconds,
        "MonitorImage": images.xgboost(config.region) if own else images.model_monitor(config.region),
        # Batch Transform reads and writes CSV without a header; names come from the baseline, by position.
        "DatasetFormat": '{"csv": {"header": false, "output_columns_position": "START"}}',
        "BaselineStatisticsUri": str(baseline.statistics),
        "DriftVerdict": monitor.verdict,
        "StatisticsFile": baseline.statistics.name,
        "ConstraintsUri": str(constraints_uri),
        "ConstraintsFile": constraints_uri.name,
    }


def _code_values(config: Config, code: File) -> dict[str, Any]:
    uri = S3Uri(config.bucket, code.key)
    return {"MonitorCodeUri": str(uri), "MonitorCodeFile": uri.name}


def _spark_values(config: Config, spark: Spark, files: Mapping[str, File]) -> dict[str, Any]:
    code = S3Uri(config.bucket, files["monitor"].key)
    parameters = [f"--py-files {code}"]
    if spark.python_archive_uri is not None:
        parameters.append(f"--conf spark.archives={spark.python_archive_uri}#environment")
        parameters += [
            f"--conf {setting}={_PYTHON}"
            for setting in (
                "spark.emr-serverless.driverEnv.PYSPARK_DRIVER_PYTHON",
                "spark.emr-serverless.driverEnv.PYSPARK_PYTHON",
                "spark.executorEnv.PYSPARK_PYTHON",
            )
        ]
    return {
        # The monitor step reads what the Spark job wrote: states in place of rows.
        "DatasetFormat": '{"profile": {}}',
        "SparkApplicationId": spark.application_id,
        "SparkJobRoleArn": spark.job_role_arn,
        "SparkMaxRuntimeInMinutes": spark.max_runtime_minutes,
        "SparkScriptUri": str(S3Uri(config.bucket, files["spark"].key)),
        "SparkSubmitParameters": " ".join([*parameters, spark.submit_parameters]).strip(),
        "SparkTags": dict(config.tags),
    }


def _function_arn(config: Config, facts: Facts) -> str:
    own = f"arn:{facts.partition}:lambda:{config.region}:{facts.account}:function:{config.names.function}"
    return config.function_arn or own


def _parameters(
    config: Config, facts: Facts, files: Mapping[str, File], compared: Comparison | None
) -> dict[str, str]:
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


def _notes(config: Config, facts: Facts) -> Iterator[str]:
    if config.stage.monitor is None:
        yield "The stage has no monitor: the pipeline ends after Transform, and nothing is checked for drift."
    elif facts.model.baseline is None:
        yield (
            f"Model package version {facts.model.version} has no baseline (DriftCheckBaselines): the "
            "pipeline ends after Transform, and nothing is checked for drift."
        )
    elif config.thresholds is not None:
        for feature, day in config.thresholds.ignored().items():
            if feature in config.stage.drift.feature_alarms:
                yield (
                    f"{feature} is ignored until {day}: its own alarm (drift.feature_alarms) goes; an apply "
                    "from that day on makes it again."
                )
        for feature, day in config.thresholds.ended().items():
            path = ("features", feature, "ignore_until")
            yield (
                f"{config.thresholds.origins[path]}: {'.'.join(path)}: {day} has come (today is "
                f"{config.thresholds.today}): it is checked again; remove the line, or name a later day."
            )


def _json(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
