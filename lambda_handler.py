"""The Evaluate Drift Lambda: every feature's distance as a metric, on every run, and a verdict on the batch.

It is a step of the batch pipeline. From the description of the monitor's processing job it finds the
baseline's `statistics.json` and `constraints.json` (inputs) and the batch's `statistics.json` (output),
computes every distance with the engine's own functions, publishes them, and answers 200 or 400. What keeps it
from judging is raised, so that the step fails: silence never reads as "no drift".

Metrics, in the namespace `aws/sagemaker/ModelBuildingPipeline/data-metrics`, dimension `PipelineName`:

* `feature_baseline_drift_<feature>`: the distance of every feature that can be compared (`metric_name` has
  what becomes of names that CloudWatch refuses), also where the constraints switch its comparison off;
* `drifted_features`, `checked_features`, `rows_checked`: counts of this run;
* `drift_check_completed`: 1 once all of the above is published.

Where the monitor stopped before it computed statistics, since columns are missing or extra (Model Monitor's
image and the strict mode do that), nothing was compared: the answer is 400, `checked_features` 0 is
published, and neither a number of drifted features (retraining would not help) nor the heartbeat (the silence
is then an alarm of its own). A batch none of whose features can be compared is an error.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import PurePosixPath
from typing import Any

from drift_engine.monitor_files import (
    STATISTICS,
    VIOLATIONS,
    Violations,
    read_constraints,
    read_statistics,
    read_violations,
)
from drift_engine.verdicts import RULES, FeatureVerdict, Rule, TableVerdict, judge, table_verdict, worst_first

NAMESPACE = "aws/sagemaker/ModelBuildingPipeline/data-metrics"
METRICS_A_CALL = 1000
_PREFIX = "feature_baseline_drift_"
_LONGEST_NAME = 255
_DEFAULT_PATHS = {
    "baseline_statistics": "/opt/ml/processing/baseline/stats/statistics.json",
    "baseline_constraints": "/opt/ml/processing/baseline/constraints/constraints.json",
    "output_path": "/opt/ml/processing/output",
}
_MISSING_CODES = frozenset({"NoSuchKey", "NoSuchBucket", "404"})
_DENIED_CODES = frozenset({"AccessDenied", "AccessDeniedException", "403"})
_log = logging.getLogger(__name__)


class EvaluateDriftError(Exception):
    """The drift of this batch can't be judged."""


class BadEventError(EvaluateDriftError):
    """The event lacks a key."""


class JobNotCompletedError(EvaluateDriftError):
    """The monitor's processing job failed, was stopped or still runs."""


class JobFilesError(EvaluateDriftError):
    """The processing job has no such input or output."""


class FileMissingError(EvaluateDriftError):
    """A file that the job should have read or written is not in S3."""


class NoAccessError(EvaluateDriftError):
    """The Lambda's role may not read, describe or publish something."""


class NothingComparedError(EvaluateDriftError):
    """No feature of the batch can be compared with the baseline."""


@dataclass(frozen=True)
class Clients:
    """The boto3 clients."""

    sagemaker: Any
    s3: Any
    cloudwatch: Any


@dataclass(frozen=True)
class S3Object:
    """A file in S3."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> S3Object:
        """The object of an `s3://bucket/key`."""
        match = re.fullmatch(r"s3://([^/]+)/?(.*?)/*", uri)
        if match is None:
            raise JobFilesError(f"{uri!r} is no s3:// address")
        return cls(match[1], match[2])

    def below(self, name: str) -> S3Object:
        """The object of this name under this prefix."""
        return S3Object(self.bucket, f"{self.key}/{name}" if self.key else name)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True)
class JobFiles:
    """Where the job's files are in S3, whether it ran in strict mode, and who decides what drifted."""

    baseline_statistics: S3Object
    baseline_constraints: S3Object
    output: S3Object
    strict: bool
    rule: Rule = "calibrated"


