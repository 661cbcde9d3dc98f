"""Stacks and resources in the form of the describing operations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation.state import Resource, Settings, Stack
from local_aws.cloudformation.template import parse


def stack_view(stack: Stack) -> dict[str, Any]:
    """A stack in DescribeStacks' form."""
    settings = stack.settings
    return {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "ChangeSetId": stack.change_set_id or None,
        "Description": stack.description or None,
        "Parameters": parameter_views(settings),
        "CreationTime": stack.created,
        "LastUpdatedTime": stack.updated,
        "DeletionTime": stack.deleted,
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason or None,
        "DisableRollback": stack.on_failure == "DO_NOTHING",
        "TimeoutInMinutes": stack.timeout_minutes,
        "NotificationARNs": settings.notification_arns,
        "Capabilities": settings.capabilities,
        "Outputs": stack.outputs,
        "RoleARN": settings.role_arn or None,
        "Tags": tag_views(settings),
        "EnableTerminationProtection": stack.protected,
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
    }


def stack_summary(stack: Stack) -> dict[str, Any]:
    """A stack in ListStacks' form."""
    return {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "TemplateDescription": stack.description or None,
        "CreationTime": stack.created,
        "LastUpdatedTime": stack.updated,
        "DeletionTime": stack.deleted,
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason or None,
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
    }


def parameter_views(settings: Settings) -> list[dict[str, str]]:
    """The parameters, secret ones masked."""
    declared: Mapping[str, Any] = parse(settings.body).parameters if settings.body else {}
    return [
        {"ParameterKey": name, "ParameterValue": "****" if _secret(declared.get(name, {})) else value}
        for name, value in settings.parameters.items()
    ]


def _secret(declared: Mapping[str, Any]) -> bool:
    return declared.get("NoEcho") in (True, "true")


def tag_views(settings: Settings) -> list[dict[str, str]]:
    """The stack's tags."""
    return [{"Key": key, "Value": value} for key, value in settings.tags.items()]


def resource_view(stack: Stack, resource: Resource) -> dict[str, Any]:
    """A resource in DescribeStackResources' form."""
    return {
        "StackName": stack.name,
        "StackId": stack.stack_id,
        **_resource(resource),
        "Timestamp": resource.updated,
    }


def resource_detail(stack: Stack, resource: Resource) -> dict[str, Any]:
    """A resource in DescribeStackResource's form."""
    metadata = resource.policies.get("Metadata")
    return {
        "StackName": stack.name,
        "StackId": stack.stack_id,
        **_resource(resource),
        "LastUpdatedTimestamp": resource.updated,
        "Metadata": json.dumps(metadata) if metadata is not None else None,
    }


def resource_summary(resource: Resource) -> dict[str, Any]:
    """A resource in ListStackResources' form."""
    return {**_resource(resource), "LastUpdatedTimestamp": resource.updated}


def _resource(resource: Resource) -> dict[str, Any]:
    return {
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id or None,
        "ResourceType": resource.type,
        "ResourceStatus": resource.status,
        "ResourceStatusReason": resource.reason or None,
        "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
    }
