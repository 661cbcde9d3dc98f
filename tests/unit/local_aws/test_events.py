from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from tests.unit.local_aws.support import ROLE, definition

ALARM = {
    "source": ["aws.cloudwatch"],
    "detail-type": ["CloudWatch Alarm State Change"],
    "detail": {"state": {"value": ["ALARM"]}},
}
RETRAIN = definition(
    {"Name": "Retrain", "Type": "Fail", "Arguments": {"ErrorMessage": {"Get": "Parameters.Why"}}},
    parameters=({"Name": "Why", "Type": "String", "DefaultValue": "no reason"},),
)


def queue_of(aws: LocalAws, name: str) -> tuple[str, str]:
    """URL and ARN of a new queue."""
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    return url, f"arn:aws:sqs:us-east-1:{aws.account_id}:{name}"


def rule(aws: LocalAws, name: str, pattern: dict[str, Any], *targets: dict[str, Any]) -> None:
    events = aws.client("events")
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(
        Rule=name, Targets=[{"Id": str(index), **target} for index, target in enumerate(targets)]
    )


def received(aws: LocalAws, url: str) -> list[dict[str, Any]]:
    messages = aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]


def pipeline(aws: LocalAws, name: str) -> str:
    made = aws.client("sagemaker").create_pipeline(
        PipelineName=name, RoleArn=ROLE, PipelineDefinition=RETRAIN
    )
    return str(made["PipelineArn"])


def runs(aws: LocalAws, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = aws.client("sagemaker").list_pipeline_executions(PipelineName=name)[
        "PipelineExecutionSummaries"
    ]
    return found


def alarm_on(aws: LocalAws, name: str, value: float) -> str:
    """The ARN of an alarm on a metric of its own that has just had a value."""
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        AlarmDescription="drift",
        Namespace="Drift",
        MetricName=name,
        Dimensions=[{"Name": "PipelineName", "Value": "p"}],
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=0.0,
        ComparisonOperator="GreaterThanThreshold",
    )
    datum = {"MetricName": name, "Value": value, "Dimensions": [{"Name": "PipelineName", "Value": "p"}]}
    cloudwatch.put_metric_data(Namespace="Drift", MetricData=[datum])
    return str(cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["AlarmArn"])


def test_an_alarm_starts_the_retraining_pipeline_with_the_rules_parameters(aws: LocalAws) -> None:
    arn = pipeline(aws, "retrain")
    why = {"PipelineParameterList": [{"Name": "Why", "Value": "drift"}]}
    pattern = {**ALARM, "detail": {**ALARM["detail"], "alarmName": ["starts", "stays"]}}  # type: ignore[dict-item]
    rule(aws, "retrain", pattern, {"Arn": arn, "RoleArn": ROLE, "SageMakerPipelineParameters": why})
    alarm_on(aws, "stays", 0.0)
    assert runs(aws, "retrain") == []
    alarm_on(aws, "starts", 1.0)
    (run,) = runs(aws, "retrain")
    parameters = aws.client("sagemaker").list_pipeline_parameters_for_execution(
        PipelineExecutionArn=run["PipelineExecutionArn"]
    )
    assert parameters["PipelineParameters"] == why["PipelineParameterList"]


def test_the_event_of_an_alarm_has_the_shape_of_the_real_one(aws: LocalAws) -> None:
    url, arn = queue_of(aws, "shape")
    rule(aws, "shape", {**ALARM, "detail": {"alarmName": ["shape"]}}, {"Arn": arn})
    alarm_arn = alarm_on(aws, "shape", 2.0)
    (event,) = received(aws, url)
    detail = event["detail"]
    assert {
        key: event[key] for key in ("version", "detail-type", "source", "account", "region", "resources")
    } == {
        "version": "0",
        "detail-type": "CloudWatch Alarm State Change",
        "source": "aws.cloudwatch",
        "account": aws.account_id,
        "region": "us-east-1",
        "resources": [alarm_arn],
    }
    assert (detail["state"]["value"], detail["previousState"]["value"]) == ("ALARM", "INSUFFICIENT_DATA")
    assert json.loads(detail["state"]["reasonData"])["recentDatapoints"] == [2.0]
    metric = detail["configuration"]["metrics"][0]["metricStat"]["metric"]
    assert metric == {"namespace": "Drift", "name": "shape", "dimensions": {"PipelineName": "p"}}


def test_a_schedule_rule_matches_no_event(aws: LocalAws) -> None:
    arn = pipeline(aws, "scheduled")
    events = aws.client("events")
    events.put_rule(Name="daily", ScheduleExpression="cron(0 12 * * ? *)")
    events.put_targets(Rule="daily", Targets=[{"Id": "1", "Arn": arn, "RoleArn": ROLE}])
    events.put_events(Entries=[{"Source": "own", "DetailType": "t", "Detail": "{}"}])
    assert runs(aws, "scheduled") == []
    assert events.describe_rule(Name="daily")["ScheduleExpression"] == "cron(0 12 * * ? *)"