@dataclass(frozen=True)
class Outcome:
    """What to publish (metric by name, in this order), what to answer, and the metrics of what drifted."""

    metrics: Mapping[str, float]
    answer: Mapping[str, int | float | str]
    drifted: frozenset[str] = frozenset()

    def published(self, features: str) -> dict[str, float]:
        """The metrics without the features that METRIC_FEATURES leaves out, each of which costs.

        Args:
            features: `all`, or names with commas between; `drifted` among them stands for those that drifted.
        """
        names = features.split(",")
        wanted = {metric_name(name) for name in names} | (self.drifted if "drifted" in names else set())
        return {
            name: value
            for name, value in self.metrics.items()
            if "all" in names or name in wanted or not name.startswith(_PREFIX)
        }


def handler(event: Mapping[str, Any], context: object) -> dict[str, int | float | str]:  # noqa: ARG001
    """The step's outputs: statusCode, driftedFeatures, checkedFeatures, rowsChecked, worstFeature, ...

    Args:
        event: `{"ProcessingJobName": ..., "PipelineName": ...}`.
        context: Lambda's, unused.

    Raises:
        EvaluateDriftError: the batch can't be judged; the message says why.
        MonitorFileError: a file of the monitor is damaged; the message says where.
    """
    features = os.environ.get("METRIC_FEATURES", "all")
    return evaluate_drift(event, _clients(), datetime.now(timezone.utc), features)


def evaluate_drift(
    event: Mapping[str, Any], clients: Clients, now: datetime, features: str = "all"
) -> dict[str, int | float | str]:
    """`handler`, with the clients, the time (aware, UTC) and the features to publish passed in."""
    job_name, pipeline = _required(event, "ProcessingJobName"), _required(event, "PipelineName")
    with_access = _named_errors(f"the processing job {job_name}")
    job = with_access(clients.sagemaker.describe_processing_job, ProcessingJobName=job_name)
    files = locate(job)
    try:
        current = _read(clients.s3, files.output.below(STATISTICS))
    except FileMissingError as error:
        outcome = stopped_early(_violations_instead(clients.s3, files.output, error))
    else:
        baseline = _read(clients.s3, files.baseline_statistics)
        constraints = _read(clients.s3, files.baseline_constraints)
        rule: Rule = "model-monitor" if files.strict else files.rule
        outcome = judged(current, baseline, constraints, strict=files.strict, rule=rule)
    _publish(clients.cloudwatch, outcome.published(features), pipeline, now)
    _log.info("%s", outcome.answer["message"])
    return dict(outcome.answer)


def locate(job: Mapping[str, Any]) -> JobFiles:
    """Where a completed job's files are.

    Args:
        job: the answer of DescribeProcessingJob.

    Raises:
        JobNotCompletedError: the job is not Completed.
        JobFilesError: no input holds the baseline, it is not plain which output is the monitor's, or the
            job's variable `drift_verdict` names no rule.
    """
    name, status = job.get("ProcessingJobName", "?"), job.get("ProcessingJobStatus", "?")
    if status != "Completed":
        reason = job.get("FailureReason") or job.get("ExitMessage") or "it gave no reason"
        raise JobNotCompletedError(f"the processing job {name} is {status}: {reason}")
    environment = {**_DEFAULT_PATHS, **(job.get("Environment") or {})}
    return JobFiles(
        _input(job, environment["baseline_statistics"]),
        _input(job, environment["baseline_constraints"]),
        _output(job, environment["output_path"]),
        str(environment.get("strict_model_monitor", "")).lower() in {"enabled", "true"},
        _rule(str(environment.get("drift_verdict") or RULES[0])),
    )


