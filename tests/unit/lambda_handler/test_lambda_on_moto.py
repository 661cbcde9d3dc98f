"""The handler against moto, with boto3's own clients."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

import lambda_handler as subject
from drift_engine.checks import suggest
from drift_engine.monitor_files import constraints_json, statistics_json
from tests.tables import numbers, profile

REGION = "eu-west-1"


@pytest.fixture
def _aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield


@pytest.mark.usefixtures("_aws")
def test_the_handler_publishes_what_it_read_from_s3() -> None:
    s3 = boto3.client("s3", REGION)
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    old, new = profile({"x": numbers(1000)}), profile({"x": numbers(1000, start=900)})
    s3.put_object(Bucket="bucket", Key="baseline/statistics.json", Body=statistics_json(old).encode())
    s3.put_object(
        Bucket="bucket", Key="baseline/constraints.json", Body=constraints_json(suggest(old)).encode()
    )
    s3.put_object(Bucket="bucket", Key="run/statistics.json", Body=statistics_json(new).encode())
    boto3.client("sagemaker", REGION).create_processing_job(
        ProcessingJobName="job-1",
        RoleArn="arn:aws:iam::123456789012:role/SageMakerRole",
        AppSpecification={"ImageUri": "image"},
        ProcessingResources={
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 20}
        },
        ProcessingInputs=[
            {
                "InputName": name,
                "S3Input": {
                    "S3Uri": f"s3://bucket/baseline/{file}",
                    "LocalPath": f"/opt/ml/processing/baseline/{name}",
                    "S3DataType": "S3Prefix",
                    "S3InputMode": "File",
                },
            }
            for name, file in (("stats", "statistics.json"), ("constraints", "constraints.json"))
        ],
        ProcessingOutputConfig={
            "Outputs": [
                {
                    "OutputName": "monitoring_output",
                    "S3Output": {
                        "S3Uri": "s3://bucket/run",
                        "LocalPath": "/opt/ml/processing/output",
                        "S3UploadMode": "EndOfJob",
                    },
                }
            ]
        },
    )
    answer = subject.handler({"ProcessingJobName": "job-1", "PipelineName": "p"}, None)
    assert (answer["statusCode"], answer["worstFeature"]) == (400, "x")
    metrics = boto3.client("cloudwatch", REGION).list_metrics(Namespace=subject.NAMESPACE)["Metrics"]
    assert {metric["MetricName"] for metric in metrics} == {
        "feature_baseline_drift_x",
        "drifted_features",
        "checked_features",
        "rows_checked",
        "drift_check_completed",
    }
    assert all(metric["Dimensions"] == [{"Name": "PipelineName", "Value": "p"}] for metric in metrics)
