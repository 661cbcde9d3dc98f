from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local_aws import LocalAws, LocalAwsError, Options, running
from local_aws.faults import DIED, Fault
from tests.unit.local_aws.support import bucket_with, definition, processing_arguments, run_pipeline

ONCE = Config(retries={"total_max_attempts": 1})


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    with running() as started:
        yield started
        started.faults.inject()


def code(error: ClientError) -> tuple[str, int]:
    return str(error.response["Error"]["Code"]), int(error.response["ResponseMetadata"]["HTTPStatusCode"])


def test_a_read_of_the_keys_that_match_is_refused_and_no_other(aws: LocalAws) -> None:
    s3 = bucket_with(aws, "bucket", {"batch/a.csv": b"1", "model/m": b"2"})
    aws.faults.inject("s3:GetObject:AccessDenied:batch/*")
    with pytest.raises(ClientError) as caught:
        s3.get_object(Bucket="bucket", Key="batch/a.csv")
    assert code(caught.value) == ("AccessDenied", 403)
    assert s3.get_object(Bucket="bucket", Key="model/m")["Body"].read() == b"2"
    assert s3.head_object(Bucket="bucket", Key="batch/a.csv")["ContentLength"] == 1
    assert len(s3.list_objects_v2(Bucket="bucket")["Contents"]) == 2


def test_a_bucket_in_the_pattern_is_the_buckets_name_before_the_key(aws: LocalAws) -> None:
    s3 = bucket_with(aws, "bucket", {"k": b"1"})
    aws.faults.inject("s3:PutObject:SlowDown:bucket/k")
    client = aws.session().client("s3", config=ONCE)
    with pytest.raises(ClientError) as caught:
        client.put_object(Bucket="bucket", Key="k", Body=b"2")
    assert code(caught.value) == ("SlowDown", 503)
    assert s3.get_object(Bucket="bucket", Key="k")["Body"].read() == b"1", "a refused call does nothing"


def test_every_nth_call_is_throttled_and_the_first_ones_only(aws: LocalAws) -> None:
    client = aws.session().client("sagemaker", config=ONCE)

    def codes(count: int) -> list[str]:
        found = []
        for _ in range(count):
            try:
                client.list_models()
                found.append("")
            except ClientError as error:
                found.append(code(error)[0])
        return found

    aws.faults.inject("*:*:Throttling:every=3")
    assert codes(6) == ["", "", "Throttling", "", "", "Throttling"]
    aws.faults.inject("sagemaker:List*:ThrottlingException:first=2")
    assert codes(4) == ["ThrottlingException", "ThrottlingException", "", ""]
    aws.faults.inject()
    assert codes(2) == ["", ""]


def test_what_retries_as_boto3_does_gets_through_a_burst(aws: LocalAws) -> None:
    aws.faults.inject("sqs:CreateQueue:Throttling:first=1")
    assert aws.client("sqs").create_queue(QueueName="q")["QueueUrl"]


