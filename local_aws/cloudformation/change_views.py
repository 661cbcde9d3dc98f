"""Changes in DescribeChangeSet's form.

Source: CloudFormation API reference, "ResourceChange", "ResourceChangeDetail", "ResourceTargetDefinition".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from local_aws.cloudformation.blueprint import Blueprint
from local_aws.cloudformation.intrinsics import KNOWN_AFTER_APPLY, as_text
from local_aws.cloudformation.planning import Change, Difference, replacement
from local_aws.cloudformation.references import Reference, references
from local_aws.cloudformation.state import Resource, Stack

_VALUES = ("BeforeContext", "AfterContext", "BeforeValue", "AfterValue")


def change_view(change: Change, blueprint: Blueprint, stack: Stack) -> dict[str, Any]:
    """A `ResourceChange`.

    Args:
        change: The planned change.
        blueprint: What the stack shall be, for the expressions that cause the change.
        stack: What it is.
    """
    resource = change.before or change.after
    if resource is None:
        raise ValueError("a change is of a resource that is there before or after")
    view: dict[str, Any] = {
        "Action": change.action,
        "LogicalResourceId": resource.logical_id,
        "ResourceType": resource.type,
        "Scope": list(dict.fromkeys(difference.attribute for difference in change.differences)),
        "Details": [
            detail
            for difference in change.differences
            for detail in _details(difference, resource.logical_id, blueprint, stack)
        ],
    }
    if resource.physical_id:
        view["PhysicalResourceId"] = resource.physical_id
    if change.before is not None:
        view["BeforeContext"] = _context(change.before)
    if change.after is not None:
        view["AfterContext"] = _context(change.after)
    if change.action == "Modify":
        view["Replacement"] = replacement(change.differences)
    action = _policy_action(change)
    if action:
        view["PolicyAction"] = action
    return view


def _policy_action(change: Change) -> str:
    """What becomes of the old resource; empty where there is none."""
    if change.action == "Remove" and change.before is not None:
        kept = change.before.policies.get("DeletionPolicy", "Delete") != "Delete"
        return "Retain" if kept else "Delete"
    if change.action == "Modify" and replacement(change.differences) == "True" and change.after is not None:
        kept = change.after.policies.get("UpdateReplacePolicy", "Delete") != "Delete"
        return "ReplaceAndRetain" if kept else "ReplaceAndDelete"
    return ""


def without_values(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The changes without resolved values, as DescribeChangeSet shows them unless it is asked for them."""
    stripped = []
    for change in changes:
        view = {name: value for name, value in change["ResourceChange"].items() if name not in _VALUES}
        view["Details"] = [
            {**detail, "Target": {name: v for name, v in detail["Target"].items() if name not in _VALUES}}
            for detail in view["Details"]
        ]
        stripped.append({**change, "ResourceChange": view})
    return stripped


def _context(resource: Resource) -> str:
    tags = [{"Key": key, "Value": value} for key, value in resource.tags.items()]
    properties = {**resource.properties, **({"Tags": tags} if tags else {})}
    return json.dumps({"Properties": properties, **resource.policies})


def _details(
    difference: Difference, logical_id: str, blueprint: Blueprint, stack: Stack
) -> Iterator[dict[str, Any]]:
    """One detail for each cause of a difference."""
    target: dict[str, Any] = {
        "Attribute": difference.attribute,
        "RequiresRecreation": difference.recreation,
    }
    if difference.name:
        target["Name"] = difference.name
        target["Path"] = f"/Properties/{difference.name}"
    if difference.before is not None:
        target["BeforeValue"] = as_text(difference.before)
    if difference.after is not None:
        target["AfterValue"] = as_text(difference.after)
    added, removed = difference.before is None, difference.after is None
    target["AttributeChangeType"] = "Add" if added else "Remove" if removed else "Modify"
    declared = blueprint.template.resources.get(logical_id, {}).get("Properties") or {}
    expression = declared.get(difference.name) if difference.name else None
    causes = list(_causes(difference, expression, blueprint, stack))
    for evaluation, source, entity in causes or [("Static", "DirectModification", "")]:
        detail = {"Target": target, "Evaluation": evaluation, "ChangeSource": source}
        yield {**detail, "CausingEntity": entity} if entity else detail


def _causes(
    difference: Difference, expression: Any, blueprint: Blueprint, stack: Stack
) -> Iterator[tuple[str, str, str]]:
    """Evaluation, source and causing entity of what the expression refers to and what has changed."""
    before, after = stack.settings.parameters, blueprint.settings.parameters
    unknown = KNOWN_AFTER_APPLY in as_text(difference.after)
    for reference in dict.fromkeys(_mentioned(expression, blueprint)):
        name, attribute = reference
        if attribute is None and name in after:
            if before.get(name) != after[name]:
                yield "Static", "ParameterReference", name
        elif unknown and name in blueprint.depends_on:
            entity = name if attribute is None else f"{name}.{attribute}"
            yield "Dynamic", "ResourceReference" if attribute is None else "ResourceAttribute", entity


def _mentioned(expression: Any, blueprint: Blueprint) -> Iterator[Reference]:
    """What the expression refers to, the conditions of its `Fn::If` included."""
    yield from references(expression)
    for name in _conditions(expression):
        yield from _mentioned(blueprint.template.conditions.get(name), blueprint)


def _conditions(expression: Any) -> Iterator[str]:
    if isinstance(expression, dict):
        for key, value in expression.items():
            if key == "Fn::If" and isinstance(value, list):
                yield str(value[0])
            elif key == "Condition" and isinstance(value, str):
                yield value
            yield from _conditions(value)
    elif isinstance(expression, list):
        for item in expression:
            yield from _conditions(item)
