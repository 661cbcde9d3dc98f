"""SageMaker's events: a pipeline execution's and a model package's change of state.

https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html has their form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

Publish = Callable[[str, str, list[str], dict[str, Any]], object]
"""Gets an event: source, detail-type, resources, detail."""

_PACKAGE = {
    "ModelPackageGroupName": "model_package_group_name",
    "ModelPackageVersion": "model_package_version",
    "ModelPackageArn": "arn",
    "ModelPackageDescription": "model_package_description",
    "ModelPackageStatus": "model_package_status",
    "ModelApprovalStatus": "model_approval_status",
    "ApprovalDescription": "approval_description",
}


def execution_changed(publish: Publish, description: Mapping[str, Any], previous: str) -> None:
    """The event of an execution that has another status now has been delivered.

    Args:
        publish: Delivers it.
        description: The execution's, with the new status.
        previous: The status before; empty for a new execution.
    """
    pipeline, execution = description["PipelineArn"], description["PipelineExecutionArn"]
    status = description["PipelineExecutionStatus"]
    detail = {
        "pipelineArn": pipeline,
        "pipelineExecutionArn": execution,
        "pipelineExecutionDisplayName": description["PipelineExecutionDisplayName"],
        "currentPipelineExecutionStatus": status,
        "previousPipelineExecutionStatus": previous or None,
        "executionStartTime": _time(description["CreationTime"]),
    }
    if status not in ("Executing", "Stopping"):
        detail["executionEndTime"] = _time(description["LastModifiedTime"])
    kind = "SageMaker Model Building Pipeline Execution Status Change"
    publish("aws.sagemaker", kind, [pipeline, execution], detail)


def package_changed(publish: Publish, package: Any) -> None:
    """The event of a model package that is new, or was approved or rejected, has been delivered.

    Args:
        publish: Delivers it.
        package: The package as moto keeps it.
    """
    found = {key: getattr(package, name, None) for key, name in _PACKAGE.items()}
    detail = {key: value for key, value in found.items() if value is not None}
    detail["CreationTime"] = package.creation_time
    publish("aws.sagemaker", "SageMaker Model Package State Change", [package.arn], _plain(detail))


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _plain(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _time(value) if isinstance(value, datetime) else value for key, value in detail.items()}
