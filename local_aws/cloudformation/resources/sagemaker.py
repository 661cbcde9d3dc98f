"""SageMaker: pipelines and model package groups."""

from __future__ import annotations

from typing import Any

from local_aws.cloudformation.errors import invalid
from local_aws.cloudformation.resources.model import (
    NEEDED,
    VALUE,
    Clients,
    Held,
    Made,
    Needed,
    ResourceType,
    Wanted,
    as_json,
    call,
    dropped,
)

_GONE = frozenset({"ResourceNotFound"})


def _retag(wanted: Wanted, held: Held, arn: str) -> None:
    sagemaker = wanted.clients("sagemaker")
    if wanted.tags and wanted.tags != held.tags:
        sagemaker.add_tags(ResourceArn=arn, Tags=wanted.tag_list)
    removed = dropped(wanted.tags, held.tags)
    if removed:
        sagemaker.delete_tags(ResourceArn=arn, TagKeys=removed)


def _pipeline_call(wanted: Wanted) -> dict[str, Any]:
    """The properties in the API's spelling; a definition that lies in S3 is read, as the service does."""
    properties = dict(wanted.properties)
    definition = properties.pop("PipelineDefinition")
    location = definition.get("PipelineDefinitionS3Location")
    if location is not None:
        version = {"VersionId": location["Version"]} if "Version" in location else {}
        answer = wanted.clients("s3").get_object(Bucket=location["Bucket"], Key=location["Key"], **version)
        body = answer["Body"].read().decode()
    elif "PipelineDefinitionBody" in definition:
        body = as_json(definition["PipelineDefinitionBody"])
    else:
        raise invalid("PipelineDefinition needs PipelineDefinitionBody or PipelineDefinitionS3Location")
    return {**properties, "PipelineDefinition": body}


def _create_pipeline(wanted: Wanted) -> Made:
    tags = {"Tags": wanted.tag_list} if wanted.tags else {}
    call(wanted.clients("sagemaker"), "CreatePipeline", {**_pipeline_call(wanted), **tags, **_token(wanted)})
    return Made(wanted.properties["PipelineName"])


def _token(wanted: Wanted) -> dict[str, str]:
    return {"ClientRequestToken": wanted.name.rjust(32, "0")}


def _update_pipeline(wanted: Wanted, held: Held) -> Made:
    answer = call(wanted.clients("sagemaker"), "UpdatePipeline", _pipeline_call(wanted))
    _retag(wanted, held, answer["PipelineArn"])
    return Made(held.physical_id)


def _delete_pipeline(clients: Clients, held: Held) -> None:
    clients("sagemaker").delete_pipeline(
        PipelineName=held.physical_id, ClientRequestToken=held.physical_id.rjust(32, "0")
    )


def _create_group(wanted: Wanted) -> Made:
    tags = {"Tags": wanted.tag_list} if wanted.tags else {}
    properties = {
        name: value for name, value in wanted.properties.items() if name != "ModelPackageGroupPolicy"
    }
    answer = call(wanted.clients("sagemaker"), "CreateModelPackageGroup", {**properties, **tags})
    arn = answer["ModelPackageGroupArn"]
    return Made(arn, {"ModelPackageGroupArn": arn, "ModelPackageGroupStatus": "Completed"})


def _update_group(wanted: Wanted, held: Held) -> Made:
    _retag(wanted, held, held.physical_id)
    return Made(held.physical_id, held.attributes)


def _delete_group(clients: Clients, held: Held) -> None:
    clients("sagemaker").delete_model_package_group(
        ModelPackageGroupName=held.properties["ModelPackageGroupName"]
    )


PIPELINE = ResourceType(
    name="AWS::SageMaker::Pipeline",
    acts_on={
        "PipelineName": NEEDED,
        "PipelineDisplayName": VALUE,
        "PipelineDescription": VALUE,
        "PipelineDefinition": Needed(
            {
                "PipelineDefinitionBody": VALUE,
                "PipelineDefinitionS3Location": {"Bucket": NEEDED, "Key": NEEDED, "Version": VALUE},
            }
        ),
        "RoleArn": NEEDED,
        "ParallelismConfiguration": {"MaxParallelExecutionSteps": VALUE},
    },
    replaced_by=frozenset({"PipelineName"}),
    create=_create_pipeline,
    update=_update_pipeline,
    delete=_delete_pipeline,
    gone=_GONE,
    name_property="PipelineName",
    taggable=True,
)

MODEL_PACKAGE_GROUP = ResourceType(
    name="AWS::SageMaker::ModelPackageGroup",
    acts_on={"ModelPackageGroupName": NEEDED, "ModelPackageGroupDescription": VALUE},
    keeps={"ModelPackageGroupPolicy": VALUE},
    replaced_by=frozenset({"ModelPackageGroupName", "ModelPackageGroupDescription"}),
    attributes=frozenset({"ModelPackageGroupArn", "ModelPackageGroupStatus"}),
    create=_create_group,
    update=_update_group,
    delete=_delete_group,
    gone=frozenset({"ValidationException"}),
    name_property="ModelPackageGroupName",
    taggable=True,
)
