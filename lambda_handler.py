"""The Evaluate Drift Lambda: every feature's distance as a metric, on every run, and a verdict on the batch.

It is a step of the batch pipeline. From the description of the monitor's processing job it finds the
baseline's `statistics.json` and `constraints.json` and, where the stage has one, its `thresholds.json`
(inputs), and the batch's `statistics.json` (output), gives what they say to `drift_engine.evaluation`,
publishes the metrics that come back, and answers 200 or 400. What keeps it from judging is raised, so that
the step fails: silence never reads as "no drift".

Metrics, in the namespace `aws/sagemaker/ModelBuildingPipeline/data-metrics`, dimension `PipelineName`:

* `feature_baseline_drift_<feature>`: the distance of every feature that can be compared (`metric_name` has
  what becomes of names that CloudWatch refuses), also where the constraints switch its comparison off;
* `drifted_features`, `checked_features`, `rows_checked`: counts of this run;
* `drift_check_completed`: 1 once all of the above is published.

Where the monitor stopped before it computed statistics, since columns are missing or extra (Model Monitor's
image and the strict mode do that), nothing was compared: the answer is 400, `checked_features` 0 is
published, and neither a number of drifted features (retraining would not help) nor the heartbeat (the silence
is then an alarm of its own). A batch none of whose features can be compared is an error.

Where the stage names a topic (`NOTIFICATION_TOPIC_ARN`), it hears of a batch of which more features drifted
than the pipeline's alarm allows, or that lacks columns: the monitor's `message.txt`, since when, where the
report is, and what to type next. A topic that can't be reached is logged and does not fail the step.
"""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from drift_engine.evaluation import (
    EvaluateDriftError,
    Evaluation,
    Judged,
    Judging,
    S3Object,
    evaluated,
    is_news,
    is_of_feature,
    locate,
    notice,
    stopped_early,
    streak,
)
from drift_engine.monitor_files import (
    STATISTICS,
    VIOLATIONS,
    read_constraints,
    read_statistics,
    read_violations,
)
from drift_engine.states import Profile
from drift_engine.verdicts import Rule

NAMESPACE = "aws/sagemaker/ModelBuildingPipeline/data-metrics"
METRICS_A_CALL = 1000
OK = 200
MESSAGE, REPORT = "message.txt", "report.html"
# One call answers with at most 1,440 points.
_HISTORY, _PERIOD_S = timedelta(days=59), 3600
_MISSING_CODES = frozenset({"NoSuchKey", "NoSuchBucket", "404"})
_DENIED_CODES = frozenset({"AccessDenied", "AccessDeniedException", "403"})
_log = logging.getLogger(__name__)


class BadEventError(EvaluateDriftError):
    """The event lacks a key."""


class FileMissingError(EvaluateDriftError):
    """A file that the job should have read or written is not in S3."""


class NoAccessError(EvaluateDriftError):
    """The Lambda's role may not read, describe or publish something."""


@dataclass(frozen=True)
class Clients:
    """The boto3 clients."""

    sagemaker: Any
    s3: Any
    cloudwatch: Any
    sns: Any = None


def handler(event: Mapping[str, Any], context: object) -> dict[str, int | float | str]:  # noqa: ARG001
    """The step's outputs: statusCode, driftedFeatures, checkedFeatures, rowsChecked, worstFeature, ...

    Args:
        event: `{"ProcessingJobName": ..., "PipelineName": ...}`.
        context: Lambda's, unused.

    Raises:
        EvaluateDriftError: the batch can't be judged; the message says why.
        DriftEngineError: a file of the monitor is damaged, or no feature can be compared; says which.
    """
    features = os.environ.get("METRIC_FEATURES", "all")
    topic, command = os.environ.get("NOTIFICATION_TOPIC_ARN", ""), os.environ.get("STATUS_COMMAND", "")
    return evaluate_drift(event, _clients(), datetime.now(timezone.utc), features, topic, command)


