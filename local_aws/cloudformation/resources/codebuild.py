"""CodeBuild: projects."""

from __future__ import annotations

from typing import Any

from local_aws.cloudformation.resources.codepipeline import lowered, tags_of
from local_aws.cloudformation.resources.model import (
    NEEDED,
    VALUE,
    Clients,
    Held,
    Made,
    Needed,
    ResourceType,
    Wanted,
    call,
)


def _project(wanted: Wanted) -> dict[str, Any]:
    """The project as the API wants it, which spells the buildspec in its own way."""
    project: dict[str, Any] = lowered(wanted.named("Name"))
    source = project["source"]
    if "buildSpec" in source:
        source["buildspec"] = source.pop("buildSpec")
    return {**project, "tags": tags_of(wanted.tags)}


def _made(project: dict[str, Any]) -> Made:
    return Made(project["name"], {"Arn": project["arn"], "Id": project["name"]})


def _create(wanted: Wanted) -> Made:
    return _made(call(wanted.clients("codebuild"), "CreateProject", _project(wanted))["project"])


def _update(wanted: Wanted, held: Held) -> Made:
    # What an update does not mention stays as it was: what the template no longer has goes to its default.
    unset = {_API[key]: value for key, value in _UNSET.items() if key not in wanted.properties}
    sent = {**unset, **_project(wanted), "name": held.physical_id}
    return _made(call(wanted.clients("codebuild"), "UpdateProject", sent)["project"])


_UNSET: dict[str, Any] = {"Description": "", "TimeoutInMinutes": 60, "LogsConfig": {}}
_API = {"Description": "description", "TimeoutInMinutes": "timeoutInMinutes", "LogsConfig": "logsConfig"}


def _delete(clients: Clients, held: Held) -> None:
    clients("codebuild").delete_project(name=held.physical_id)


PROJECT = ResourceType(
    name="AWS::CodeBuild::Project",
    acts_on={
        "Artifacts": Needed(
            {"Location": VALUE, "Name": VALUE, "Packaging": VALUE, "Path": VALUE, "Type": NEEDED}
        ),
        "Description": VALUE,
        "Environment": Needed(
            {
                "ComputeType": NEEDED,
                "EnvironmentVariables": [{"Name": NEEDED, "Type": VALUE, "Value": NEEDED}],
                "Image": NEEDED,
                "ImagePullCredentialsType": VALUE,
                "Type": NEEDED,
            }
        ),
        "LogsConfig": {"CloudWatchLogs": {"GroupName": VALUE, "Status": NEEDED}},
        "Name": VALUE,
        "ServiceRole": NEEDED,
        "Source": Needed({"BuildSpec": VALUE, "Location": VALUE, "Type": NEEDED}),
        "TimeoutInMinutes": VALUE,
    },
    keeps={"EncryptionKey": VALUE},
    replaced_by=frozenset({"Name"}),
    attributes=frozenset({"Arn", "Id"}),
    create=_create,
    update=_update,
    delete=_delete,
    gone=frozenset({"ResourceNotFoundException"}),
    name_property="Name",
    name_limit=150,
    taggable=True,
)
