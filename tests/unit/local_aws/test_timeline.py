"""The clock, moved: schedules, alarms and the times of what happens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local_aws import LocalAws, running
from local_aws.clock import Clock
from tests.unit.local_aws.support import ROLE, definition

DAY = timedelta(days=1)
SILENT = {
    "AlarmName": "silent",
    "Namespace": "n",
    "MetricName": "heartbeat",
    "Statistic": "Sum",
    "Period": 3600,
    "EvaluationPeriods": 26,
    "ComparisonOperator": "LessThanThreshold",
    "Threshold": 1,
    "TreatMissingData": "breaching",
}


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    with running() as started:
        yield started


def scheduled_pipeline(aws: LocalAws, expression: str) -> str:
    """The ARN of a pipeline that a rule starts with a parameter."""
    text = definition(
        {"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": {"Get": "Parameters.Why"}}},
        parameters=({"Name": "Why", "Type": "String"},),
    )
    sagemaker, events = aws.client("sagemaker"), aws.client("events")
    arn = sagemaker.create_pipeline(PipelineName="p", RoleArn=ROLE, PipelineDefinition=text)["PipelineArn"]
    events.put_rule(Name="daily", ScheduleExpression=expression)
    parameters = {"PipelineParameterList": [{"Name": "Why", "Value": "scheduled"}]}
    target = {"Id": "p", "Arn": arn, "RoleArn": ROLE, "SageMakerPipelineParameters": parameters}
    events.put_targets(Rule="daily", Targets=[target])
    return str(arn)


def runs(aws: LocalAws) -> list[dict[str, Any]]:
    listed = aws.client("sagemaker").list_pipeline_executions(PipelineName="p", SortOrder="Ascending")
    return list(listed["PipelineExecutionSummaries"])


def test_a_week_of_a_daily_schedule_is_seven_runs_at_their_times(aws: LocalAws) -> None:
    scheduled_pipeline(aws, "cron(0 12 * * ? *)")
    before = aws.clock.now()
    lines = aws.advance(7 * DAY)
    found = runs(aws)
    assert [(run["StartTime"].hour, run["StartTime"].minute) for run in found] == [(12, 0)] * 7
    days = [run["StartTime"].date() for run in found]
    assert days == [days[0] + index * DAY for index in range(7)]
    assert {run["PipelineExecutionFailureReason"].rpartition(": ")[2] for run in found} == {"scheduled"}
    assert [line.rpartition("  ")[2] for line in lines] == ["rule daily fired"] * 7
    assert timedelta() <= aws.clock.now() - before - 7 * DAY < timedelta(minutes=10)


def test_what_has_fired_does_not_fire_again(aws: LocalAws) -> None:
    scheduled_pipeline(aws, "rate(12 hours)")
    aws.advance(DAY)
    aws.advance(timedelta(hours=1))
    aws.timeline.catch_up()
    assert len(runs(aws)) == 2


def test_a_disabled_and_a_deleted_rule_do_not_fire(aws: LocalAws) -> None:
    scheduled_pipeline(aws, "rate(1 hour)")
    aws.client("events").disable_rule(Name="daily")
    aws.advance(timedelta(hours=3))
    assert runs(aws) == []
    aws.client("events").enable_rule(Name="daily")
    aws.advance(timedelta(hours=2))
    assert len(runs(aws)) == 2
    aws.client("events").remove_targets(Rule="daily", Ids=["p"])
    aws.client("events").delete_rule(Name="daily")
    assert aws.advance(timedelta(hours=3)) == []


def test_silence_becomes_an_alarm_at_the_moved_time_and_a_heartbeat_ends_it(aws: LocalAws) -> None:
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(**SILENT)
    cloudwatch.put_metric_data(Namespace="n", MetricData=[{"MetricName": "heartbeat", "Value": 1}])
    assert cloudwatch.describe_alarms()["MetricAlarms"][0]["StateValue"] == "OK"
    assert aws.advance(DAY) == []
    lines = aws.advance(DAY)
    assert [line.partition("  ")[2] for line in lines] == ["alarm silent is ALARM"]
    (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
    ahead = alarm["StateUpdatedTimestamp"] - datetime.now(UTC)
    assert timedelta(hours=20) < ahead < 2 * DAY
    cloudwatch.put_metric_data(Namespace="n", MetricData=[{"MetricName": "heartbeat", "Value": 1}])
    assert cloudwatch.describe_alarms()["MetricAlarms"][0]["StateValue"] == "OK"


def test_a_metric_of_now_is_of_the_moved_now_and_read_by_who_asks_until_now(aws: LocalAws) -> None:
    cloudwatch = aws.client("cloudwatch")
    aws.advance(3 * DAY)
    now = datetime.now(UTC)
    old = now - DAY
    for moment, value in ((now, 1.0), (old, 2.0)):
        data = [{"MetricName": "m", "Value": value, "Timestamp": moment}]
        cloudwatch.put_metric_data(Namespace="n", MetricData=data)
    query = {
        "Id": "m",
        "MetricStat": {"Metric": {"Namespace": "n", "MetricName": "m"}, "Period": 60, "Stat": "Sum"},
    }
    (found,) = cloudwatch.get_metric_data(
        MetricDataQueries=[query], StartTime=old - timedelta(hours=1), EndTime=now + timedelta(minutes=1)
    )["MetricDataResults"]
    when = dict(zip(found["Values"], found["Timestamps"], strict=True))
    assert abs(when[1.0] - now - 3 * DAY) < timedelta(minutes=2)
    assert abs(when[2.0] - old) < timedelta(minutes=2), "a time that is not now is taken as it is"


def test_an_event_tells_the_time_for_which_its_rule_was_scheduled(aws: LocalAws) -> None:
    sqs, events = aws.client("sqs"), aws.client("events")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    events.put_rule(Name="hourly", ScheduleExpression="cron(0 * * * ? *)")
    events.put_targets(
        Rule="hourly", Targets=[{"Id": "q", "Arn": f"arn:aws:sqs:us-east-1:{aws.account_id}:q"}]
    )
    aws.advance(timedelta(hours=2))
    bodies = [json.loads(sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"]) for _ in range(2)]
    assert [body["time"][14:] for body in bodies] == ["00:00Z", "00:00Z"]
    assert {body["detail-type"] for body in bodies} == {"Scheduled Event"}


def test_a_clock_is_never_moved_back() -> None:
    clock = Clock()
    clock.move_to(clock.now() + DAY)
    clock.move_to(clock.now() - DAY)
    assert clock.now() - datetime.now(UTC) > timedelta(hours=23)