def evaluate_drift(
    event: Mapping[str, Any],
    clients: Clients,
    now: datetime,
    features: str = "all",
    topic: str = "",
    command: str = "",
) -> dict[str, int | float | str]:
    """`handler`, with clients, time (aware, UTC), what to publish, whom to tell and what to do passed in."""
    job_name, pipeline = _required(event, "ProcessingJobName"), _required(event, "PipelineName")
    with_access = _named_errors(f"the processing job {job_name}")
    job = with_access(clients.sagemaker.describe_processing_job, ProcessingJobName=job_name)
    files = locate(job)
    try:
        current = _profile(clients.s3, files.output.below(STATISTICS), f"the batch's {STATISTICS}")
    except FileMissingError as error:
        evaluation = _instead(clients.s3, files.output, error)
    else:
        baseline = _profile(clients.s3, files.baseline_statistics, f"the baseline's {STATISTICS}")
        content = _read(clients.s3, files.baseline_constraints)
        constraints = read_constraints(content, "the baseline's constraints")
        rule: Rule = "model-monitor" if files.strict else files.rule
        wanted = None if files.thresholds is None else _read(clients.s3, files.thresholds)
        judging = Judging(files.strict, rule, wanted, now.date(), files.exclude)
        evaluation = evaluated(current, baseline, constraints, judging)
    _publish(clients.cloudwatch, evaluation.published(features), pipeline, now)
    _log.info("%s", evaluation.answer["message"])
    if topic and evaluation.answer["statusCode"] != OK:
        partition = topic.partition(":")[2].partition(":")[0]
        lacks = evaluation.lacks_columns
        run = Judged(pipeline, evaluation.answer, lacks_columns=lacks, partition=partition, command=command)
        _tell(clients, topic, run, files.output, now)
    return dict(evaluation.answer)


def _tell(clients: Clients, topic: str, run: Judged, output: S3Object, now: datetime) -> None:
    """Publish the readable message; what keeps it from that is logged, for the batch is judged already."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        allowed = _allowed(clients.cloudwatch, run.pipeline)
        if not is_news(run, allowed):
            return
        try:
            text = _read(clients.s3, output.below(MESSAGE)).decode()
            run = replace(run, text=text, report=str(output.below(REPORT)))
        except FileMissingError:
            # AWS's analyzer writes neither, nor does ours where reports are switched off.
            _log.info("the monitor wrote no %s", MESSAGE)
        before = _drifted_before(clients.cloudwatch, run.pipeline, now)
        subject, said = notice(replace(run, streak=streak(before, allowed)))
        call = _named_errors(f"the topic {topic}")
        call(clients.sns.publish, TopicArn=topic, Subject=subject, Message=said)
    except (EvaluateDriftError, ClientError, BotoCoreError, UnicodeDecodeError):
        # The verdict stands, and the alarm's own notice goes out.
        _log.exception("nobody was told of this batch")


def _allowed(cloudwatch: Any, pipeline: str) -> float:
    """How many features may drift before the pipeline's alarm fires; 0 where it has none."""
    name = f"sagemaker-{pipeline}-threshold"
    answer = _named_errors(f"the alarm {name}")(cloudwatch.describe_alarms, AlarmNames=[name])
    return max((float(alarm["Threshold"]) for alarm in answer["MetricAlarms"]), default=0.0)


def _drifted_before(cloudwatch: Any, pipeline: str, now: datetime) -> list[tuple[datetime, float]]:
    """When earlier batches were judged and how many features drifted, oldest first, 59 days back.

    CloudWatch rounds the start down to five minutes, so that the last hour may reach beyond now and hold the
    present batch, which is published already: that hour is left out.
    """
    answer = _named_errors(f"the namespace {NAMESPACE}")(
        cloudwatch.get_metric_statistics,
        Namespace=NAMESPACE,
        MetricName="drifted_features",
        Dimensions=[{"Name": "PipelineName", "Value": pipeline}],
        StartTime=now - _HISTORY,
        EndTime=now,
        Period=_PERIOD_S,
        Statistics=["Maximum"],
    )
    hour = timedelta(seconds=_PERIOD_S)
    return sorted(
        (point["Timestamp"], float(point["Maximum"]))
        for point in answer["Datapoints"]
        if point["Timestamp"] + hour <= now
    )


def _required(event: Mapping[str, Any], key: str) -> str:
    value = event.get(key)
    if not isinstance(value, str) or not value:
        raise BadEventError(f"the event has no {key}; it needs ProcessingJobName and PipelineName")
    return value


def _read(s3: Any, where: S3Object) -> bytes:
    response = _named_errors(str(where))(s3.get_object, Bucket=where.bucket, Key=where.key)
    return bytes(response["Body"].read())


def _profile(s3: Any, where: S3Object, name: str) -> Profile:
    """What the statistics there say; their text, by far the larger, is gone when this returns."""
    return read_statistics(_read(s3, where), name, extras=False)


def _instead(s3: Any, output: S3Object, error: FileMissingError) -> Evaluation:
    """The evaluation of a monitor that wrote violations, but no statistics."""
    where = output.below(VIOLATIONS)
    try:
        violations = read_violations(_read(s3, where))
    except FileMissingError:
        raise error from None
    evaluation = stopped_early(violations)
    if evaluation is None:
        raise FileMissingError(
            f"the monitor wrote {where} but no {STATISTICS}, and names no missing or extra columns"
        ) from error
    return evaluation


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
                "Unit": "None" if is_of_feature(name) else "Count",
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

    return Clients(*(boto3.client(name) for name in ("sagemaker", "s3", "cloudwatch", "sns")))
