"""What CloudWatch and SageMaker show of a run's consequences: metrics, alarms, runs that a rule started."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from botocore.exceptions import ClientError

from deployment.aws import Aws, code_of
from deployment.clock import Clock
from deployment.names import HEARTBEAT, METRIC_DIMENSION, METRIC_NAMESPACE

_QUERIES: Final = 500  # GetMetricData, MetricDataQueries
_NAMES: Final = 100  # DescribeAlarms, AlarmNames
_SHOWN_AFTER_SECONDS: Final = 180  # a metric can be read about two minutes after it was put


def metrics(pipeline: str, names: Iterable[str], since: datetime, aws: Aws, clock: Clock) -> dict[str, float]:
    """The newest value of each metric that the pipeline has published since a time.

    Waits for the heartbeat, which the Lambda publishes last. A metric without a value is left out.
    CloudWatch keeps one value a minute, so of two runs in one minute it shows the larger values.

    Args:
        pipeline: The pipeline, the metrics' dimension.
        names: The metrics.
        since: The time, UTC.
        aws: The AWS.
        clock: The time now.
    """
    wanted = list(names)
    found: dict[str, float] = {}
    for _ in clock.until(_SHOWN_AFTER_SECONDS):
        found = dict(_values(pipeline, wanted, since, aws, clock))
        if HEARTBEAT in found:
            break
    return found


def _values(
    pipeline: str, names: Sequence[str], since: datetime, aws: Aws, clock: Clock
) -> Iterator[tuple[str, float]]:
    for chunk in _chunks(names, _QUERIES):
        queries = [
            {
                "Id": f"m{index}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": METRIC_NAMESPACE,
                        "MetricName": name,
                        "Dimensions": [{"Name": METRIC_DIMENSION, "Value": pipeline}],
                    },
                    "Period": 60,
                    "Stat": "Maximum",
                },
            }
            for index, name in enumerate(chunk)
        ]
        pages = aws.cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries,
            StartTime=since.replace(second=0, microsecond=0),
            EndTime=clock.now() + timedelta(minutes=1),
            ScanBy="TimestampDescending",
        )
        for page in pages:
            for result in page["MetricDataResults"]:
                if result["Values"]:
                    yield chunk[int(result["Id"][1:])], float(result["Values"][0])


def alarms(names: Sequence[str], aws: Aws) -> Iterator[tuple[str, str, str, datetime | None]]:
    """The name, state, reason and time of the last change of state of each alarm that there is."""
    for chunk in _chunks(names, _NAMES):
        answer = aws.cloudwatch.describe_alarms(AlarmNames=chunk, AlarmTypes=["MetricAlarm"])
        for alarm in answer["MetricAlarms"]:
            changed = alarm.get("StateTransitionedTimestamp", alarm.get("StateUpdatedTimestamp"))
            yield alarm["AlarmName"], alarm["StateValue"], alarm.get("StateReason", ""), changed


def first_execution(pipeline: str, since: datetime, aws: Aws) -> str | None:
    """The ARN of the pipeline's first run since a time; None where there is none, or no such pipeline."""
    try:
        answer = aws.sagemaker.list_pipeline_executions(
            PipelineName=pipeline, CreatedAfter=since, SortBy="CreationTime", SortOrder="Ascending"
        )
    except ClientError as error:
        if code_of(error) == "ResourceNotFound":
            return None
        raise
    runs = answer["PipelineExecutionSummaries"]
    return str(runs[0]["PipelineExecutionArn"]) if runs else None


def _chunks(items: Sequence[str], size: int) -> Iterator[list[str]]:
    waiting = iter(items)
    while chunk := list(islice(waiting, size)):
        yield chunk
