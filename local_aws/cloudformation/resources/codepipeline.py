"""CodePipeline: pipelines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation.resources.model import (
    NEEDED,
    VALUE,
    Clients,
    Held,
    Made,
    Needed,
    ResourceType,
    Spec,
    Wanted,
    call,
    dropped,
)

_FREE = ("Configuration",)
"""Properties whose members are not the API's, so their names stay as they are."""

_ARTIFACTS: Spec = [{"Name": NEEDED}]
_ACTION: Spec = {
    "Name": NEEDED,
    "ActionTypeId": Needed({"Category": NEEDED, "Owner": NEEDED, "Provider": NEEDED, "Version": NEEDED}),
    "Configuration": VALUE,
    "InputArtifacts": _ARTIFACTS,
    "Namespace": VALUE,
    "OutputArtifacts": _ARTIFACTS,
    "RoleArn": VALUE,
    "RunOrder": VALUE,
}


def lowered(value: Any) -> Any:
    """A property in the spelling of those APIs whose members begin with a small letter."""
    if isinstance(value, list):
        return [lowered(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {key[0].lower() + key[1:]: item if key in _FREE else lowered(item) for key, item in value.items()}


def tags_of(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags in the spelling of those APIs."""
    return [{"key": key, "value": value} for key, value in tags.items()]


def _pipeline(wanted: Wanted) -> dict[str, Any]:
    """The pipeline as the API wants it."""
    properties = {key: value for key, value in wanted.named("Name").items() if key != _RESTART}
    declared: dict[str, Any] = lowered(properties)
    return declared


_RESTART = "RestartExecutionOnUpdate"


def _create(wanted: Wanted) -> Made:
    tags = {"tags": tags_of(wanted.tags)} if wanted.tags else {}
    sent = {"pipeline": _pipeline(wanted), **tags}
    return _made(wanted, call(wanted.clients("codepipeline"), "CreatePipeline", sent)["pipeline"])


def _made(wanted: Wanted, pipeline: Mapping[str, Any]) -> Made:
    name = pipeline["name"]
    arn = f"arn:{wanted.partition}:codepipeline:{wanted.region}:{wanted.account_id}:{name}"
    return Made(name, {"Arn": arn, "Version": str(pipeline["version"])})


def _update(wanted: Wanted, held: Held) -> Made:
    client = wanted.clients("codepipeline")
    declared = {**_pipeline(wanted), "name": held.physical_id}
    made = _made(wanted, call(client, "UpdatePipeline", {"pipeline": declared})["pipeline"])
    arn = made.attributes["Arn"]
    if wanted.tags and wanted.tags != held.tags:
        client.tag_resource(resourceArn=arn, tags=tags_of(wanted.tags))
    removed = dropped(wanted.tags, held.tags)
    if removed:
        client.untag_resource(resourceArn=arn, tagKeys=removed)
    if wanted.properties.get(_RESTART) in (True, "true"):
        client.start_pipeline_execution(name=held.physical_id)
    return made


def _delete(clients: Clients, held: Held) -> None:
    clients("codepipeline").delete_pipeline(name=held.physical_id)


PIPELINE = ResourceType(
    name="AWS::CodePipeline::Pipeline",
    acts_on={
        "ArtifactStore": {
            "EncryptionKey": {"Id": NEEDED, "Type": NEEDED},
            "Location": NEEDED,
            "Type": NEEDED,
        },
        "ExecutionMode": VALUE,
        "Name": VALUE,
        _RESTART: VALUE,
        "RoleArn": NEEDED,
        "Stages": Needed([{"Name": NEEDED, "Actions": Needed([_ACTION])}]),
        "Variables": [{"Name": NEEDED, "DefaultValue": VALUE, "Description": VALUE}],
    },
    keeps={"PipelineType": VALUE},
    replaced_by=frozenset({"Name"}),
    attributes=frozenset({"Arn", "Version"}),
    create=_create,
    update=_update,
    delete=_delete,
    gone=frozenset({"PipelineNotFoundException"}),
    name_property="Name",
    name_limit=100,
    taggable=True,
)
