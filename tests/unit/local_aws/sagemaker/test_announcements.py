from __future__ import annotations

from typing import Any

from local_aws import LocalAws
from tests.unit.local_aws.codepipeline.releases import until
from tests.unit.local_aws.support import definition, run_pipeline
from tests.unit.local_aws.test_events import queue_of, received, rule


def events(aws: LocalAws, url: str, count: int) -> list[dict[str, Any]]:
    """That many events from the queue, once they are there."""
    found: list[dict[str, Any]] = []

    def ask() -> bool:
        found.extend(received(aws, url))
        return len(found) >= count

    until(ask)
    return found


def test_an_execution_tells_when_it_begins_and_when_it_has_ended(aws: LocalAws) -> None:
    url, queue = queue_of(aws, "runs")
    rule(
        aws,
        "runs",
        {"source": ["aws.sagemaker"], "detail-type": [{"prefix": "SageMaker Model B"}]},
        {"Arn": queue},
    )
    stop = {"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "stopped"}}
    ended = run_pipeline(aws, "told", definition(stop))
    begin, end = events(aws, url, 2)
    assert begin["detail-type"] == "SageMaker Model Building Pipeline Execution Status Change"
    pipeline, execution = ended.description["PipelineArn"], ended.description["PipelineExecutionArn"]
    assert begin["resources"] == [pipeline, execution]
    assert (begin["detail"]["pipelineArn"], begin["detail"]["pipelineExecutionArn"]) == (pipeline, execution)
    statuses = [
        (each["detail"]["previousPipelineExecutionStatus"], each["detail"]["currentPipelineExecutionStatus"])
        for each in (begin, end)
    ]
    assert statuses == [(None, "Executing"), ("Executing", "Failed")]
    assert "executionEndTime" in end["detail"]


def test_a_model_package_tells_when_it_is_made_and_when_its_approval_changes(aws: LocalAws) -> None:
    url, queue = queue_of(aws, "packages")
    rule(aws, "packages", {"detail-type": ["SageMaker Model Package State Change"]}, {"Arn": queue})
    sagemaker = aws.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="told")
    arn = sagemaker.create_model_package(
        ModelPackageGroupName="told", ModelApprovalStatus="PendingManualApproval"
    )["ModelPackageArn"]
    sagemaker.update_model_package(ModelPackageArn=arn, CustomerMetadataProperties={"a": "b"})
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    described = sagemaker.describe_model_package(ModelPackageName=arn)
    assert (described["ModelApprovalStatus"], described["CustomerMetadataProperties"]) == (
        "Approved",
        {"a": "b"},
    )
    made, approved = events(aws, url, 2)
    assert received(aws, url) == []
    assert made["detail"]["ModelApprovalStatus"] == "PendingManualApproval"
    assert approved["resources"] == [arn]
    assert {
        key: approved["detail"][key]
        for key in ("ModelPackageGroupName", "ModelPackageVersion", "ModelPackageArn", "ModelApprovalStatus")
    } == {
        "ModelPackageGroupName": "told",
        "ModelPackageVersion": 1,
        "ModelPackageArn": arn,
        "ModelApprovalStatus": "Approved",
    }
