"""Everything that can be known to be wrong with a template before anything is created."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.cloudformation.errors import bad_template
from local_aws.cloudformation.intrinsics import FUNCTIONS
from local_aws.cloudformation.parameters import declaration_faults
from local_aws.cloudformation.references import Reference, in_order, references
from local_aws.cloudformation.resources import RESOURCE_TYPES
from local_aws.cloudformation.resources.model import faults as property_faults
from local_aws.cloudformation.template import Template

PSEUDO_PARAMETERS = frozenset(
    f"AWS::{name}"
    for name in (
        "AccountId",
        "NoValue",
        "NotificationARNs",
        "Partition",
        "Region",
        "StackId",
        "StackName",
        "URLSuffix",
    )
)
RESOURCE_ATTRIBUTES = frozenset(
    {"Type", "Properties", "Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata"}
)
POLICIES: Mapping[str, tuple[str, ...]] = {
    "DeletionPolicy": ("Delete", "Retain", "RetainExceptOnCreate"),
    "UpdateReplacePolicy": ("Delete", "Retain"),
}
LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"
_LOGICAL_ID = re.compile("[A-Za-z0-9]+")


def check(template: Template) -> None:
    """Nothing, where the local AWS can run the template.

    Raises:
        ServiceError: All that it cannot run or that is wrong, each with its logical id and what to do.
    """
    found = list(_faults(template))
    if found:
        raise bad_template(found)


def capabilities(template: Template) -> list[str]:
    """The capabilities that the template needs; the stronger one alone where both would do."""
    needed = set()
    for resource in template.resources.values():
        kind = RESOURCE_TYPES[resource["Type"]]
        named = kind.name_property and kind.name_property in (resource.get("Properties") or {})
        if kind.capability:
            needed.add("CAPABILITY_NAMED_IAM" if named else kind.capability)
    return ["CAPABILITY_NAMED_IAM"] if "CAPABILITY_NAMED_IAM" in needed else sorted(needed)


def _faults(template: Template) -> Iterator[str]:
    if template.others:
        yield f"Invalid template property or properties [{', '.join(template.others)}]"
    for transform in template.transforms:
        if transform != LANGUAGE_EXTENSIONS:
            yield f"the local AWS runs no transform {transform}; only {LANGUAGE_EXTENSIONS} is known"
    yield from declaration_faults(template.parameters)
    if not template.resources:
        yield "At least one Resources member must be defined."
    for logical_id, resource in template.resources.items():
        yield from _resource_faults(template, logical_id, resource)
    for name, output in template.outputs.items():
        for attribute in sorted(set(output) - {"Value", "Description", "Condition", "Export"}):
            yield f"Invalid template output property '{attribute}' (Outputs.{name})"
        if "Value" not in output:
            yield f"Outputs.{name}: every Outputs member must contain a Value object"
    for place, part in _parts(template):
        yield from _expression_faults(template, place, part)
    yield from _condition_faults(template)


def _resource_faults(template: Template, logical_id: str, resource: Mapping[str, Any]) -> Iterator[str]:
    if not _LOGICAL_ID.fullmatch(logical_id):
        yield f"Resource name {logical_id} is non alphanumeric."
    for attribute in sorted(set(resource) - RESOURCE_ATTRIBUTES):
        yield (
            f"the local AWS does not act upon the attribute {attribute} of resource {logical_id}; "
            "leave it out"
        )
    for attribute, allowed in POLICIES.items():
        if resource.get(attribute, "Delete") not in allowed:
            found = resource[attribute]
            yield f"Unrecognized {attribute} {found} for resource {logical_id}; use one of {allowed}"
    kind = RESOURCE_TYPES.get(str(resource.get("Type")))
    if kind is None:
        yield (
            f"Unrecognized resource types: [{resource.get('Type')}] (resource {logical_id}); the local AWS "
            f"runs {', '.join(RESOURCE_TYPES)}. Take the resource out of the template, or add a row to "
            "RESOURCE_TYPES in local_aws/cloudformation/resources/__init__.py"
        )
        return
    properties = resource.get("Properties") or {}
    for fault in property_faults(kind.properties, properties):
        if fault.missing:
            yield (
                f"Properties validation failed for resource {logical_id} ({kind.name}): required key "
                f"[{fault.path}] not found"
            )
        else:
            yield (
                f"Encountered unsupported property {fault.path} of {kind.name} in resource {logical_id}; the "
                f"local AWS knows {', '.join(kind.properties)}. Correct or remove it, or add it to the "
                "type's row in local_aws/cloudformation/resources"
            )
    depends = resource.get("DependsOn") or []
    for name in [depends] if isinstance(depends, str) else depends:
        if name not in template.resources:
            yield f"Unresolved resource dependencies [{name}] in the Resources block of the template"


def _parts(template: Template) -> Iterator[tuple[str, Any]]:
    """What may hold expressions, with the place to name in a message."""
    for logical_id, resource in template.resources.items():
        yield f"resource {logical_id}", resource.get("Properties") or {}
    for name, output in template.outputs.items():
        yield f"output {name}", [output.get("Value"), output.get("Export")]


def _expression_faults(template: Template, place: str, part: Any) -> Iterator[str]:
    for name, argument in _functions(part):
        if name not in FUNCTIONS:
            yield f"the local AWS has no function {name} ({place}); it knows {', '.join(FUNCTIONS)}"
        elif name == "Fn::ToJsonString" and LANGUAGE_EXTENSIONS not in template.transforms:
            yield f"Fn::ToJsonString ({place}) needs the transform {LANGUAGE_EXTENSIONS}"
        elif name == "Fn::If" and isinstance(argument, list) and argument:
            yield from _unknown_condition(template, argument[0], place)
        elif name == "Ref" and not isinstance(argument, str):
            yield f"every Ref object must have a single String value ({place})"
    for text in _texts(part):
        if "{{resolve:" in text:
            yield f"the local AWS resolves no dynamic references ({place}: {text}); use a parameter"
    for reference in references(part):
        yield from _reference_faults(template, reference, place)


def _reference_faults(template: Template, reference: Reference, place: str) -> Iterator[str]:
    name, attribute = reference
    if attribute is None:
        if not (name in template.parameters or name in template.resources or name in PSEUDO_PARAMETERS):
            yield f"Unresolved resource dependencies [{name}] in the template ({place})"
    elif name not in template.resources:
        yield f"instance of Fn::GetAtt references undefined resource {name} ({place})"
    else:
        kind = RESOURCE_TYPES.get(str(template.resources[name].get("Type")))
        if kind is not None and attribute not in kind.attributes:
            yield f"resource {name} does not support attribute type {attribute} in Fn::GetAtt ({place})"


def _condition_faults(template: Template) -> Iterator[str]:
    members = {**template.resources, **template.outputs}
    for name, member in members.items():
        if "Condition" in member:
            yield from _unknown_condition(template, member["Condition"], name)
    used = {name: list(_conditions_in(expression)) for name, expression in template.conditions.items()}
    for name, others in used.items():
        for other in others:
            yield from _unknown_condition(template, other, f"condition {name}")
    in_order(used)
    for name, expression in template.conditions.items():
        for reference in references(expression):
            if reference.attribute or reference.name not in {*template.parameters, *PSEUDO_PARAMETERS}:
                yield (
                    f"Unresolved dependencies [{reference.name}]: condition {name} cannot reference resources"
                )


def _conditions_in(expression: Any) -> Iterator[str]:
    if isinstance(expression, dict) and set(expression) == {"Condition"}:
        yield str(expression["Condition"])
    members = expression.values() if isinstance(expression, dict) else expression
    for member in members if isinstance(expression, dict | list) else ():
        yield from _conditions_in(member)


def _unknown_condition(template: Template, name: object, place: str) -> Iterator[str]:
    if name not in template.conditions:
        yield f"condition {name} is not defined in the Conditions block ({place})"


def _functions(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _functions(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if isinstance(name, str) and (name.startswith("Fn::") or (name == "Ref" and len(value) == 1)):
                yield name, item
            yield from _functions(item)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(item)
