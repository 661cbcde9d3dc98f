from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import lambda_handler as subject
from tests.tables import Columns, numbers
from tests.unit.lambda_handler import test_lambda_handler as lambdas

TOPIC = "arn:aws:sns:us-east-1:123456789012:people"
MESSAGE = "1 of 2 features drifted; x moved farthest.\n- x: 0.9, ≤ 899: 90% → 0%\n".encode()


class Topic:
    def __init__(self, fault: Exception | None = None, partition: str = "aws") -> None:
        self.arn = TOPIC.replace("arn:aws:", f"arn:{partition}:")
        self.said: list[dict[str, Any]] = []
        self.fault = fault

    def publish(self, **call: Any) -> None:
        if self.fault is not None:
            raise self.fault
        self.said.append(call)


class Past(lambdas.CloudWatch):
    """CloudWatch with an alarm, and a quiet batch three days ago, and drifted ones since."""

    def __init__(self, allowed: float) -> None:
        super().__init__()
        self.allowed = allowed

    def describe_alarms(self, **call: Any) -> dict[str, Any]:
        assert call == {"AlarmNames": ["sagemaker-flights-batch-staging-threshold"]}
        return {"MetricAlarms": [{"Threshold": self.allowed}]}

    def get_metric_statistics(self, **call: Any) -> dict[str, Any]:
        assert 0 < (call["EndTime"] - call["StartTime"]).total_seconds() / call["Period"] < 1440
        points = [
            {"Timestamp": call["EndTime"] - timedelta(days=days), "Maximum": float(days < 3)}
            for days in (1, 3, 2)
        ]
        return {"Datapoints": points}


def told(
    topic: Topic, current: Columns, allowed: float = 0.0, message: bytes | None = MESSAGE
) -> dict[str, Any]:
    objects = lambdas.files(current)
    if message is not None:
        objects["s3://bucket/run/monitor/message.txt"] = message
    clients = subject.Clients(lambdas.SageMaker(lambdas.job()), lambdas.S3(objects), Past(allowed), topic)
    return subject.evaluate_drift(lambdas.EVENT, clients, lambdas.NOW, topic=topic.arn)


def test_a_drifted_batch_is_told_with_what_the_monitor_wrote_and_since_when() -> None:
    topic = Topic()
    assert told(topic, lambdas.DRIFTED)["statusCode"] == 400
    (call,) = topic.said
    assert (call["TopicArn"], call["Subject"]) == (TOPIC, "flights-batch-staging: 1 of 2 features drifted")
    assert call["Message"].splitlines() == [
        "1 of 2 features drifted; x moved farthest.",
        "- x: 0.9, ≤ 899: 90% → 0%",
        "",
        "Pipeline flights-batch-staging: drifting since 2026-11-21 12:00 UTC, 3 batches or more in a row.",
        "Report: s3://bucket/run/monitor/report.html",
        "  in the console: https://console.aws.amazon.com/s3/object/bucket?prefix=run%2Fmonitor%2Freport.html",
        "Next: python deploy.py status --stage staging",
    ]


def test_in_another_partition_the_console_is_there() -> None:
    topic = Topic(partition="aws-us-gov")
    told(topic, lambdas.DRIFTED)
    assert "  in the console: https://console.amazonaws-us-gov.com/s3/" in topic.said[0]["Message"]


def test_where_the_monitor_wrote_no_message_the_answer_is_told() -> None:
    topic = Topic()
    answer = told(topic, lambdas.DRIFTED, message=None)
    assert topic.said[0]["Message"].startswith(answer["message"])
    assert "Report:" not in topic.said[0]["Message"]


def test_nobody_hears_of_a_quiet_batch_or_of_drift_that_is_allowed() -> None:
    topic = Topic()
    told(topic, lambdas.QUIET)
    told(topic, lambdas.DRIFTED, allowed=1.0)
    assert topic.said == []


def test_a_batch_that_lacks_a_column_is_told() -> None:
    topic = Topic()
    told(topic, {"x": numbers(1000)})
    told(topic, {"x": lambdas.DRIFTED["x"]}, allowed=1.0)
    assert len(topic.said) == 2


class Rounding(Past):
    """CloudWatch as it is: hours count from the start rounded down, and the last one holds what is new."""

    def get_metric_statistics(self, **call: Any) -> dict[str, Any]:
        begun = call["EndTime"] - timedelta(minutes=3)
        return {"Datapoints": [{"Timestamp": begun, "Maximum": 1.0}]}


def test_the_present_batch_is_not_taken_for_an_earlier_one() -> None:
    topic = Topic()
    objects = lambdas.files(lambdas.DRIFTED)
    clients = subject.Clients(lambdas.SageMaker(lambdas.job()), lambdas.S3(objects), Rounding(0.0), topic)
    subject.evaluate_drift(lambdas.EVENT, clients, lambdas.NOW, topic=TOPIC)
    assert "the batch before did not drift" in topic.said[0]["Message"]


@pytest.mark.parametrize("code", ["AccessDenied", "NotFound"])
def test_a_topic_that_cannot_be_reached_is_logged_and_the_verdict_stands(
    code: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = told(Topic(lambdas.failure(code, "Publish")), lambdas.DRIFTED)
    assert answer["driftedFeatures"] == 1
    assert "nobody was told of this batch" in caplog.text
