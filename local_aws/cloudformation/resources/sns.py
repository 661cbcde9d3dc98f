"""SNS: topics, subscriptions and topic policies."""

from __future__ import annotations

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

_GONE = frozenset({"NotFound", "NotFoundException"})
# The topic's attributes that are properties too, each with what it is when not set.
_TOPIC_ATTRIBUTES = {"DisplayName": "", "KmsMasterKeyId": "", "ContentBasedDeduplication": "false"}
_SUBSCRIPTION_ATTRIBUTES = {
    "FilterPolicy": "",
    "FilterPolicyScope": "MessageAttributes",
    "RawMessageDelivery": "false",
    "RedrivePolicy": "",
}


def _text(value: Any) -> str:
    return as_json(value) if isinstance(value, dict) else as_text(value)


def _create_topic(wanted: Wanted) -> Made:
    name = wanted.properties.get("TopicName", wanted.name)
    names = (*_TOPIC_ATTRIBUTES, "FifoTopic")
    attributes = {key: _text(wanted.properties[key]) for key in names if key in wanted.properties}
    answer = wanted.clients("sns").create_topic(Name=name, Attributes=attributes, Tags=wanted.tag_list)
    arn = answer["TopicArn"]
    return Made(arn, {"TopicArn": arn, "TopicName": name})


def _update_topic(wanted: Wanted, held: Held) -> Made:
    """The topic as wanted; right after its creation only its subscriptions are still missing."""
    sns, arn = wanted.clients("sns"), held.physical_id
    if held.properties:
        for key, unset in _TOPIC_ATTRIBUTES.items():
            after, before = wanted.properties.get(key, unset), held.properties.get(key, unset)
            if after != before:
                sns.set_topic_attributes(TopicArn=arn, AttributeName=key, AttributeValue=_text(after))
        if wanted.tags and wanted.tags != held.tags:
            sns.tag_resource(ResourceArn=arn, Tags=wanted.tag_list)
        removed = dropped(wanted.tags, held.tags)
        if removed:
            sns.untag_resource(ResourceArn=arn, TagKeys=removed)
    after, before = wanted.properties.get("Subscription", []), held.properties.get("Subscription", [])
    for subscription in after:
        if subscription not in before:
            sns.subscribe(TopicArn=arn, **subscription)
    _unsubscribe(wanted.clients, arn, [item for item in before if item not in after])
    return Made(arn, held.attributes)


def _unsubscribe(clients: Clients, topic: str, subscriptions: list[dict[str, str]]) -> None:
    sns = clients("sns")
    for page in sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic):
        for held in page["Subscriptions"]:
            if {"Protocol": held["Protocol"], "Endpoint": held["Endpoint"]} in subscriptions:
                sns.unsubscribe(SubscriptionArn=held["SubscriptionArn"])


def _delete_topic(clients: Clients, held: Held) -> None:
    _unsubscribe(clients, held.physical_id, held.properties.get("Subscription", []))
    clients("sns").delete_topic(TopicArn=held.physical_id)


def _create_subscription(wanted: Wanted) -> Made:
    properties = wanted.properties
    attributes = {key: _text(properties[key]) for key in _SUBSCRIPTION_ATTRIBUTES if key in properties}
    answer = wanted.clients("sns").subscribe(
        TopicArn=properties["TopicArn"],
        Protocol=properties["Protocol"],
        Endpoint=properties["Endpoint"],
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )
    return Made(answer["SubscriptionArn"], {"Arn": answer["SubscriptionArn"]})


def _update_subscription(wanted: Wanted, held: Held) -> Made:
    for key, unset in _SUBSCRIPTION_ATTRIBUTES.items():
        after, before = wanted.properties.get(key, unset), held.properties.get(key, unset)
        if after != before:
            wanted.clients("sns").set_subscription_attributes(
                SubscriptionArn=held.physical_id, AttributeName=key, AttributeValue=_text(after)
            )
    return Made(held.physical_id, held.attributes)


def _delete_subscription(clients: Clients, held: Held) -> None:
    clients("sns").unsubscribe(SubscriptionArn=held.physical_id)


def _put_topic_policy(wanted: Wanted) -> None:
    for topic in wanted.properties["Topics"]:
        wanted.clients("sns").set_topic_attributes(
            TopicArn=topic,
            AttributeName="Policy",
            AttributeValue=as_json(wanted.properties["PolicyDocument"]),
        )


def _create_policy(wanted: Wanted) -> Made:
    _put_topic_policy(wanted)
    return Made(wanted.name, {"Id": wanted.name})


def _update_policy(wanted: Wanted, held: Held) -> Made:
    _put_topic_policy(wanted)
    left = [topic for topic in held.properties["Topics"] if topic not in wanted.properties["Topics"]]
    _reset(wanted.clients, left)
    return Made(held.physical_id, held.attributes)


def _delete_policy(clients: Clients, held: Held) -> None:
    _reset(clients, held.properties["Topics"])


def _reset(clients: Clients, topics: list[str]) -> None:
    """The topics have the policy that a topic is created with: its account may do all with it."""
    for topic in topics:
        owner = topic.split(":")[4]
        document = {
            "Version": "2008-10-17",
            "Id": "__default_policy_ID",
            "Statement": [
                {
                    "Sid": "__default_statement_ID",
                    "Effect": "Allow",
                    "Principal": {"AWS": "*"},
                    "Action": ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes"],
                    "Resource": topic,
                    "Condition": {"StringEquals": {"AWS:SourceOwner": owner}},
                }
            ],
        }
        clients("sns").set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=as_json(document)
        )


TOPIC = ResourceType(
    name="AWS::SNS::Topic",
    acts_on={
        "TopicName": VALUE,
        "DisplayName": VALUE,
        "KmsMasterKeyId": VALUE,
        "FifoTopic": VALUE,
        "ContentBasedDeduplication": VALUE,
        "Subscription": [{"Protocol": NEEDED, "Endpoint": NEEDED}],
    },
    replaced_by=frozenset({"TopicName", "FifoTopic"}),
    attributes=frozenset({"TopicArn", "TopicName"}),
    create=_create_topic,
    update=_update_topic,
    delete=_delete_topic,
    gone=_GONE,
    two_steps=True,
    name_property="TopicName",
    name_limit=256,
    taggable=True,
)

SUBSCRIPTION = ResourceType(
    name="AWS::SNS::Subscription",
    acts_on={
        "TopicArn": NEEDED,
        "Protocol": NEEDED,
        "Endpoint": NEEDED,
        **dict.fromkeys(_SUBSCRIPTION_ATTRIBUTES),
    },
    replaced_by=frozenset({"TopicArn", "Protocol", "Endpoint"}),
    attributes=frozenset({"Arn"}),
    create=_create_subscription,
    update=_update_subscription,
    delete=_delete_subscription,
    gone=_GONE,
)

TOPIC_POLICY = ResourceType(
    name="AWS::SNS::TopicPolicy",
    acts_on={"PolicyDocument": NEEDED, "Topics": Needed([VALUE])},
    attributes=frozenset({"Id"}),
    create=_create_policy,
    update=_update_policy,
    delete=_delete_policy,
    gone=_GONE,
)
