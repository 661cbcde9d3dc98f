"""The keys of a stage file: how each is parsed, and its default."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from deployment.stage import stages
from deployment.stage.schema import (
    Faults,
    Key,
    Parser,
    Path,
    choice,
    flag,
    items,
    nullable,
    number,
    section,
    table,
    text,
    whole,
)
from pipeline_definition.service_model import values_of

OWN_ANALYZER: Final = "drift-engine"
SPARK_ANALYZER: Final = "drift-engine-spark"
ANALYZERS: Final = (OWN_ANALYZER, SPARK_ANALYZER, "model-monitor")
VERDICTS: Final = ("calibrated", "model-monitor")
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
_RETENTION_DAYS: Final = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
_RATE_OR_CRON: Final = (
    r"rate\((1 (minute|hour|day)|(?!1 )[1-9]\d* (minutes|hours|days))\)|cron\(\S+( \S+){5}\)"
)
_LIKE_A_SCHEDULE: Final = (
    "an EventBridge schedule: rate(1 day), rate(6 hours), or cron with minutes, hours, day-of-month, month, "
    "day-of-week, year, such as cron(0 12 * * ? *)"
)
_CRON_FIELDS: Final = 6
_MOST_INSTANCES: Final = 100  # ProcessingInstanceCount; Transform's own quota is no higher
_NOTHING: Final = MappingProxyType[str, float]({})
_PROJECT_NAME: Final = text(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}", "up to 32 letters, digits and hyphens")
_PROJECT_ID: Final = text(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,63}", "up to 64 letters, digits and hyphens")
_SETTING: Final = Key(nullable(text()), None)  # their form is checked with the flags' and the environment's
_KMS_KEY: Final = Key(nullable(text(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/.+", "a KMS key's ARN")), None)
_JSON_PATH: Final = text(r"\$.{0,62}", "a JSONPath of up to 63 characters that begins with $")


def _version(value: object, path: Path, faults: Faults) -> object:
    if value == "latest-approved":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        return faults.note(path, f"is {value!r}, should be 'latest-approved' or a version's number from 1 up")
    return value


def _schedule(value: object, path: Path, faults: Faults) -> object:
    """What EventBridge takes (User Guide, "Creating a rule that runs on a schedule")."""
    parsed = text(_RATE_OR_CRON, _LIKE_A_SCHEDULE)(value, path, faults)
    fields = str(value).removeprefix("cron(").removesuffix(")").split()
    if parsed == value and len(fields) == _CRON_FIELDS and "?" not in (fields[2], fields[4]):
        return faults.note(path, f"is {value!r}: day-of-month or day-of-week, the 3rd or 5th, has to be ?")
    return parsed


def _retention(value: object, path: Path, faults: Faults) -> object:
    if isinstance(value, int) and value in _RETENTION_DAYS:
        return value
    return faults.note(path, f"is {value!r}, should be one of {', '.join(map(str, sorted(_RETENTION_DAYS)))}")


def _metric_features(value: object, path: Path, faults: Faults) -> object:
    if isinstance(value, str):
        return choice(("all", "drifted"))(value, path, faults)
    return items(text(r"[^,\n]+", "a feature's name, without a comma"))(value, path, faults)


def _feature_name(name: str) -> str | None:
    return None if name.strip() else "is no feature's name"


def _instance(shape: str) -> Parser:
    return choice(values_of(shape))


_THRESHOLDS: Final = table(number(0, 1e6), _feature_name)  # a chi-square statistic can be large

_SPARK: Final = section(
    stages.Spark,
    {
        "application_id": Key(text(r"[0-9a-z]{1,64}", "the id of an application of EMR Serverless")),
        "job_role_arn": Key(text(r"arn:aws[a-z-]*:iam::\d{12}:role/.+", "a role's ARN")),
        "python_archive_uri": Key(
            nullable(text(r"s3://.+\.tar\.gz", "an S3 address, s3://....tar.gz")), None
        ),
        "max_runtime_minutes": Key(whole(5, 10_080), 120),
        "submit_parameters": Key(text(r".*", "parameters of spark-submit"), ""),
    },
)

STAGE: Final = section(
    stages.Stage,
    {
        "project": Key(
            section(
                stages.Project,
                {
                    "name": Key(_PROJECT_NAME),
                    "id": Key(
                        text(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,63}", "up to 64 letters, digits and hyphens")
                    ),
                },
            )
        ),
        "aws": Key(
            section(
                stages.Aws,
                {
                    "region": _SETTING,
                    "artifact_bucket": _SETTING,
                    "pipeline_role_arn": _SETTING,
                    "evaluate_drift_function_arn": _SETTING,
                    "account": Key(nullable(text(r"\d{12}", "an account's 12 digits, as a string")), None),
                    "role_arn": Key(
                        nullable(text(r"arn:aws[a-z-]*:iam::\d{12}:role/.+", "a role's ARN")), None
                    ),
                    "external_id": Key(
                        nullable(text(r"[\w+=,.@:/-]{2,1224}", "2 to 1,224 characters that STS takes")), None
                    ),
                },
            ),
            stages.Aws(),
        ),
        "model": Key(
            section(
                stages.Model,
                {
                    "package_group": Key(
                        text(
                            r"(arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:\d{12}:model-package-group/)?[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
                            "the name or ARN of a model package group",
                        )
                    ),
                    "version": Key(_version, None),
                    "kms_key_arn": _KMS_KEY,
                },
            )
        ),
        "data": Key(
            section(stages.Data, {"input_uri": Key(text(r"s3://.+", "an S3 address, s3://bucket/prefix"))})
        ),
        "transform": Key(
            section(
                stages.Transform,
                {
                    "instance_type": Key(_instance("TransformInstanceType")),
                    "instance_count": Key(whole(1, _MOST_INSTANCES), 1),
                    "input_filter": Key(_JSON_PATH, "$"),
                    "output_filter": Key(_JSON_PATH, "$"),
                },
            )
        ),
        "monitor": Key(
            nullable(
                section(
                    stages.Monitor,
                    {
                        "analyzer": Key(choice(ANALYZERS), ANALYZERS[0]),
                        "instance_type": Key(_instance("ProcessingInstanceType")),
                        # One machine: neither analyzer's files are written by more than one.
                        "instance_count": Key(whole(1, 1), 1),
                        "volume_size_gb": Key(whole(1, 16384), 20),
                        "max_runtime_seconds": Key(whole(1, 777_600), 3600),
                        "comparison_method": Key(choice(("Robust", "Simple")), "Robust"),
                        "comparison_threshold": Key(number(0, 1), 0.1),
                        "categorical_comparison_threshold": Key(nullable(number(0, 1e6)), None),
                        "categorical_drift_method": Key(choice(("LInfinity", "ChiSquared")), "LInfinity"),
                        "thresholds": Key(_THRESHOLDS, _NOTHING),
                        "thresholds_file": Key(nullable(text()), None),
                        "verdict": Key(choice(VERDICTS), VERDICTS[0]),
                        "spark": Key(nullable(_SPARK), None),
                    },
                )
            ),
        ),
        "drift": Key(
            section(
                stages.Drift,
                {
                    "fail_on_drift": Key(flag, False),
                    "max_drifted_features": Key(whole(0, 1_000_000), 0),
                    "silent_after_hours": Key(whole(1, 168), 26),
                    "feature_alarms": Key(_THRESHOLDS, _NOTHING),
                },
            ),
            stages.Drift(False, 0, 26, _NOTHING),
        ),
        "schedule": Key(
            nullable(
                section(
                    stages.Schedule,
                    {"expression": Key(_schedule)},
                )
            ),
            None,
        ),
        "retrain": Key(
            nullable(
                section(
                    stages.Retrain,
                    {
                        "pipeline": Key(
                            text(
                                r"(arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:\d{12}:pipeline/)?[a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}",
                                "a SageMaker pipeline's name or ARN",
                            )
                        )
                    },
                )
            ),
            None,
        ),
        "log_retention_days": Key(_retention, 90),
        "metrics": Key(section(stages.Metrics, {"features": Key(_metric_features)}), stages.Metrics("all")),
        "network": Key(
            nullable(
                section(
                    stages.Network,
                    {
                        "subnets": Key(items(text(r"subnet-[0-9a-f]+", "a subnet's id, subnet-..."))),
                        "security_groups": Key(items(text(r"sg-[0-9a-f]+", "a security group's id, sg-..."))),
                    },
                )
            ),
            None,
        ),
        "kms_key_arn": _KMS_KEY,
        "notify": Key(
            nullable(
                section(
                    stages.Notify,
                    {
                        "topic_arn": Key(
                            text(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+", "an SNS topic's ARN")
                        )
                    },
                )
            ),
            None,
        ),
    },
)
