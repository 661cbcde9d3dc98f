"""S3: buckets and bucket policies; every setting goes through the S3 API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from local_aws.cloudformation.resources.model import (
    NEEDED,
    TAGS,
    VALUE,
    Clients,
    Held,
    Made,
    ResourceType,
    Spec,
    Wanted,
    as_json,
    call,
)

_GONE = frozenset({"NoSuchBucket", "NoSuchBucketPolicy"})


class _Setting(NamedTuple):
    """How one property is put and taken away: the operations, the parameter's name, and its value."""

    put: str
    delete: str
    parameter: str
    convert: Callable[[Any], Any]


def _encryption(value: Mapping[str, Any]) -> dict[str, Any]:
    rules = []
    for rule in value.get("ServerSideEncryptionConfiguration", []):
        by_default = dict(rule.get("ServerSideEncryptionByDefault", {}))
        converted = {"ApplyServerSideEncryptionByDefault": by_default} if by_default else {}
        if "BucketKeyEnabled" in rule:
            converted["BucketKeyEnabled"] = rule["BucketKeyEnabled"]
        rules.append(converted)
    return {"Rules": rules}


def _lifecycle(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"Rules": [_lifecycle_rule(rule) for rule in value.get("Rules", [])]}


def _lifecycle_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule in the API's form: its days stand in objects, its prefix and tags in a filter."""
    converted: dict[str, Any] = {"Status": rule["Status"], "Filter": _filter(rule)}
    expiration = {
        member: rule[name]
        for name, member in (
            ("ExpirationInDays", "Days"),
            ("ExpirationDate", "Date"),
            ("ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker"),
        )
        if name in rule
    }
    if "Id" in rule:
        converted["ID"] = rule["Id"]
    if expiration:
        converted["Expiration"] = expiration
    for same in ("AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration"):
        if same in rule:
            converted[same] = rule[same]
    if "Transitions" in rule:
        names = {"TransitionInDays": "Days", "TransitionDate": "Date", "StorageClass": "StorageClass"}
        converted["Transitions"] = [
            {names[name]: member for name, member in transition.items()} for transition in rule["Transitions"]
        ]
    return converted


def _filter(rule: Mapping[str, Any]) -> dict[str, Any]:
    prefix, tags = rule.get("Prefix", ""), rule.get("TagFilters", [])
    if not tags:
        return {"Prefix": prefix}
    return {"And": {"Tags": tags, **({"Prefix": prefix} if prefix else {})}}


def _notification(value: Mapping[str, Any]) -> dict[str, Any]:
    """EventBridge is on or off; the API says it by an empty object."""
    enabled = value.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled", True)
    on = "EventBridgeConfiguration" in value and enabled in (True, "true")
    return {"EventBridgeConfiguration": {}} if on else {}


def _same(value: Any) -> Any:
    return value


_SETTINGS: Mapping[str, _Setting] = MappingProxyType(
    {
        "BucketEncryption": _Setting(
            "PutBucketEncryption", "DeleteBucketEncryption", "ServerSideEncryptionConfiguration", _encryption
        ),
        "VersioningConfiguration": _Setting("PutBucketVersioning", "", "VersioningConfiguration", _same),
        "PublicAccessBlockConfiguration": _Setting(
            "PutPublicAccessBlock", "DeletePublicAccessBlock", "PublicAccessBlockConfiguration", _same
        ),
        "LifecycleConfiguration": _Setting(
            "PutBucketLifecycleConfiguration", "DeleteBucketLifecycle", "LifecycleConfiguration", _lifecycle
        ),
        "OwnershipControls": _Setting(
            "PutBucketOwnershipControls", "DeleteBucketOwnershipControls", "OwnershipControls", _same
        ),
        "NotificationConfiguration": _Setting(
            "PutBucketNotificationConfiguration", "", "NotificationConfiguration", _notification
        ),
    }
)
# Those without a delete operation are put back to this.
_OFF: Mapping[str, Any] = MappingProxyType(
    {"VersioningConfiguration": {"Status": "Suspended"}, "NotificationConfiguration": {}}
)