def test_a_disabled_rule_delivers_nothing(aws: LocalAws) -> None:
    url, arn = queue_of(aws, "disabled")
    rule(aws, "disabled", {"source": ["to-disabled"]}, {"Arn": arn})
    aws.client("events").disable_rule(Name="disabled")
    aws.client("events").put_events(Entries=[{"Source": "to-disabled", "DetailType": "t", "Detail": "{}"}])
    assert received(aws, url) == []


def test_a_constant_input_takes_the_place_of_the_event(aws: LocalAws) -> None:
    url, arn = queue_of(aws, "constant")
    rule(aws, "constant", {"source": ["to-constant"]}, {"Arn": arn, "Input": '{"say": "this"}'})
    aws.client("events").put_events(Entries=[{"Source": "to-constant", "DetailType": "t", "Detail": "{}"}])
    assert received(aws, url) == [{"say": "this"}]


def test_a_failed_delivery_is_kept_and_fails_nobody_else(aws: LocalAws) -> None:
    url, arn = queue_of(aws, "beside")
    gone = f"arn:aws:sagemaker:us-east-1:{aws.account_id}:pipeline/gone"
    rule(aws, "half", {"source": ["to-half"]}, {"Arn": gone, "RoleArn": ROLE}, {"Arn": arn})
    answer = aws.client("events").put_events(
        Entries=[{"Source": "to-half", "DetailType": "t", "Detail": "{}"}]
    )
    (failed,) = aws.undelivered
    assert answer["FailedEntryCount"] == 0
    assert len(received(aws, url)) == 1
    assert (failed.rule, failed.target, failed.event) == ("half", gone, answer["Entries"][0]["EventId"])
    assert "does not exist" in failed.reason


def test_a_function_and_a_topic_get_events_too(aws: LocalAws) -> None:
    url, queue = queue_of(aws, "behind-topic")
    topic = aws.client("sns").create_topic(Name="topic")["TopicArn"]
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    rule(aws, "topic", {"source": ["to-topic"]}, {"Arn": topic})
    aws.client("events").put_events(Entries=[{"Source": "to-topic", "DetailType": "t", "Detail": '{"a": 1}'}])
    deadline = time.monotonic() + 10
    messages: list[dict[str, Any]] = []
    while not messages and time.monotonic() < deadline:
        messages = received(aws, url)
    assert json.loads(messages[0]["Message"])["detail"] == {"a": 1}


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({"Arn": "arn:aws:kinesis:us-east-1:123456789012:stream/p"}, "does not deliver events to"),
        ({"Arn": "arn:aws:sagemaker:us-east-1:123456789012:pipeline/p"}, "RoleArn is required"),
        ({"Arn": "arn:aws:codepipeline:us-east-1:123456789012:p"}, "RoleArn is required"),
        ({"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "InputPath": "detail"}, "Invalid JSON path"),
        (
            {"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "InputPath": "$.detail", "Input": "{}"},
            "Only one of Input",
        ),
        (
            {
                "Arn": "arn:aws:sqs:us-east-1:123456789012:q",
                "DeadLetterConfig": {"Arn": "arn:aws:sns:us-east-1:123456789012:t"},
            },
            "is no SQS queue",
        ),
    ],
)
def test_a_target_that_would_get_nothing_is_refused(aws: LocalAws, target: dict[str, Any], said: str) -> None:
    with pytest.raises(ClientError, match=said):
        rule(aws, "refused", {"source": ["x"]}, target)


@pytest.mark.parametrize("schedule", ["rate(0 days)", "cron(0 12 * * ?)", "every day"])
def test_a_schedule_that_is_none_is_refused(aws: LocalAws, schedule: str) -> None:
    with pytest.raises(ClientError, match="ScheduleExpression is not valid"):
        aws.client("events").put_rule(Name="bad", ScheduleExpression=schedule)


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"Source": "aws.cloudwatch", "DetailType": "t", "Detail": "{}"}, "NotAuthorizedForSourceException"),
        ({"Source": "own", "DetailType": "t", "Detail": "[]"}, "MalformedDetail"),
        ({"Source": "own", "Detail": "{}"}, "InvalidArgument"),
    ],
)
def test_an_entry_that_eventbridge_does_not_take_is_answered_with_why(
    aws: LocalAws, entry: dict[str, str], code: str
) -> None:
    answer = aws.client("events").put_events(Entries=[entry])
    assert (answer["FailedEntryCount"], answer["Entries"][0]["ErrorCode"]) == (1, code)
