"""The table of types against the registry's schemas, which cfn-lint carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from local_aws.cloudformation import RESOURCE_TYPES
from local_aws.cloudformation.resources.model import Like, Needed, ResourceType, Spec, faults

TYPES = pytest.mark.parametrize("kind", RESOURCE_TYPES.values(), ids=list(RESOURCE_TYPES))
# The registry's schema says "conditionally" of these; the executor replaces the resource in every case.
CONDITIONALLY = {"AWS::Events::Rule": {"EventBusName"}}
# The schema calls the endpoint optional, but SNS subscribes nobody without one.
NEEDED_LOCALLY = {
    "AWS::SNS::Subscription": {"Endpoint"},
    "AWS::KMS::Key": {"KeyPolicy"},  # the service makes one up, and a template should say who may use a key
}
# Attributes that the type's documentation names and its schema has as plain properties.
ALSO_ATTRIBUTES = {
    "AWS::SNS::Topic": {"TopicName"},
    "AWS::SQS::Queue": {"QueueName"},
}


def schema(kind: ResourceType) -> dict[str, Any]:
    found: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind.name).schema
    return found


def tops(pointers: list[str] | None) -> set[str]:
    return {pointer.split("/")[2] for pointer in pointers or [] if pointer.count("/") == 2}


@TYPES
def test_every_row_stands_under_its_own_name(kind: ResourceType) -> None:
    assert RESOURCE_TYPES[kind.name] is kind


@TYPES
def test_every_property_is_one_of_the_type(kind: ResourceType) -> None:
    assert set(kind.properties) <= set(schema(kind)["properties"])


@TYPES
def test_no_property_is_both_acted_upon_and_merely_kept(kind: ResourceType) -> None:
    assert not set(kind.acts_on) & set(kind.keeps)


@TYPES
def test_what_needs_a_new_resource_is_what_the_schema_says(kind: ResourceType) -> None:
    expected = tops(schema(kind).get("createOnlyProperties")) & set(kind.properties)
    assert kind.replaced_by == expected | CONDITIONALLY.get(kind.name, set())


@TYPES
def test_what_is_required_is_what_the_schema_says(kind: ResourceType) -> None:
    required = {name for name, spec in kind.properties.items() if isinstance(spec, Needed)}
    assert required == set(schema(kind).get("required", [])) | NEEDED_LOCALLY.get(kind.name, set())


@TYPES
def test_every_attribute_is_one_of_the_type(kind: ResourceType) -> None:
    read_only = tops(schema(kind).get("readOnlyProperties"))
    assert kind.attributes <= read_only | ALSO_ATTRIBUTES.get(kind.name, set())


@TYPES
def test_every_member_of_a_property_is_one_of_the_schema(kind: ResourceType) -> None:
    whole = schema(kind)
    unknown = [
        fault
        for name, spec in kind.properties.items()
        for fault in strangers(spec, whole["properties"].get(name, {}), whole, name)
    ]
    assert unknown == []


def strangers(spec: Spec, shape: Any, whole: Mapping[str, Any], path: str) -> list[str]:
    """Members of a form that the schema's shape does not have."""
    shapes = alternatives(shape, whole)
    if isinstance(spec, Needed):
        return strangers(spec.spec, shape, whole, path)
    if isinstance(spec, list):
        items = [one["items"] for one in shapes if "items" in one]
        return [fault for one in items for fault in strangers(spec[0], one, whole, f"{path}[]")]
    if spec is None or isinstance(spec, Like):
        return []
    known: dict[str, Any] = {}
    for one in shapes:
        known.update(one.get("properties", {}))
    found = [f"{path}.{name}" for name in spec if name not in known]
    for name, member in spec.items():
        if name in known:
            found += strangers(member, known[name], whole, f"{path}.{name}")
    return found


def alternatives(shape: Any, whole: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The shape and the alternatives inside it, references followed."""
    if "$ref" in shape:
        shape = whole["definitions"][shape["$ref"].rpartition("/")[2]]
    nested = [one for key in ("oneOf", "anyOf", "allOf") for one in shape.get(key, [])]
    return [shape, *(found for one in nested for found in alternatives(one, whole))]


@pytest.mark.parametrize(
    ("type_name", "name"), [("AWS::Events::Rule", "Targets"), ("AWS::CloudWatch::Alarm", "Metrics")]
)
def test_a_form_taken_from_the_api_knows_the_schemas_members(type_name: str, name: str) -> None:
    kind = RESOURCE_TYPES[type_name]
    (items,) = [
        one["items"] for one in alternatives(schema(kind)["properties"][name], schema(kind)) if "items" in one
    ]
    (shape,) = alternatives(items, schema(kind))
    sample = {member: {"Ref": "Something"} for member in shape["properties"]}
    assert [fault for fault in faults(kind.properties[name], [sample]) if not fault.missing] == []