def test_a_job_that_dies_fails_its_step_unless_its_retry_policy_tries_again(aws: LocalAws) -> None:
    bucket_with(aws, "jobs", {"nothing.py": b""})
    step = {"Name": "Job", "Type": "Processing", "Arguments": processing_arguments("s3://jobs/nothing.py")}
    aws.faults.inject("sagemaker:CreateProcessingJob:dies:*-Job-*")
    failed = run_pipeline(aws, "once", definition(step))
    assert failed.steps["Job"]["FailureReason"] == DIED
    policy = {"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "IntervalSeconds": 0.1, "MaxAttempts": 2}
    again = {**step, "RetryPolicies": [policy]}
    aws.faults.inject("sagemaker:CreateProcessingJob:dies:*-Job-*:first=2")
    ended = run_pipeline(aws, "again", definition(again))
    assert (ended.status, ended.steps["Job"]["AttemptCount"]) == ("Succeeded", 3)
    aws.faults.inject("sagemaker:CreateProcessingJob:dies:*-Job-*:first=3")
    given_up = run_pipeline(aws, "given-up", definition(again))
    assert (given_up.status, given_up.steps["Job"]["AttemptCount"]) == ("Failed", 3)


def test_a_step_that_is_refused_for_another_reason_is_not_tried_again(aws: LocalAws) -> None:
    bucket_with(aws, "denied", {"nothing.py": b""})
    policy = {"ExceptionType": ["Step.THROTTLING", "Step.SERVICE_FAULT"], "MaxAttempts": 5}
    step = {
        "Name": "Job",
        "Type": "Processing",
        "Arguments": processing_arguments("s3://denied/nothing.py"),
        "RetryPolicies": [policy],
    }
    aws.faults.inject("sagemaker:CreateProcessingJob:AccessDeniedException")
    ended = run_pipeline(aws, "denied", definition(step))
    assert ended.steps["Job"]["AttemptCount"] == 1
    assert "AccessDeniedException" in ended.steps["Job"]["FailureReason"]


def test_a_job_that_may_not_read_its_input_says_so(aws: LocalAws) -> None:
    bucket_with(aws, "input", {"nothing.py": b""})
    step = {"Name": "Job", "Type": "Processing", "Arguments": processing_arguments("s3://input/nothing.py")}
    aws.faults.inject("s3:*Object:AccessDenied:nothing.py")
    ended = run_pipeline(aws, "input", definition(step))
    assert ended.status == "Failed"
    assert ended.steps["Job"]["FailureReason"].startswith("ClientError: An error occurred (403)")


def test_an_event_that_cannot_be_delivered_goes_to_the_dead_letter_queue_with_the_reason(
    aws: LocalAws,
) -> None:
    sqs, events = aws.client("sqs"), aws.client("events")
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("wanted", "dead")}
    arns = {name: f"arn:aws:sqs:us-east-1:{aws.account_id}:{name}" for name in urls}
    events.put_rule(Name="r", EventPattern='{"source": ["x"]}')
    target = {"Id": "t", "Arn": arns["wanted"], "DeadLetterConfig": {"Arn": arns["dead"]}}
    events.put_targets(Rule="r", Targets=[{**target, "InputPath": "$.detail"}])
    aws.faults.inject("sqs:GetQueueUrl:AccessDenied:wanted")
    events.put_events(Entries=[{"Source": "x", "DetailType": "t", "Detail": '{"a": 1}'}])
    (message,) = sqs.receive_message(QueueUrl=urls["dead"], MessageAttributeNames=["All"])["Messages"]
    told = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert message["Body"] == '{"a": 1}'
    assert told["TARGET_ARN"] == arns["wanted"]
    assert told["RULE_ARN"].endswith(":rule/r")
    assert (told["ERROR_CODE"], told["RETRY_ATTEMPTS"]) == ("AccessDenied", "0")
    assert [failed.target for failed in aws.undelivered] == [arns["wanted"]]


def test_faults_may_be_there_from_the_start(tmp_path: Path) -> None:
    with (
        running(tmp_path, options=Options(faults=("sqs:*:AccessDenied",))) as aws,
        pytest.raises(ClientError),
    ):
        aws.client("sqs").list_queues()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("s3:GetObject", "is no fault: service:operation:"),
        ("s3:GetObject:slow=soon", "'slow=soon' is no error code"),
        ("s3:GetObject:dies", "what dies is a job"),
        ("", "is no fault"),
        ("s3:GetObject:AccessDenied:every=x", "every is 'x', should be a number from 1 up"),
        ("s3:GetObject:AccessDenied:first=0", "first is '0'"),
        ("s3:GetObjekt:AccessDenied", "s3 has no operation 'GetObjekt'; is GetObject meant?"),
        ("sagemakr:*:slow=1", "boto3 has no service 'sagemakr'; is sagemaker meant?"),
    ],
)
def test_a_text_that_says_no_fault_is_refused(text: str, said: str) -> None:
    with pytest.raises(LocalAwsError) as caught:
        Fault.parse(text)
    assert said in str(caught.value)


def test_a_slow_call_and_a_pattern_with_a_colon_are_understood() -> None:
    assert Fault.parse("*:*:slow=2s:every=4") == Fault("*", "*", seconds=2.0, every=4)
    assert Fault.parse("sns:Publish:NotFound:arn:aws:sns:*").pattern == "arn:aws:sns:*"
