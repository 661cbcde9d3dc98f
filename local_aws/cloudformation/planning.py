"""What an operation would change, as data: pure, nothing is created or asked for here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from local_aws.cloudformation.blueprint import Blueprint
from local_aws.cloudformation.errors import invalid
from local_aws.cloudformation.intrinsics import KNOWN_AFTER_APPLY, as_text
from local_aws.cloudformation.references import Reference
from local_aws.cloudformation.resources import RESOURCE_TYPES
from local_aws.cloudformation.state import Resource, Stack

Replacement = Literal["True", "False", "Conditional"]


@dataclass(frozen=True)
class Difference:
    """One property, or one attribute of a resource, that changes.

    Attributes:
        attribute: `Properties`, `Tags`, `Metadata`, `DeletionPolicy` or `UpdateReplacePolicy`.
        name: The property's name; empty for an attribute.
        before: Its resolved value; None where it was not there.
        after: Its resolved value; None where it will not be there.
        recreation: `Never`, `Conditionally` or `Always`.
    """

    attribute: str
    name: str
    before: Any
    after: Any
    recreation: str = "Never"


@dataclass(frozen=True)
class Change:
    """What happens to one resource.

    Attributes:
        action: `Add`, `Modify` or `Remove`.
        before: The resource as it is; None for `Add`.
        after: The resource as it shall be; None for `Remove`.
        differences: What changes, for `Modify`.
    """

    action: Literal["Add", "Modify", "Remove"]
    before: Resource | None
    after: Resource | None
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All that an operation would change.

    Attributes:
        changes: In the order in which they would be made.
        outputs_change: Whether the outputs would differ.
        tags_change: Whether the stack's own tags would differ.
    """

    changes: tuple[Change, ...]
    outputs_change: bool
    tags_change: bool

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.changes or self.outputs_change or self.tags_change)


def plan(blueprint: Blueprint, stack: Stack) -> Plan:
    """What it takes to bring a stack to its blueprint.

    Args:
        blueprint: What it shall be.
        stack: What it is; one without resources where it is new.

    Raises:
        ServiceError: An expression cannot be resolved, or a resource would change its type.
    """
    held = {name: resource for name, resource in stack.resources.items() if resource.physical_id}
    values = _PlannedValues(blueprint, held)
    evaluator = blueprint.evaluator(values.of)
    changes = []
    for logical_id in blueprint.depends_on:
        wish, present = blueprint.wish(logical_id, evaluator), held.get(logical_id)
        if present is None:
            changes.append(Change("Add", None, wish))
            continue
        if present.type != wish.type:
            raise invalid(
                "Update of resource type is not permitted. The new template modifies resource type of the "
                f"following resources: [{logical_id}]"
            )
        found = differences(present, wish)
        if found:
            changes.append(Change("Modify", present, wish, found))
        if replacement(found) == "False":
            values.stay.add(logical_id)
    removed = [resource for name, resource in held.items() if name not in blueprint.depends_on]
    changes += [Change("Remove", resource, None) for resource in removed]
    return Plan(
        tuple(changes),
        outputs_change=blueprint.outputs(evaluator) != stack.outputs,
        tags_change=blueprint.settings.tags != stack.settings.tags,
    )


@dataclass
class _PlannedValues:
    """References to resources as far as they are known before the execution."""

    blueprint: Blueprint
    held: Mapping[str, Resource]

    def __post_init__(self) -> None:
        self.stay: set[str] = set()

    def of(self, reference: Reference) -> str:
        """The present value of a resource that stays, else the mark of what only the execution will tell."""
        name, attribute = reference
        require(self.blueprint, name)
        if name not in self.stay:
            return KNOWN_AFTER_APPLY
        return value_of(self.held[name], attribute)


def require(blueprint: Blueprint, logical_id: str) -> None:
    """Nothing where the resource is part of the stack.

    Raises:
        ServiceError: Its condition does not hold.
    """
    if logical_id not in blueprint.depends_on:
        raise invalid(
            f"Template format error: Unresolved resource dependencies [{logical_id}] in the Resources block "
            "of the template"
        )


def value_of(resource: Resource, attribute: str | None) -> str:
    """What `Ref`, or `Fn::GetAtt` with an attribute, gives for a resource."""
    return resource.physical_id if attribute is None else resource.attributes[attribute]


def differences(held: Resource, wish: Resource) -> tuple[Difference, ...]:
    """What of a resource is not as it is wanted."""
    kind = RESOURCE_TYPES[wish.type]
    found = []
    for name in [*wish.properties, *(name for name in held.properties if name not in wish.properties)]:
        before, after = held.properties.get(name), wish.properties.get(name)
        if not same(before, after):
            unknown = KNOWN_AFTER_APPLY in as_text(after)
            forced = "Conditionally" if unknown else "Always"
            recreation = forced if name in kind.replaced_by else "Never"
            found.append(Difference("Properties", name, before, after, recreation))
    if not same(held.tags, wish.tags):
        found.append(Difference("Tags", "", held.tags, wish.tags))
    for name in sorted({*held.policies, *wish.policies}):
        if not same(held.policies.get(name), wish.policies.get(name)):
            found.append(Difference(name, "", held.policies.get(name), wish.policies.get(name)))
    return tuple(found)


def replacement(found: tuple[Difference, ...]) -> Replacement:
    """Whether the differences need a new resource."""
    recreations = {difference.recreation for difference in found}
    if "Always" in recreations:
        return "True"
    return "Conditional" if "Conditionally" in recreations else "False"


def same(left: Any, right: Any) -> bool:
    """Whether two resolved values mean the same to a service, as `1` and `"1"`, `true` and `"true"` do."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))
    if left is None or right is None or isinstance(left, dict | list) or isinstance(right, dict | list):
        return left is right
    return as_text(left) == as_text(right)
