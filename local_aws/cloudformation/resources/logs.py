"""CloudWatch Logs: log groups."""

from __future__ import annotations

from local_aws.cloudformation.resources.model import (
    VALUE,
    Clients,
    Held,
    Made,
    ResourceType,
    Wanted,
    call,
    changed,
    dropped,
)


def _create(wanted: Wanted) -> Made:
    properties = wanted.named("LogGroupName")
    name = properties["LogGroupName"]
    optional = {
        parameter: properties[prop]
        for prop, parameter in (("KmsKeyId", "kmsKeyId"), ("LogGroupClass", "logGroupClass"))
        if prop in properties
    }
    tags = {"tags": dict(wanted.tags)} if wanted.tags else {}
    wanted.clients("logs").create_log_group(logGroupName=name, **optional, **tags)
    return Made(name, {"Arn": f"{_arn(wanted, name)}:*"})


def _arn(wanted: Wanted, name: str) -> str:
    return f"arn:{wanted.partition}:logs:{wanted.region}:{wanted.account_id}:log-group:{name}"


def _update(wanted: Wanted, held: Held) -> Made:
    logs, name = wanted.clients("logs"), held.physical_id
    days = wanted.properties.get("RetentionInDays")
    if days is not None and changed(wanted.properties, held.properties, "RetentionInDays"):
        call(logs, "PutRetentionPolicy", {"logGroupName": name, "retentionInDays": days})
    elif days is None and "RetentionInDays" in held.properties:
        logs.delete_retention_policy(logGroupName=name)
    if held.properties and changed(wanted.properties, held.properties, "KmsKeyId"):
        if "KmsKeyId" in wanted.properties:
            logs.associate_kms_key(logGroupName=name, kmsKeyId=wanted.properties["KmsKeyId"])
        else:
            logs.disassociate_kms_key(logGroupName=name)
    if wanted.tags and wanted.tags != held.tags:
        logs.tag_resource(resourceArn=_arn(wanted, name), tags=dict(wanted.tags))
    removed = dropped(wanted.tags, held.tags)
    if removed:
        logs.untag_resource(resourceArn=_arn(wanted, name), tagKeys=removed)
    return Made(name, held.attributes)


def _delete(clients: Clients, held: Held) -> None:
    clients("logs").delete_log_group(logGroupName=held.physical_id)


LOG_GROUP = ResourceType(
    name="AWS::Logs::LogGroup",
    acts_on={
        "LogGroupName": VALUE,
        "RetentionInDays": VALUE,
        "KmsKeyId": VALUE,
    },
    keeps={"LogGroupClass": VALUE},
    replaced_by=frozenset({"LogGroupName"}),
    attributes=frozenset({"Arn"}),
    create=_create,
    update=_update,
    delete=_delete,
    gone=frozenset({"ResourceNotFoundException"}),
    two_steps=True,
    name_property="LogGroupName",
    name_limit=512,
    taggable=True,
)
