from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws, LocalAwsError, moto_seams, running
from local_aws.moto_seams import Call
from tests.unit.local_aws.support import ROLE, bucket_with, definition, processing_arguments


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    with running() as started:
        yield started


def test_two_local_aws_one_after_the_other_do_not_see_each_other() -> None:
    with running() as first:
        first.session().client("s3").create_bucket(Bucket="of-the-first")
    with running() as second:
        assert second.session().client("s3").list_buckets()["Buckets"] == []


def test_a_second_local_aws_beside_the_first_is_refused(aws: LocalAws) -> None:
    with pytest.raises(LocalAwsError, match="already"), running():
        pass


def test_it_listens_on_loopback_only(aws: LocalAws) -> None:
    assert aws.endpoint_url.startswith("http://127.0.0.1:")


def test_its_address_is_reached_without_a_proxy(aws: LocalAws, tmp_path: Path) -> None:
    assert aws.environment["NO_PROXY"] == "127.0.0.1"
    elsewhere = LocalAws("http://0.0.0.0:5000", "us-east-1", tmp_path, {})
    assert elsewhere.environment["NO_PROXY"] == "127.0.0.1,0.0.0.0"


def test_a_session_ignores_the_environment_of_its_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "not-there")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with running() as aws:
        identity = aws.session().client("sts").get_caller_identity()
    assert identity["Account"] == aws.account_id


def test_a_child_process_reaches_it_through_its_environment(aws: LocalAws) -> None:
    aws.session().client("s3").create_bucket(Bucket="seen-by-the-child")
    program = "import boto3; print(boto3.client('s3').list_buckets()['Buckets'][0]['Name'])"
    child = subprocess.run(
        [sys.executable, "-I", "-c", program],
        env=dict(aws.environment),
        capture_output=True,
        text=True,
        check=True,
    )
    assert child.stdout.strip() == "seen-by-the-child"


def test_an_operation_that_nobody_has_written_is_a_client_error(aws: LocalAws) -> None:
    with pytest.raises(ClientError, match=r"local AWS does not do sagemaker QueryLineage") as error:
        aws.session().client("sagemaker").query_lineage()
    assert error.value.response["Error"]["Code"] == "NotImplemented"


def test_a_service_that_nobody_has_written_is_a_client_error(aws: LocalAws) -> None:
    with pytest.raises(ClientError, match="no service codestar-connections"):
        aws.session().client("codestar-connections").list_connections()


def test_a_replaced_action_answers_in_the_protocol_of_its_service(aws: LocalAws) -> None:
    def echo(call: Call) -> dict[str, object]:
        return {"Datapoints": [], "Label": call.parameters["MetricName"]}

    moto_seams.replace_action("cloudwatch", "GetMetricStatistics", echo)
    answer = (
        aws.session()
        .client("cloudwatch")
        .get_metric_statistics(
            Namespace="N", MetricName="m", StartTime=0, EndTime=60, Period=60, Statistics=["Sum"]
        )
    )
    assert answer["Label"] == "m"


def test_parameters_of_a_replaced_action_are_held_against_botocores_model(aws: LocalAws) -> None:
    moto_seams.replace_action("sagemaker", "ListPipelineExecutionSteps", lambda _: {})
    with pytest.raises(ClientError, match=r"'sideways' at 'sortOrder'.*\[Ascending, Descending\]"):
        aws.session().client("sagemaker").list_pipeline_execution_steps(SortOrder="sideways")


def test_another_moto_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto.__version__", "5.0.0")
    with pytest.raises(LocalAwsError, match=r"moto==5\.2\.5 is needed, 5\.0\.0"), running():
        pass


def test_an_execution_that_runs_ends_with_the_local_aws() -> None:
    with running() as aws:
        bucket_with(aws, "left", {"run.py": b"import time; time.sleep(60)"})
        step = {"Name": "P", "Type": "Processing", "Arguments": processing_arguments("s3://left/run.py")}
        sagemaker = aws.client("sagemaker")
        sagemaker.create_pipeline(PipelineName="left", RoleArn=ROLE, PipelineDefinition=definition(step))
        sagemaker.start_pipeline_execution(PipelineName="left")
    with running() as aws:
        assert aws.client("sagemaker").list_pipelines()["PipelineSummaries"] == []
