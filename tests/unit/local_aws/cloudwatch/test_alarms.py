from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws


def settings(name: str, **more: Any) -> dict[str, Any]:
    return {
        "AlarmName": name,
        "Namespace": "Drift",
        "MetricName": "drifted_features",
        "Dimensions": [{"Name": "PipelineName", "Value": name}],
        "Statistic": "Maximum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 0.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "ignore",
        **more,
    }


def publish(aws: LocalAws, pipeline: str, **datum: Any) -> None:
    dimensions = datum.pop("Dimensions", [{"Name": "PipelineName", "Value": pipeline}])
    data = [{"MetricName": "drifted_features", "Dimensions": dimensions, **datum}]
    aws.client("cloudwatch").put_metric_data(Namespace="Drift", MetricData=data)


def alarm(aws: LocalAws, name: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = aws.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return found[0]


def test_a_new_alarm_has_insufficient_data(aws: LocalAws) -> None:
    aws.client("cloudwatch").put_metric_alarm(**settings("new"))
    described = alarm(aws, "new")
    assert described["StateValue"] == "INSUFFICIENT_DATA"
    assert {key: described[key] for key in settings("new")} == settings("new")


def test_a_value_beyond_the_threshold_fires_and_a_value_within_it_does_not(aws: LocalAws) -> None:
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(**settings("quiet"))
    cloudwatch.put_metric_alarm(**settings("drifts"))
    publish(aws, "quiet", Value=0.0)
    publish(aws, "drifts", Value=3.0)
    assert alarm(aws, "quiet")["StateValue"] == "OK"
    assert alarm(aws, "drifts")["StateValue"] == "ALARM"
    assert "3.0" in alarm(aws, "drifts")["StateReason"]


def test_only_the_very_same_dimensions_are_the_alarms_metric(aws: LocalAws) -> None:
    aws.client("cloudwatch").put_metric_alarm(**settings("exact"))
    own = {"Name": "PipelineName", "Value": "exact"}
    publish(aws, "exact", Value=3.0, Dimensions=[own, {"Name": "Stage", "Value": "prod"}])
    publish(aws, "exact", Value=3.0, Dimensions=[])
    assert alarm(aws, "exact")["StateValue"] == "INSUFFICIENT_DATA"


@pytest.mark.parametrize(
    ("name", "datum"),
    [
        ("one-value", {"Value": 2.0}),
        ("many-values", {"Values": [0.0, 2.0], "Counts": [5.0, 1.0]}),
        ("statistics", {"StatisticValues": {"SampleCount": 2, "Sum": 2.0, "Minimum": 0.0, "Maximum": 2.0}}),
    ],
)
def test_all_three_forms_of_a_datum_count(aws: LocalAws, name: str, datum: dict[str, Any]) -> None:
    aws.client("cloudwatch").put_metric_alarm(**settings(name))
    publish(aws, name, **datum)
    assert alarm(aws, name)["StateValue"] == "ALARM"


def test_the_last_verdict_stands_where_missing_data_is_ignored(aws: LocalAws) -> None:
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(**settings("stands"))
    cloudwatch.put_metric_alarm(**settings("falls", TreatMissingData="missing"))
    publish(aws, "stands", Value=3.0)
    publish(aws, "falls", Value=3.0)
    aws.tick(datetime.now(UTC) + timedelta(days=1))
    assert alarm(aws, "stands")["StateValue"] == "ALARM"
    assert alarm(aws, "falls")["StateValue"] == "INSUFFICIENT_DATA"


def test_silence_fires_an_alarm_that_treats_it_as_breaching_even_on_a_young_stack(aws: LocalAws) -> None:
    silence = {"TreatMissingData": "breaching", "ComparisonOperator": "LessThanThreshold", "Threshold": 1.0}
    aws.client("cloudwatch").put_metric_alarm(**settings("silent", **silence))
    aws.tick(datetime.now(UTC))
    assert alarm(aws, "silent")["StateValue"] == "ALARM"
    publish(aws, "silent", Value=1.0)
    assert alarm(aws, "silent")["StateValue"] == "OK"


def test_the_history_tells_every_change(aws: LocalAws) -> None:
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(**settings("told"))
    publish(aws, "told", Value=0.0)
    cloudwatch.set_alarm_state(AlarmName="told", StateValue="ALARM", StateReason="by hand")
    items = cloudwatch.describe_alarm_history(AlarmName="told", ScanBy="TimestampAscending")[
        "AlarmHistoryItems"
    ]
    assert [item["HistorySummary"] for item in items] == [
        'Alarm "told" created',
        "Alarm updated from INSUFFICIENT_DATA to OK",
        "Alarm updated from OK to ALARM",
    ]


def test_an_updated_alarm_keeps_its_state(aws: LocalAws) -> None:
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(**settings("kept"))
    publish(aws, "kept", Value=3.0)
    cloudwatch.put_metric_alarm(**settings("kept", Threshold=9.0))
    assert (alarm(aws, "kept")["StateValue"], alarm(aws, "kept")["Threshold"]) == ("ALARM", 9.0)


def test_alarms_are_found_by_prefix_and_state_and_deleted(aws: LocalAws) -> None:
    cloudwatch = aws.client("cloudwatch")
    for name in ("find-a", "find-b"):
        cloudwatch.put_metric_alarm(**settings(name))
    publish(aws, "find-b", Value=1.0)
    found = cloudwatch.describe_alarms(AlarmNamePrefix="find-", StateValue="ALARM")["MetricAlarms"]
    assert [item["AlarmName"] for item in found] == ["find-b"]
    cloudwatch.delete_alarms(AlarmNames=["find-a", "find-b"])
    assert cloudwatch.describe_alarms(AlarmNamePrefix="find-")["MetricAlarms"] == []


def test_tags_of_an_alarm_are_kept(aws: LocalAws) -> None:
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(**settings("tagged"), Tags=[{"Key": "a", "Value": "1"}])
    arn = alarm(aws, "tagged")["AlarmArn"]
    cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "b", "Value": "2"}])
    cloudwatch.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_an_alarm_tells_its_topic_and_its_history_when_the_topic_is_gone(aws: LocalAws) -> None:
    topic = aws.client("sns").create_topic(Name="alarms")["TopicArn"]
    queue = aws.client("sqs").create_queue(QueueName="alarms")["QueueUrl"]
    aws.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{aws.account_id}:alarms"
    )
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(**settings("acts", AlarmActions=[topic, topic + "-gone"]))
    publish(aws, "acts", Value=3.0)
    message = aws.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]["Body"]
    items = cloudwatch.describe_alarm_history(AlarmName="acts", HistoryItemType="Action")["AlarmHistoryItems"]
    assert "acts" in message
    assert {item["HistorySummary"].split(" action ")[0] for item in items} == {
        "Successfully executed",
        "Failed to execute",
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"AlarmActions": ["arn:aws:lambda:us-east-1:123456789012:function:f"]},
            "does not do the alarm action",
        ),
        ({"ExtendedStatistic": "p99"}, "does not do PutMetricAlarm with ExtendedStatistic"),
        ({"Period": 90}, "Period must be 10, 20, 30 or a multiple of 60"),
        ({"EvaluationPeriods": 300}, "more than a day"),
        ({"DatapointsToAlarm": 2}, "DatapointsToAlarm must not be greater than EvaluationPeriods"),
        ({"TreatMissingData": "skip"}, "The value skip for TreatMissingData"),
        ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "does not do ComparisonOperator"),
    ],
)
def test_an_alarm_that_would_not_be_evaluated_is_refused(
    aws: LocalAws, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(ClientError, match=said):
        aws.client("cloudwatch").put_metric_alarm(**settings("refused", **change))


@pytest.mark.parametrize(
    ("namespace", "count", "said"),
    [("AWS/SageMaker", 1, "AWS/ for parameter Namespace"), ("N", 1001, "size greater than 1000")],
)
def test_data_that_cloudwatch_does_not_take_is_refused(
    aws: LocalAws, namespace: str, count: int, said: str
) -> None:
    data = [{"MetricName": "m", "Value": 1.0}] * count
    with pytest.raises(ClientError, match=said):
        aws.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=data)
