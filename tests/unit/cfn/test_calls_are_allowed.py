"""What code and pipeline call is allowed by the roles' statements; the surplus has a name and a reason."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

import lambda_handler
from drift_engine.checks import suggest
from drift_engine.monitor_files import constraints_json, statistics_json
from pipeline_definition import fill
from pipeline_definition.validate import all_steps
from tests.tables import numbers, profile
from tests.unit.cfn.test_least_privilege import POLICIES, listed

# What SageMaker calls as the pipeline's role for a step of this type (Developer Guide, "IAM access"
# of pipelines: create, describe and stop of the job; tags where the step has Tags).
OF_A_STEP = {
    "Model": {"sagemaker:CreateModel", "sagemaker:DescribeModel"},
    "Transform": {
        "sagemaker:CreateTransformJob",
        "sagemaker:DescribeTransformJob",
        "sagemaker:StopTransformJob",
    },
    "Processing": {
        "sagemaker:CreateProcessingJob",
        "sagemaker:DescribeProcessingJob",
        "sagemaker:StopProcessingJob",
    },
    # SageMaker hears of the job's end by a rule of its own, as documented for steps of EMR.
    "EMRServerless": {
        "emr-serverless:StartJobRun",
        "emr-serverless:GetJobRun",
        "emr-serverless:CancelJobRun",
        "emr-serverless:TagResource",
        "events:DescribeRule",
        "events:PutRule",
        "events:PutTargets",
    },
    "Lambda": {"lambda:InvokeFunction"},
    "Condition": set(),
    "Fail": set(),
    "RegisterModel": {"sagemaker:CreateModelPackage", "sagemaker:DescribeModelPackage"},
}
# What the role is allowed beside that, and who needs it.
OF_JOBS = {
    "s3:GetObject": "jobs read models, batches, baselines and code",
    "s3:PutObject": "jobs write scores and the monitor's files",
    "s3:AbortMultipartUpload": "a job that ends early takes its upload back",
    "s3:ListBucket": "jobs read prefixes",
    "s3:GetBucketLocation": "jobs find the bucket's region",
    "iam:PassRole": "the steps run as the role itself",
    "ecr:BatchCheckLayerAvailability": "jobs pull their image",
    "ecr:BatchGetImage": "jobs pull their image",
    "ecr:GetDownloadUrlForLayer": "jobs pull their image",
    "ecr:GetAuthorizationToken": "jobs pull their image",
    "logs:CreateLogGroup": "jobs write their log",
    "logs:CreateLogStream": "jobs write their log",
    "logs:DescribeLogStreams": "jobs write their log",
    "logs:PutLogEvents": "jobs write their log",
    "cloudwatch:PutMetricData": "jobs publish their machines' load",
    "kms:Decrypt": "where a key of the user encrypts",
    "kms:DescribeKey": "where a key of the user encrypts",
    "kms:GenerateDataKey": "where a key of the user encrypts",
    "kms:CreateGrant": "where a key of the user encrypts the volumes",
    "ec2:DescribeDhcpOptions": "where jobs run in subnets",
    "ec2:DescribeNetworkInterfaces": "where jobs run in subnets",
    "ec2:DescribeSecurityGroups": "where jobs run in subnets",
    "ec2:DescribeSubnets": "where jobs run in subnets",
    "ec2:DescribeVpcs": "where jobs run in subnets",
    "ec2:CreateNetworkInterface": "where jobs run in subnets",
    "ec2:CreateNetworkInterfacePermission": "where jobs run in subnets",
    "ec2:DeleteNetworkInterface": "where jobs run in subnets",
    "ec2:DeleteNetworkInterfacePermission": "where jobs run in subnets",
}
OF_THE_RUNTIME = {
    "logs:CreateLogStream": "Lambda's runtime writes the log",
    "logs:PutLogEvents": "Lambda's runtime writes the log",
    "s3:ListBucket": "so that S3 answers 404 and not 403 where a file is missing",
    "kms:Decrypt": "S3 decrypts for the reader where a key of the user encrypts",
    "kms:GenerateDataKey": "SNS encrypts for the publisher where a key of the user encrypts the topic",
}


def allowed(policy: str) -> set[str]:
    return {action for each in POLICIES[policy]["Statement"] for action in listed(each["Action"])}


def of_steps(steps: Iterable[dict[str, Any]]) -> set[str]:
    needed: set[str] = set()
    for step in steps:
        needed |= OF_A_STEP[step["Type"]]
        if "Tags" in step.get("Arguments", {}):
            needed.add("sagemaker:AddTags")
    return needed


def test_the_pipelines_role_may_do_what_its_steps_need_and_what_jobs_need() -> None:
    needed = of_steps(all_steps(fill.document()["Steps"])) | OF_A_STEP["RegisterModel"]
    assert needed <= allowed("PipelinePolicy")
    assert allowed("PipelinePolicy") - needed == set(OF_JOBS)


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What the Evaluate Drift Lambda calls for a batch, as IAM actions; recorded by botocore itself."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    calls: set[str] = set()

    def record(model: Any, **_: object) -> None:
        calls.add(f"{model.service_model.service_name}:{model.name}")

    with mock_aws():
        setup: Any = boto3.Session(region_name="us-east-1")
        _put_files(setup.client("s3"))
        _put_job(setup.client("sagemaker"))
        session: Any = boto3.Session(region_name="us-east-1")
        session.events.register("before-call", record)
        names = ("sagemaker", "s3", "cloudwatch", "sns")
        clients = lambda_handler.Clients(*(session.client(name) for name in names))
        event = {"ProcessingJobName": "job", "PipelineName": "p"}
        topic = setup.client("sns").create_topic(Name="people")["TopicArn"]
        lambda_handler.evaluate_drift(event, clients, datetime(2026, 11, 23, tzinfo=UTC), topic=topic)
    return calls


def _put_files(s3: Any) -> None:
    s3.create_bucket(Bucket="bucket")
    old = profile({"x": numbers(1000)})
    for key, text in {
        "baseline/statistics.json": statistics_json(old),
        "baseline/constraints.json": constraints_json(suggest(old)),
        "run/statistics.json": statistics_json(profile({"x": numbers(1000, start=900)})),
    }.items():
        s3.put_object(Bucket="bucket", Key=key, Body=text.encode())


def _put_job(sagemaker: Any) -> None:
    folders = {"stats": "statistics.json", "constraints": "constraints.json"}
    sources = {name: f"s3://bucket/baseline/{file}" for name, file in folders.items()}
    sagemaker.create_processing_job(
        ProcessingJobName="job",
        RoleArn="arn:aws:iam::123456789012:role/r",
        AppSpecification={"ImageUri": "image"},
        ProcessingResources={
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 20}
        },
        ProcessingInputs=[
            {
                "InputName": name,
                "S3Input": {
                    "S3Uri": uri,
                    "LocalPath": f"/opt/ml/processing/baseline/{name}",
                    "S3DataType": "S3Prefix",
                    "S3InputMode": "File",
                },
            }
            for name, uri in sources.items()
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


def test_the_lambdas_role_may_do_what_the_lambda_calls_and_what_its_runtime_needs(called: set[str]) -> None:
    assert called == {
        "sagemaker:DescribeProcessingJob",
        "s3:GetObject",
        "cloudwatch:PutMetricData",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricStatistics",
        "sns:Publish",
    }
    assert called <= allowed("EvaluateDriftPolicy")
    assert allowed("EvaluateDriftPolicy") - called == set(OF_THE_RUNTIME)


def test_the_rules_role_may_start_pipelines_and_nothing_else() -> None:
    assert allowed("EventsPolicy") == {"sagemaker:StartPipelineExecution"}
    assert "*" not in json.dumps(POLICIES["EventsPolicy"])
