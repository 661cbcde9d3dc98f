"""The operations that only look at stacks, resources, events and exports. Answers come in one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation.desk import Desk
from local_aws.cloudformation.errors import invalid
from local_aws.cloudformation.views import (
    resource_detail,
    resource_summary,
    resource_view,
    stack_summary,
    stack_view,
)

Asked = Mapping[str, Any]


def describe_stacks(desk: Desk, asked: Asked) -> dict[str, Any]:
    """One stack, or all that are not deleted, newest first."""
    if "StackName" in asked:
        return {"Stacks": [stack_view(desk.stack(asked["StackName"]))]}
    return {"Stacks": [stack_view(stack) for stack in reversed(desk.region.live())]}


def list_stacks(desk: Desk, asked: Asked) -> dict[str, Any]:
    """All stacks, deleted ones included, newest first; those with the given statuses where some are given."""
    wanted = asked.get("StackStatusFilter", ())
    stacks = [stack for stack in list(desk.region.stacks.values()) if not wanted or stack.status in wanted]
    return {"StackSummaries": [stack_summary(stack) for stack in reversed(stacks)]}


def describe_stack_events(desk: Desk, asked: Asked) -> dict[str, Any]:
    """A stack's events, newest first."""
    if "StackName" not in asked:
        raise invalid("1 validation error detected: Value null at 'stackName'")
    return {"StackEvents": list(reversed(desk.stack(asked["StackName"]).events))}


def describe_stack_resources(desk: Desk, asked: Asked) -> dict[str, Any]:
    """A stack's resources, by the stack or by the physical id of one of them."""
    if ("StackName" in asked) == ("PhysicalResourceId" in asked):
        raise invalid("Exactly one of StackName and PhysicalResourceId must be specified")
    if "StackName" in asked:
        stack = desk.stack(asked["StackName"])
    else:
        physical = asked["PhysicalResourceId"]
        holders = [
            stack
            for stack in desk.region.live()
            if any(resource.physical_id == physical for resource in list(stack.resources.values()))
        ]
        if not holders:
            raise invalid(f"Stack for {physical} does not exist")
        stack = holders[0]
    logical = asked.get("LogicalResourceId")
    resources = [r for r in list(stack.resources.values()) if logical is None or r.logical_id == logical]
    return {"StackResources": [resource_view(stack, resource) for resource in resources]}


def describe_stack_resource(desk: Desk, asked: Asked) -> dict[str, Any]:
    """One resource of a stack."""
    stack = desk.stack(asked["StackName"])
    resource = stack.resources.get(asked["LogicalResourceId"])
    if resource is None:
        raise invalid(f"Resource {asked['LogicalResourceId']} does not exist for stack {stack.name}")
    return {"StackResourceDetail": resource_detail(stack, resource)}


def list_stack_resources(desk: Desk, asked: Asked) -> dict[str, Any]:
    """A stack's resources."""
    stack = desk.stack(asked["StackName"])
    return {"StackResourceSummaries": [resource_summary(r) for r in list(stack.resources.values())]}


def list_exports(desk: Desk, _asked: Asked) -> dict[str, Any]:
    """All exports of the region."""
    return {
        "Exports": [
            {"ExportingStackId": stack.stack_id, "Name": name, "Value": value}
            for name, (value, stack) in desk.region.exports().items()
        ]
    }


def list_imports(desk: Desk, asked: Asked) -> dict[str, Any]:
    """The names of the stacks that import an export."""
    names = [stack.name for stack in desk.region.importers(asked["ExportName"])]
    if not names:
        raise invalid(f"Export '{asked['ExportName']}' is not imported by any stack.")
    return {"Imports": names}
