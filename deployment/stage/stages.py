"""What a stage file says, section by section; frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Project:
    """The SageMaker project."""

    name: str
    id: str


@dataclass(frozen=True)
class Aws:
    """Where the stage is deployed; flags and environment variables stand above the first four.

    Attributes:
        account: The account that the credentials must be of; None for any.
        role_arn: The role to assume for the deploy, such as one of another account; None for none.
        external_id: What that role's trust policy asks for; None for nothing.
    """

    region: str | None = None
    artifact_bucket: str | None = None
    pipeline_role_arn: str | None = None
    evaluate_drift_function_arn: str | None = None
    account: str | None = None
    role_arn: str | None = None
    external_id: str | None = None


@dataclass(frozen=True)
class Model:
    """The model: a version of a package group, or None for its newest approved one.

    Attributes:
        kms_key_arn: The key of its artifact and baseline, where that is of another account.
    """

    package_group: str
    version: int | None
    kms_key_arn: str | None = None


@dataclass(frozen=True)
class Data:
    """The batch that is scored where nobody names another; `${ArtifactBucket}` stands for the bucket."""

    input_uri: str


@dataclass(frozen=True)
class Transform:
    """The Batch Transform job: machines, and the JSONPaths of what the model reads and of what is kept."""

    instance_type: str
    instance_count: int
    input_filter: str
    output_filter: str


@dataclass(frozen=True)
class Spark:
    """The EMR Serverless application that profiles the batch, for the analyzer `drift-engine-spark`.

    Attributes:
        application_id: The application's id; its release has Spark 3.5 (emr-7).
        job_role_arn: The role that the job reads and writes the artifact bucket as.
        python_archive_uri: A packed environment with Python 3.10 or later, numpy, pandas and pyarrow; None
            where the application's own image has these.
        max_runtime_minutes: After how many minutes the job is ended.
        submit_parameters: More of `spark-submit`'s parameters, as the executors' number and size.
    """

    application_id: str
    job_role_arn: str
    python_archive_uri: str | None
    max_runtime_minutes: int
    submit_parameters: str


@dataclass(frozen=True)
class Monitor:
    """The comparison with the baseline.

    Attributes:
        analyzer: `drift-engine`, `drift-engine-spark` or `model-monitor` (AWS's own image).
        comparison_method: `Robust` or `Simple`.
        comparison_threshold: The distance above which a feature drifts.
        categorical_comparison_threshold: The same for strings; None: as `comparison_threshold`.
        categorical_drift_method: `LInfinity` or `ChiSquared`.
        thresholds: Thresholds of single features, above the two general ones.
        thresholds_file: The thresholds file, from the folder of the stage file that names it; None: the
            `<stage>.thresholds.json` beside the stage's files, where there is one.
        verdict: `calibrated`, or `model-monitor` to judge as AWS's monitor does.
        spark: Where the Spark job runs; None for the analyzers without one.
    """

    analyzer: str
    instance_type: str
    instance_count: int
    volume_size_gb: int
    max_runtime_seconds: int
    comparison_method: str
    comparison_threshold: float
    categorical_comparison_threshold: float | None
    categorical_drift_method: str
    thresholds: Mapping[str, float]
    thresholds_file: str | None
    verdict: str
    spark: Spark | None = None


@dataclass(frozen=True)
class Drift:
    """What is made of the verdicts: the run's failure, and the alarms."""

    fail_on_drift: bool
    max_drifted_features: int
    silent_after_hours: int
    feature_alarms: Mapping[str, float]


@dataclass(frozen=True)
class Metrics:
    """The features whose distance becomes a metric on every run: `all`, those `drifted`, or these names."""

    features: str | tuple[str, ...]


@dataclass(frozen=True)
class Network:
    """The subnets and security groups of the VPC that jobs run in."""

    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]


@dataclass(frozen=True)
class Notify:
    """The SNS topic that hears of a drift alarm."""

    topic_arn: str


@dataclass(frozen=True)
class Schedule:
    """When the pipeline runs by itself: an EventBridge `cron(...)` or `rate(...)`."""

    expression: str


@dataclass(frozen=True)
class Retrain:
    """The pipeline, by name or ARN, that the drift alarm starts."""

    pipeline: str


@dataclass(frozen=True)
class Stage:
    """A stage file; what is None is what the stage does not have.

    Attributes:
        kms_key_arn: The key that jobs, logs and queues are encrypted with; None for the services' own.
    """

    project: Project
    aws: Aws
    model: Model
    data: Data
    transform: Transform
    monitor: Monitor | None
    drift: Drift
    schedule: Schedule | None
    retrain: Retrain | None
    log_retention_days: int
    metrics: Metrics
    network: Network | None
    kms_key_arn: str | None
    notify: Notify | None