def _create_bucket(wanted: Wanted) -> Made:
    name = wanted.properties.get("BucketName", wanted.name)
    # us-east-1 is the API's default and is refused as a constraint.
    region = wanted.region
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    wanted.clients("s3").create_bucket(Bucket=name, **where)
    suffix = "amazonaws.com.cn" if wanted.partition == "aws-cn" else "amazonaws.com"
    return Made(
        name,
        {
            "Arn": f"arn:{wanted.partition}:s3:::{name}",
            "DomainName": f"{name}.s3.{suffix}",
            "RegionalDomainName": f"{name}.s3.{region}.{suffix}",
            "DualStackDomainName": f"{name}.s3.dualstack.{region}.{suffix}",
        },
    )


def _update_bucket(wanted: Wanted, held: Held) -> Made:
    s3, bucket = wanted.clients("s3"), held.physical_id
    for name, setting in _SETTINGS.items():
        value, before = wanted.properties.get(name), held.properties.get(name)
        if value == before:
            continue
        if value is None and setting.delete:
            call(s3, setting.delete, {"Bucket": bucket})
        else:
            value = _OFF[name] if value is None else value
            call(s3, setting.put, {"Bucket": bucket, setting.parameter: setting.convert(value)})
    if wanted.tags != held.tags:
        if wanted.tags:
            s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": wanted.tag_list})
        else:
            s3.delete_bucket_tagging(Bucket=bucket)
    return Made(bucket, held.attributes)


def _delete_bucket(clients: Clients, held: Held) -> None:
    clients("s3").delete_bucket(Bucket=held.physical_id)


def _put_policy(wanted: Wanted) -> Made:
    bucket = wanted.properties["Bucket"]
    document = as_json(wanted.properties["PolicyDocument"])
    wanted.clients("s3").put_bucket_policy(Bucket=bucket, Policy=document)
    return Made(bucket)


def _update_policy(wanted: Wanted, _held: Held) -> Made:
    return _put_policy(wanted)


def _delete_policy(clients: Clients, held: Held) -> None:
    clients("s3").delete_bucket_policy(Bucket=held.physical_id)


_LIFECYCLE_RULE: Spec = {
    "Id": VALUE,
    "Status": NEEDED,
    "Prefix": VALUE,
    "TagFilters": TAGS,
    "ExpirationInDays": VALUE,
    "ExpirationDate": VALUE,
    "ExpiredObjectDeleteMarker": VALUE,
    "NoncurrentVersionExpiration": {"NoncurrentDays": VALUE, "NewerNoncurrentVersions": VALUE},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": VALUE},
    "Transitions": [{"StorageClass": VALUE, "TransitionInDays": VALUE, "TransitionDate": VALUE}],
}

BUCKET = ResourceType(
    name="AWS::S3::Bucket",
    acts_on={
        "BucketName": VALUE,
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {
                    "BucketKeyEnabled": VALUE,
                    "ServerSideEncryptionByDefault": {"SSEAlgorithm": NEEDED, "KMSMasterKeyID": VALUE},
                }
            ]
        },
        "VersioningConfiguration": {"Status": VALUE},
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": VALUE,
            "BlockPublicPolicy": VALUE,
            "IgnorePublicAcls": VALUE,
            "RestrictPublicBuckets": VALUE,
        },
        "LifecycleConfiguration": {"Rules": [_LIFECYCLE_RULE]},
        "OwnershipControls": {"Rules": [{"ObjectOwnership": VALUE}]},
        "NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": VALUE}},
    },
    replaced_by=frozenset({"BucketName"}),
    attributes=frozenset({"Arn", "DomainName", "RegionalDomainName", "DualStackDomainName"}),
    create=_create_bucket,
    update=_update_bucket,
    delete=_delete_bucket,
    gone=_GONE,
    two_steps=True,
    name_property="BucketName",
    name_limit=63,
    lower=True,
    taggable=True,
)

BUCKET_POLICY = ResourceType(
    name="AWS::S3::BucketPolicy",
    acts_on={"Bucket": NEEDED, "PolicyDocument": NEEDED},
    replaced_by=frozenset({"Bucket"}),
    create=_put_policy,
    update=_update_policy,
    delete=_delete_policy,
    gone=_GONE,
)
