"""What a stage leaves beside its stack, removed: models, log streams, log groups, objects in all versions."""

from __future__ import annotations

from typing import assert_never

from botocore.exceptions import ClientError

from deployment.aws import Aws, code_of
from deployment.plan.actions import EmptyPrefix, RemoveLogGroup, RemoveLogStreams, RemoveModels

Removal = RemoveModels | RemoveLogStreams | RemoveLogGroup | EmptyPrefix
_GONE = frozenset({"ResourceNotFoundException", "ResourceNotFound"})


def remove(action: Removal, aws: Aws) -> str:
    """What was removed, for people; what is gone already is fine."""
    match action:
        case RemoveModels():
            for name in action.names:
                _ignoring_gone(aws.sagemaker.delete_model, ModelName=name)
            return f"{len(action.names)} models"
        case RemoveLogStreams():
            for name in action.names:
                _ignoring_gone(aws.logs.delete_log_stream, logGroupName=action.group, logStreamName=name)
            return f"{len(action.names)} log streams of {action.group}"
        case RemoveLogGroup():
            _ignoring_gone(aws.logs.delete_log_group, logGroupName=action.name)
            return f"log group {action.name}"
        case EmptyPrefix():
            return f"{_emptied(action, aws)} versions of objects below s3://{action.bucket}/{action.prefix}"
        case _:
            assert_never(action)


def _emptied(action: EmptyPrefix, aws: Aws) -> int:
    """How many versions and delete markers were deleted, a page (1,000 at most) a call."""
    deleted = 0
    pages = aws.s3.get_paginator("list_object_versions").paginate(Bucket=action.bucket, Prefix=action.prefix)
    for page in pages:
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if found:
            objects = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in found]
            answer = aws.s3.delete_objects(Bucket=action.bucket, Delete={"Objects": objects, "Quiet": True})
            for error in answer.get("Errors", []):
                raise ClientError(
                    {"Error": {"Code": error["Code"], "Message": f"{error['Key']}: {error['Message']}"}},
                    "DeleteObjects",
                )
            deleted += len(found)
    return deleted


def _ignoring_gone(operation: object, **request: str) -> None:
    try:
        operation(**request)  # type: ignore[operator]
    except ClientError as error:
        # SageMaker's word for a model that is not there has no code of its own.
        if code_of(error) not in _GONE and "Could not find" not in str(error):
            raise
