"""IAM: roles and inline policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.cloudformation.resources.model import (
    NEEDED,
    VALUE,
    Clients,
    Held,
    Made,
    ResourceType,
    Wanted,
    as_json,
    call,
    dropped,
)

_GONE = frozenset({"NoSuchEntity"})
_CAPABILITY = "CAPABILITY_IAM"
# Each kind of holder: the property that lists them, the API operation's last word, the name of its parameter.
_HOLDERS = (("Roles", "Role", "RoleName"), ("Users", "User", "UserName"), ("Groups", "Group", "GroupName"))


def _create_role(wanted: Wanted) -> Made:
    created = ("RoleName", "Path", "Description", "MaxSessionDuration", "PermissionsBoundary")
    properties = wanted.named("RoleName")
    parameters = {name: properties[name] for name in created if name in properties}
    parameters["AssumeRolePolicyDocument"] = as_json(properties["AssumeRolePolicyDocument"])
    tags = {"Tags": wanted.tag_list} if wanted.tags else {}
    role = call(wanted.clients("iam"), "CreateRole", {**parameters, **tags})["Role"]
    return Made(role["RoleName"], {"Arn": role["Arn"], "RoleId": role["RoleId"]})


def _update_role(wanted: Wanted, held: Held) -> Made:
    """The role as it is wanted; right after its creation only its policies are still missing."""
    iam, name = wanted.clients("iam"), held.physical_id
    after, before = wanted.properties, held.properties
    if before:
        document = as_json(after["AssumeRolePolicyDocument"])
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=document)
        settings = {
            "Description": after.get("Description", ""),
            "MaxSessionDuration": after.get("MaxSessionDuration", 3600),
        }
        call(iam, "UpdateRole", {"RoleName": name, **settings})
        _put_boundary(iam, name, after, before)
        if wanted.tags and wanted.tags != held.tags:
            iam.tag_role(RoleName=name, Tags=wanted.tag_list)
        removed = dropped(wanted.tags, held.tags)
        if removed:
            iam.untag_role(RoleName=name, TagKeys=removed)
    _put_policies(iam, name, after, before)
    return Made(name, held.attributes)


def _put_boundary(iam: Any, name: str, after: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    boundary = after.get("PermissionsBoundary")
    if boundary:
        iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
    elif "PermissionsBoundary" in before:
        iam.delete_role_permissions_boundary(RoleName=name)


def _put_policies(iam: Any, name: str, after: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    policies = {policy["PolicyName"]: policy["PolicyDocument"] for policy in after.get("Policies", ())}
    for policy, document in policies.items():
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=as_json(document))
    for policy in before.get("Policies", ()):
        if policy["PolicyName"] not in policies:
            iam.delete_role_policy(RoleName=name, PolicyName=policy["PolicyName"])
    attached, held = after.get("ManagedPolicyArns", ()), before.get("ManagedPolicyArns", ())
    for arn in attached:
        if arn not in held:
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    for arn in held:
        if arn not in attached:
            iam.detach_role_policy(RoleName=name, PolicyArn=arn)


def _delete_role(clients: Clients, held: Held) -> None:
    """Gone; policies that the template did not give to the role keep it, as in the service."""
    iam, name = clients("iam"), held.physical_id
    for arn in held.properties.get("ManagedPolicyArns", ()):
        iam.detach_role_policy(RoleName=name, PolicyArn=arn)
    given = {policy["PolicyName"] for policy in held.properties.get("Policies", ())}
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        if policy in given:
            iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)


def _holders(properties: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for listed, kind, parameter in _HOLDERS:
        for holder in properties.get(listed, ()):
            yield kind, {parameter: holder}


def _put_policy(wanted: Wanted) -> None:
    policy = {
        "PolicyName": wanted.properties["PolicyName"],
        "PolicyDocument": as_json(wanted.properties["PolicyDocument"]),
    }
    for kind, holder in _holders(wanted.properties):
        call(wanted.clients("iam"), f"Put{kind}Policy", {**holder, **policy})


def _create_policy(wanted: Wanted) -> Made:
    _put_policy(wanted)
    return Made(wanted.name, {"Id": wanted.name})


def _update_policy(wanted: Wanted, held: Held) -> Made:
    _put_policy(wanted)
    same_name = wanted.properties["PolicyName"] == held.properties["PolicyName"]
    kept = list(_holders(wanted.properties)) if same_name else []
    for kind, holder in _holders(held.properties):
        if (kind, holder) not in kept:
            parameters = {**holder, "PolicyName": held.properties["PolicyName"]}
            call(wanted.clients("iam"), f"Delete{kind}Policy", parameters)
    return Made(held.physical_id, held.attributes)


def _delete_policy(clients: Clients, held: Held) -> None:
    for kind, holder in _holders(held.properties):
        parameters = {**holder, "PolicyName": held.properties["PolicyName"]}
        call(clients("iam"), f"Delete{kind}Policy", parameters)


ROLE = ResourceType(
    name="AWS::IAM::Role",
    acts_on={
        "RoleName": VALUE,
        "AssumeRolePolicyDocument": NEEDED,
        "Path": VALUE,
        "Description": VALUE,
        "MaxSessionDuration": VALUE,
        "PermissionsBoundary": VALUE,
        "ManagedPolicyArns": [VALUE],
        "Policies": [{"PolicyName": NEEDED, "PolicyDocument": NEEDED}],
    },
    replaced_by=frozenset({"RoleName", "Path"}),
    attributes=frozenset({"Arn", "RoleId"}),
    create=_create_role,
    update=_update_role,
    delete=_delete_role,
    gone=_GONE,
    two_steps=True,
    name_property="RoleName",
    taggable=True,
    capability=_CAPABILITY,
)

POLICY = ResourceType(
    name="AWS::IAM::Policy",
    acts_on={
        "PolicyName": NEEDED,
        "PolicyDocument": NEEDED,
        "Roles": [VALUE],
        "Users": [VALUE],
        "Groups": [VALUE],
    },
    attributes=frozenset({"Id"}),
    create=_create_policy,
    update=_update_policy,
    delete=_delete_policy,
    gone=_GONE,
    capability=_CAPABILITY,
)