def judged(
    current: bytes,
    baseline: bytes,
    constraints: bytes,
    *,
    strict: bool = False,
    rule: Rule = "calibrated",
) -> Outcome:
    """The metrics and the answer for a batch, from the files' bytes alone.

    Args:
        current: the batch's `statistics.json`.
        baseline: the baseline's `statistics.json`.
        constraints: the baseline's `constraints.json`: methods, thresholds, overrides.
        strict: compare only what Model Monitor would.
        rule: who decides what drifted: the calibrated tests, or Model Monitor's thresholds. The distances
            are the same.

    Raises:
        NothingComparedError: no feature can be compared.
        MonitorFileError: a file is damaged.
    """
    new = read_statistics(current, f"the batch's {STATISTICS}")
    old = read_statistics(baseline, f"the baseline's {STATISTICS}")
    allowed = read_constraints(constraints, "the baseline's constraints")
    verdicts = worst_first(judge(new, old, allowed.comparison(strict=strict), rule))
    compared = [verdict for verdict in verdicts if verdict.distance is not None]
    if not compared:
        reasons = "; ".join(f"{verdict.name}: {verdict.reason}" for verdict in verdicts[:3])
        raise NothingComparedError(f"no feature of the batch can be compared with the baseline: {reasons}")
    missing = [name for name in old.names() if name not in new.names()]
    checked = [verdict for verdict in verdicts if verdict.verdict in {"ok", "drifted", "undecided"}]
    drifted = [verdict for verdict in checked if verdict.verdict == "drifted"]
    metrics = {metric_name(verdict.name): verdict.distance or 0.0 for verdict in compared}
    metrics |= {
        "drifted_features": float(len(drifted)),
        "checked_features": float(len(checked)),
        "rows_checked": float(new.item_count),
        "drift_check_completed": 1.0,
    }
    worst = checked[0] if checked else compared[0]
    answer = {
        "statusCode": 400 if drifted or missing else 200,
        "driftedFeatures": len(drifted),
        "checkedFeatures": len(checked),
        "rowsChecked": new.item_count,
        "worstFeature": worst.name,
        "worstDistance": worst.distance or 0.0,
        "message": _message(worst, table_verdict(verdicts, rule), len(checked), missing),
    }
    return Outcome(metrics, answer, frozenset(metric_name(verdict.name) for verdict in drifted))


def stopped_early(violations: Violations) -> Outcome:
    """The metrics and the answer where the monitor looked no further than the columns.

    Raises:
        FileMissingError: the violations don't say that columns are missing or extra.
    """
    checks = {"missing_column_check", "extra_column_check"}
    said = [violation.description for violation in violations.violations if violation.check in checks]
    if not said:
        raise FileMissingError(
            f"the monitor wrote {VIOLATIONS} but no {STATISTICS}, and names no missing or extra columns"
        )
    answer: dict[str, int | float | str] = {
        "statusCode": 400,
        "driftedFeatures": 0,
        "checkedFeatures": 0,
        "rowsChecked": 0,
        "worstFeature": "",
        "worstDistance": 0.0,
        "message": f"Nothing was compared, the monitor stopped early: {' '.join(said)}",
    }
    return Outcome({"checked_features": 0.0}, answer)


