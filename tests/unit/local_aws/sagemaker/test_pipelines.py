from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from tests.unit.local_aws.support import IMAGE, ROLE, bucket_with, definition, model_tar_gz

STOP = {"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}
TEXT = definition(STOP)


def test_a_definition_in_s3_is_described_as_its_json(aws: LocalAws) -> None:
    bucket_with(aws, "definitions", {"a/b.json": TEXT.encode()})
    sagemaker = aws.client("sagemaker")
    location = {"Bucket": "definitions", "ObjectKey": "a/b.json"}
    sagemaker.create_pipeline(PipelineName="from-s3", RoleArn=ROLE, PipelineDefinitionS3Location=location)
    described = sagemaker.describe_pipeline(PipelineName="from-s3")
    assert json.loads(described["PipelineDefinition"]) == json.loads(TEXT)
    assert described["RoleArn"] == ROLE


def test_a_definition_that_is_not_in_s3_is_refused(aws: LocalAws) -> None:
    location = {"Bucket": "nowhere", "ObjectKey": "x.json"}
    with pytest.raises(ClientError, match=r"Unable to read the pipeline definition s3://nowhere/x\.json"):
        aws.client("sagemaker").create_pipeline(
            PipelineName="no-s3", RoleArn=ROLE, PipelineDefinitionS3Location=location
        )


def test_a_pipeline_is_updated_listed_and_deleted(aws: LocalAws) -> None:
    sagemaker = aws.client("sagemaker")
    sagemaker.create_pipeline(PipelineName="life", RoleArn=ROLE, PipelineDefinition=TEXT)
    changed = definition({**STOP, "Name": "Halt"})
    sagemaker.update_pipeline(PipelineName="life", PipelineDefinition=changed, PipelineDescription="new")
    described = sagemaker.describe_pipeline(PipelineName="life")
    assert (described["PipelineDefinition"], described["PipelineDescription"]) == (changed, "new")
    assert sagemaker.list_pipelines(PipelineNamePrefix="li")["PipelineSummaries"][0]["PipelineName"] == "life"
    sagemaker.delete_pipeline(PipelineName="life", ClientRequestToken="t" * 32)
    with pytest.raises(ClientError, match="pipeline/life' does not exist") as error:
        sagemaker.describe_pipeline(PipelineName="life")
    assert error.value.response["Error"]["Code"] == "ResourceNotFound"


def test_a_name_is_used_once(aws: LocalAws) -> None:
    sagemaker = aws.client("sagemaker")
    sagemaker.create_pipeline(PipelineName="once", RoleArn=ROLE, PipelineDefinition=TEXT)
    with pytest.raises(ClientError, match="Pipeline names must be unique"):
        sagemaker.create_pipeline(PipelineName="once", RoleArn=ROLE, PipelineDefinition=TEXT)


def test_an_update_to_a_bad_definition_changes_nothing(aws: LocalAws) -> None:
    sagemaker = aws.client("sagemaker")
    sagemaker.create_pipeline(PipelineName="keeps", RoleArn=ROLE, PipelineDefinition=TEXT)
    with pytest.raises(ClientError, match="Unable to parse pipeline definition"):
        sagemaker.update_pipeline(PipelineName="keeps", PipelineDefinition="{}")
    assert sagemaker.describe_pipeline(PipelineName="keeps")["PipelineDefinition"] == TEXT


def test_pages_follow_each_other(aws: LocalAws) -> None:
    sagemaker = aws.client("sagemaker")
    for name in ("page-a", "page-b", "page-c"):
        sagemaker.create_pipeline(PipelineName=name, RoleArn=ROLE, PipelineDefinition=TEXT)
    pages = sagemaker.get_paginator("list_pipelines").paginate(
        PipelineNamePrefix="page", SortBy="Name", SortOrder="Ascending", PaginationConfig={"PageSize": 2}
    )
    names = [[item["PipelineName"] for item in page["PipelineSummaries"]] for page in pages]
    assert names == [["page-a", "page-b"], ["page-c"]]


def test_tags_of_pipelines_and_models_are_kept(aws: LocalAws) -> None:
    sagemaker = aws.client("sagemaker")
    bucket_with(aws, "tags", {"model.tar.gz": model_tar_gz()})
    arn = sagemaker.create_pipeline(
        PipelineName="tagged", RoleArn=ROLE, PipelineDefinition=TEXT, Tags=[{"Key": "a", "Value": "1"}]
    )["PipelineArn"]
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}])
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["b"])
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "2"}]


def test_a_model_is_described_with_everything_that_was_sent(aws: LocalAws) -> None:
    sagemaker = aws.client("sagemaker")
    bucket_with(aws, "models", {"model.tar.gz": model_tar_gz()})
    container = {"Image": IMAGE, "ModelDataUrl": "s3://models/model.tar.gz", "Environment": {"A": "b"}}
    sent = {"ExecutionRoleArn": ROLE, "PrimaryContainer": container, "EnableNetworkIsolation": True}
    sagemaker.create_model(ModelName="whole", **sent)
    described = sagemaker.describe_model(ModelName="whole")
    assert {key: described[key] for key in sent} == sent
    with pytest.raises(ClientError, match="Cannot create already existing model"):
        sagemaker.create_model(ModelName="whole", **sent)
    sagemaker.delete_model(ModelName="whole")
    with pytest.raises(ClientError, match="Could not find model"):
        sagemaker.describe_model(ModelName="whole")


def test_a_training_job_is_refused_because_it_would_only_pretend_to_run(aws: LocalAws) -> None:
    with pytest.raises(ClientError, match="does not do sagemaker CreateTrainingJob: it runs transform"):
        aws.client("sagemaker").create_training_job(
            TrainingJobName="t",
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            RoleArn=ROLE,
            OutputDataConfig={"S3OutputPath": "s3://b/out"},
            ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
            StoppingCondition={"MaxRuntimeInSeconds": 60},
        )


def test_model_packages_are_motos(aws: LocalAws) -> None:
    sagemaker = aws.client("sagemaker")
    group = sagemaker.create_model_package_group(ModelPackageGroupName="group")["ModelPackageGroupArn"]
    sagemaker.add_tags(ResourceArn=group, Tags=[{"Key": "a", "Value": "1"}])
    assert sagemaker.list_tags(ResourceArn=group)["Tags"] == [{"Key": "a", "Value": "1"}]
