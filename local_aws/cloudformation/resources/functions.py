"""Lambda: functions, layer versions and permissions."""

from __future__ import annotations

import io
import zipfile
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
    changed,
    dropped,
)

_GONE = frozenset({"ResourceNotFoundException"})
_CODE = ("Code", "Architectures")
# What the API takes for "not set": an update leaves what it does not mention as it was.
_UNSET: dict[str, Any] = {
    "Description": "",
    "Timeout": 3,
    "MemorySize": 128,
    "Environment": {"Variables": {}},
    "Layers": [],
    "DeadLetterConfig": {"TargetArn": ""},
    "TracingConfig": {"Mode": "PassThrough"},
    "EphemeralStorage": {"Size": 512},
}


def _code(wanted: Wanted) -> dict[str, Any]:
    """The code as the API wants it; inline text becomes a zip file with `index.py` (or `index.js`) in it."""
    code = dict(wanted.properties["Code"])
    source = code.get("ZipFile")
    if source is None:
        return code
    suffix = "js" if str(wanted.properties.get("Runtime", "")).startswith("nodejs") else "py"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"index.{suffix}"), source)
    return {**code, "ZipFile": packed.getvalue()}


def _create_function(wanted: Wanted) -> Made:
    properties = wanted.named("FunctionName")
    reserved = properties.pop("ReservedConcurrentExecutions", None)
    tags = {"Tags": dict(wanted.tags)} if wanted.tags else {}
    client = wanted.clients("lambda")
    answer = call(client, "CreateFunction", {**properties, "Code": _code(wanted), **tags})
    if reserved is not None:
        _reserve(client, answer["FunctionName"], reserved)
    return Made(answer["FunctionName"], {"Arn": answer["FunctionArn"]})


def _reserve(client: Any, name: str, reserved: Any) -> None:
    parameters = {"FunctionName": name, "ReservedConcurrentExecutions": reserved}
    call(client, "PutFunctionConcurrency", parameters)


def _update_function(wanted: Wanted, held: Held) -> Made:
    client, name = wanted.clients("lambda"), held.physical_id
    before, after = held.properties, dict(wanted.properties)
    if changed(after, before, *_CODE):
        architectures = {"Architectures": after["Architectures"]} if "Architectures" in after else {}
        call(client, "UpdateFunctionCode", {"FunctionName": name, **_code(wanted), **architectures})
    if changed(after, before, "ReservedConcurrentExecutions"):
        if "ReservedConcurrentExecutions" in after:
            _reserve(client, name, after["ReservedConcurrentExecutions"])
        else:
            client.delete_function_concurrency(FunctionName=name)
    elsewhere = {*_CODE, "FunctionName", "PackageType", "ReservedConcurrentExecutions"}
    settings = {key: value for key, value in after.items() if key not in elsewhere}
    if changed(after, before, *(set(settings) | set(before)) - elsewhere):
        unset = {key: _UNSET[key] for key in before if key in _UNSET and key not in after}
        call(client, "UpdateFunctionConfiguration", {"FunctionName": name, **unset, **settings})
    _retag(wanted, held)
    return Made(name, held.attributes)


def _retag(wanted: Wanted, held: Held) -> None:
    client, arn = wanted.clients("lambda"), held.attributes["Arn"]
    if wanted.tags and wanted.tags != held.tags:
        client.tag_resource(Resource=arn, Tags=dict(wanted.tags))
    removed = dropped(wanted.tags, held.tags)
    if removed:
        client.untag_resource(Resource=arn, TagKeys=removed)


def _delete_function(clients: Clients, held: Held) -> None:
    clients("lambda").delete_function(FunctionName=held.physical_id)


def _create_layer(wanted: Wanted) -> Made:
    answer = call(wanted.clients("lambda"), "PublishLayerVersion", wanted.named("LayerName"))
    arn = answer["LayerVersionArn"]
    return Made(arn, {"LayerVersionArn": arn})


def _keep(_wanted: Wanted, held: Held) -> Made:
    """Every property of the type needs a new resource, so there is nothing to update."""
    return Made(held.physical_id, held.attributes)


def _delete_layer(clients: Clients, held: Held) -> None:
    *_, name, version = held.physical_id.split(":")
    clients("lambda").delete_layer_version(LayerName=name, VersionNumber=int(version))


def _create_permission(wanted: Wanted) -> Made:
    call(wanted.clients("lambda"), "AddPermission", {**wanted.properties, "StatementId": wanted.name})
    return Made(wanted.name, {"Id": wanted.name})


def _delete_permission(clients: Clients, held: Held) -> None:
    clients("lambda").remove_permission(
        FunctionName=held.properties["FunctionName"], StatementId=held.physical_id
    )


FUNCTION = ResourceType(
    name="AWS::Lambda::Function",
    acts_on={
        "FunctionName": VALUE,
        "Code": Needed(
            {
                "S3Bucket": VALUE,
                "S3Key": VALUE,
                "S3ObjectVersion": VALUE,
                "ZipFile": VALUE,
                "ImageUri": VALUE,
            }
        ),
        "PackageType": VALUE,
        "Runtime": VALUE,
        "Handler": VALUE,
        "Role": NEEDED,
        "Description": VALUE,
        "Timeout": VALUE,
        "MemorySize": VALUE,
        "Environment": {"Variables": VALUE},
        "Layers": [VALUE],
        "Architectures": [VALUE],
        "DeadLetterConfig": {"TargetArn": VALUE},
        "TracingConfig": {"Mode": VALUE},
        "EphemeralStorage": {"Size": VALUE},
        "ReservedConcurrentExecutions": VALUE,
    },
    replaced_by=frozenset({"FunctionName", "PackageType"}),
    attributes=frozenset({"Arn"}),
    create=_create_function,
    update=_update_function,
    delete=_delete_function,
    gone=_GONE,
    name_property="FunctionName",
    taggable=True,
)

_LAYER_PROPERTIES: dict[str, Spec] = {
    "LayerName": VALUE,
    "Description": VALUE,
    "LicenseInfo": VALUE,
    "CompatibleRuntimes": [VALUE],
    "CompatibleArchitectures": [VALUE],
    "Content": Needed({"S3Bucket": NEEDED, "S3Key": NEEDED, "S3ObjectVersion": VALUE}),
}

LAYER_VERSION = ResourceType(
    name="AWS::Lambda::LayerVersion",
    acts_on=_LAYER_PROPERTIES,
    replaced_by=frozenset(_LAYER_PROPERTIES),
    attributes=frozenset({"LayerVersionArn"}),
    create=_create_layer,
    update=_keep,
    delete=_delete_layer,
    gone=_GONE,
)

_PERMISSION_PROPERTIES: dict[str, Spec] = {
    "Action": NEEDED,
    "FunctionName": NEEDED,
    "Principal": NEEDED,
    "SourceArn": VALUE,
    "SourceAccount": VALUE,
    "EventSourceToken": VALUE,
    "PrincipalOrgID": VALUE,
    "FunctionUrlAuthType": VALUE,
    "InvokedViaFunctionUrl": VALUE,
}

PERMISSION = ResourceType(
    name="AWS::Lambda::Permission",
    acts_on=_PERMISSION_PROPERTIES,
    replaced_by=frozenset(_PERMISSION_PROPERTIES),
    attributes=frozenset({"Id"}),
    create=_create_permission,
    update=_keep,
    delete=_delete_permission,
    gone=_GONE,
)