def metric_name(feature: str) -> str:
    """The feature's metric name, 1 to 255 printable ASCII characters.

    In a name that CloudWatch refuses (other characters, or too long) `_` stands for each other character, and
    it is cut, and ends in `-` and the first 8 hexadecimal digits of the SHA-256 of its UTF-8 bytes: so two
    such names stay two, and the same name is the same metric on every run.

    >>> metric_name("fare"), metric_name("gr\u00f6\u00dfe")
    ('feature_baseline_drift_fare', 'feature_baseline_drift_gr__e-d353a267')
    """
    name = _PREFIX + feature
    if re.fullmatch(r"[ -~]+", name) and len(name) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(feature.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{re.sub(r'[^ -~]', '_', name)[: _LONGEST_NAME - 9]}-{digest}"


def _message(worst: FeatureVerdict, table: TableVerdict, checked: int, missing: Iterable[str]) -> str:
    drifted, expected = len(table.drifted_features), table.expected_false_alarms
    farthest = f"the farthest is {worst.name}"
    if worst.distance is not None and worst.threshold is not None:
        farthest += f": {worst.distance:.4g}, threshold {worst.threshold:.4g}"
    count = f"{drifted} of {checked} features drifted" if drifted else f"none of {checked} features drifted"
    lost = ", ".join(missing)
    promised = "" if expected is None else f"; false alarms expected in a healthy batch: {expected:.2g}"
    return f"{count}; {farthest}{promised}" + (f"; missing columns: {lost}" if lost else "")


def _rule(name: str) -> Rule:
    for rule in RULES:
        if rule == name:
            return rule
    raise JobFilesError(f"the job's variable drift_verdict, {name!r}, is none of {', '.join(RULES)}")


def _required(event: Mapping[str, Any], key: str) -> str:
    value = event.get(key)
    if not isinstance(value, str) or not value:
        raise BadEventError(f"the event has no {key}; it needs ProcessingJobName and PipelineName")
    return value


def _input(job: Mapping[str, Any], path: str) -> S3Object:
    """Where the file lies that the job saw at `path`: below the input that is mounted nearest to it."""
    wanted = PurePosixPath(path)
    nearest: tuple[int, S3Object] | None = None
    for mounted in (item.get("S3Input") or {} for item in job.get("ProcessingInputs") or []):
        folder = PurePosixPath(mounted.get("LocalPath") or "")
        depth = len(folder.parts) if folder.is_absolute() and wanted.is_relative_to(folder) else 0
        if depth > (nearest[0] if nearest else 0):
            nearest = depth, S3Object.parse(mounted["S3Uri"])
    if nearest is None:
        raise JobFilesError(f"no input of the processing job holds {path}: it ran without a baseline")
    depth, source = nearest
    relative = wanted.parts[depth:]
    itself = len(relative) == 1 and PurePosixPath(source.key).name == wanted.name
    return source if itself else source.below("/".join(relative))


def _output(job: Mapping[str, Any], path: str) -> S3Object:
    outputs = [
        output["S3Output"]
        for output in (job.get("ProcessingOutputConfig") or {}).get("Outputs") or []
        if output.get("S3Output")
    ]
    there = [output for output in outputs if output.get("LocalPath", "").rstrip("/") == path.rstrip("/")]
    chosen = there or outputs
    if len(chosen) != 1:
        raise JobFilesError(f"{len(chosen)} outputs of the processing job could be the monitor's ({path})")
    return S3Object.parse(chosen[0]["S3Uri"])


def _read(s3: Any, where: S3Object) -> bytes:
    response = _named_errors(str(where))(s3.get_object, Bucket=where.bucket, Key=where.key)
    return bytes(response["Body"].read())


def _violations_instead(s3: Any, output: S3Object, error: FileMissingError) -> Violations:
    try:
        return read_violations(_read(s3, output.below(VIOLATIONS)))
    except FileMissingError:
        raise error from None


def _publish(cloudwatch: Any, metrics: Mapping[str, float], pipeline: str, now: datetime) -> None:
    """Publish in as few calls as CloudWatch takes; the heartbeat comes last and so vouches for the rest."""
    call = _named_errors(f"the namespace {NAMESPACE}")
    for chunk in _chunks([*metrics.items()], METRICS_A_CALL):
        data = [
            {
                "MetricName": name,
                "Dimensions": [{"Name": "PipelineName", "Value": pipeline}],
                "Timestamp": now,
                "Value": value,
                "Unit": "None" if name.startswith(_PREFIX) else "Count",
            }
            for name, value in chunk
        ]
        call(cloudwatch.put_metric_data, Namespace=NAMESPACE, MetricData=data)


def _chunks(items: list[tuple[str, float]], size: int) -> Iterator[list[tuple[str, float]]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _named_errors(what: str) -> Any:
    """A caller of AWS that names what was not there or not allowed."""
    # The Lambda runtime has botocore; the import of this module must do without.
    from botocore.exceptions import ClientError  # noqa: PLC0415

    def call(operation: Any, **arguments: Any) -> Any:
        try:
            return operation(**arguments)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in _MISSING_CODES:
                raise FileMissingError(f"{what} does not exist") from error
            if code in _DENIED_CODES:
                raise NoAccessError(
                    f"{what}: the Lambda's role may not do this, or the file is not there and the role "
                    f"may not list the bucket ({error})"
                ) from error
            raise

    return call


@functools.cache
def _clients() -> Clients:
    """The clients, made once on first use; region and credentials come from the environment."""
    import boto3  # noqa: PLC0415

    return Clients(boto3.client("sagemaker"), boto3.client("s3"), boto3.client("cloudwatch"))
