"""SQS: queues and queue policies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from local_aws.cloudformation.intrinsics import as_text
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
    dropped,
)

_GONE = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})
# The queue's attributes that are properties too, each with what the service has when it is not set.
_UNSET = {
    "DelaySeconds": "0",
    "MaximumMessageSize": "262144",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "VisibilityTimeout": "30",
    "RedrivePolicy": "",
    "RedriveAllowPolicy": "",
    "KmsMasterKeyId": "",
    "KmsDataKeyReusePeriodSeconds": "300",
    "SqsManagedSseEnabled": "true",
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "FifoThroughputLimit": "perQueue",
}


def _text(value: Any) -> str:
    return as_json(value) if isinstance(value, dict) else as_text(value)


def _create_queue(wanted: Wanted) -> Made:
    fifo = as_text(wanted.properties.get("FifoQueue", "false")) == "true"
    name = wanted.properties.get("QueueName", f"{wanted.name}.fifo" if fifo else wanted.name)
    attributes = {key: _text(wanted.properties[key]) for key in _UNSET if key in wanted.properties}
    if fifo:
        attributes["FifoQueue"] = "true"
    tags = {"tags": dict(wanted.tags)} if wanted.tags else {}
    url = wanted.clients("sqs").create_queue(QueueName=name, Attributes=attributes, **tags)["QueueUrl"]
    arn = f"arn:{wanted.partition}:sqs:{wanted.region}:{wanted.account_id}:{name}"
    return Made(url, {"Arn": arn, "QueueName": name, "QueueUrl": url})


def _update_queue(wanted: Wanted, held: Held) -> Made:
    sqs, url = wanted.clients("sqs"), held.physical_id
    after, before = wanted.properties, held.properties
    attributes = {
        key: _text(after.get(key, unset))
        for key, unset in _UNSET.items()
        if after.get(key, unset) != before.get(key, unset)
    }
    if attributes:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    if wanted.tags and wanted.tags != held.tags:
        sqs.tag_queue(QueueUrl=url, Tags=dict(wanted.tags))
    removed = dropped(wanted.tags, held.tags)
    if removed:
        sqs.untag_queue(QueueUrl=url, TagKeys=removed)
    return Made(url, held.attributes)


def _delete_queue(clients: Clients, held: Held) -> None:
    clients("sqs").delete_queue(QueueUrl=held.physical_id)


def _put_policy(clients: Clients, queues: Iterable[str], document: str) -> None:
    for queue in queues:
        clients("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": document})


def _create_policy(wanted: Wanted) -> Made:
    _put_policy(wanted.clients, wanted.properties["Queues"], as_json(wanted.properties["PolicyDocument"]))
    return Made(wanted.name, {"Id": wanted.name})


def _update_policy(wanted: Wanted, held: Held) -> Made:
    _create_policy(wanted)
    left = [queue for queue in held.properties["Queues"] if queue not in wanted.properties["Queues"]]
    _put_policy(wanted.clients, left, "")
    return Made(held.physical_id, held.attributes)


def _delete_policy(clients: Clients, held: Held) -> None:
    _put_policy(clients, held.properties["Queues"], "")


QUEUE = ResourceType(
    name="AWS::SQS::Queue",
    acts_on={"QueueName": VALUE, "FifoQueue": VALUE, **dict.fromkeys(_UNSET)},
    replaced_by=frozenset({"QueueName", "FifoQueue"}),
    attributes=frozenset({"Arn", "QueueName", "QueueUrl"}),
    create=_create_queue,
    update=_update_queue,
    delete=_delete_queue,
    gone=_GONE,
    name_property="QueueName",
    name_limit=75,
    taggable=True,
)

QUEUE_POLICY = ResourceType(
    name="AWS::SQS::QueuePolicy",
    acts_on={"PolicyDocument": NEEDED, "Queues": Needed([VALUE])},
    attributes=frozenset({"Id"}),
    create=_create_policy,
    update=_update_policy,
    delete=_delete_policy,
    gone=_GONE,
)
