"""The pipeline definition of a stage: which steps it has, and what stands for each placeholder. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from deployment.names import Keys
from deployment.observe.facts import Facts
from deployment.release.files import OURS, Comparison, File
from deployment.s3uri import S3Uri
from deployment.stage.config import Config
from deployment.stage.stages import Spark
from pipeline_definition import fill, images

# Spark's images have Python 3.9 (EMR 7), our engine needs 3.10: the archive is unpacked as ./environment.
_PYTHON: Final = "./environment/bin/python"


def definition_of(
    config: Config,
    facts: Facts,
    document: Mapping[str, Any],
    files: Mapping[str, File],
    compared: Comparison | None,
) -> dict[str, Any]:
    """The handwritten definition with this stage's steps and values.

    Args:
        config: The stage.
        facts: What AWS has.
        document: The handwritten definition.
        files: What the release puts into the bucket, by what it is for.
        compared: What batches are compared with; None without a monitor.

    Raises:
        FillError: The handwritten definition and this code disagree about its placeholders.
        ImageError: SageMaker has no monitor image in the region.
    """
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
    own = monitor.analyzer in OURS
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
