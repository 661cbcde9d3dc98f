"""KMS: keys. Nothing is encrypted with them here; what names one is told so by its service."""

from __future__ import annotations

from local_aws.cloudformation.intrinsics import as_text
from local_aws.cloudformation.resources.model import (
    NEEDED,
    VALUE,
    Clients,
    Held,
    Made,
    ResourceType,
    Wanted,
    as_json,
)


def _create(wanted: Wanted) -> Made:
    kms = wanted.clients("kms")
    tags = [{"TagKey": key, "TagValue": value} for key, value in wanted.tags.items()]
    made = kms.create_key(
        Policy=as_json(wanted.properties["KeyPolicy"]),
        Description=as_text(wanted.properties.get("Description", "")),
        Tags=tags,
    )["KeyMetadata"]
    if as_text(wanted.properties.get("EnableKeyRotation", "false")) == "true":
        kms.enable_key_rotation(KeyId=made["KeyId"])
    return Made(made["KeyId"], {"Arn": made["Arn"], "KeyId": made["KeyId"]})


def _update(wanted: Wanted, held: Held) -> Made:
    kms, key = wanted.clients("kms"), held.physical_id
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=as_json(wanted.properties["KeyPolicy"]))
    kms.update_key_description(KeyId=key, Description=as_text(wanted.properties.get("Description", "")))
    rotates = as_text(wanted.properties.get("EnableKeyRotation", "false")) == "true"
    (kms.enable_key_rotation if rotates else kms.disable_key_rotation)(KeyId=key)
    if wanted.tags:
        kms.tag_resource(
            KeyId=key, Tags=[{"TagKey": name, "TagValue": value} for name, value in wanted.tags.items()]
        )
    return Made(key, held.attributes)


def _delete(clients: Clients, held: Held) -> None:
    clients("kms").schedule_key_deletion(KeyId=held.physical_id, PendingWindowInDays=30)


KEY = ResourceType(
    name="AWS::KMS::Key",
    acts_on={"KeyPolicy": NEEDED, "Description": VALUE, "EnableKeyRotation": VALUE},
    attributes=frozenset({"Arn", "KeyId"}),
    create=_create,
    update=_update,
    delete=_delete,
    gone=frozenset({"NotFoundException"}),
    taggable=True,
)
