"""EventBridge: rules with their targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation.errors import invalid
from local_aws.cloudformation.resources.model import (
    VALUE,
    Clients,
    Held,
    Like,
    Made,
    ResourceType,
    Wanted,
    as_json,
    call,
    changed,
    dropped,
)


def _bus(properties: Mapping[str, Any]) -> dict[str, str]:
    return {"EventBusName": properties["EventBusName"]} if "EventBusName" in properties else {}


def _put_rule(wanted: Wanted, name: str, tags: Mapping[str, Any]) -> str:
    parameters = {key: value for key, value in wanted.properties.items() if key != "Targets"}
    if "EventPattern" in parameters:
        parameters["EventPattern"] = as_json(parameters["EventPattern"])
    answer = call(wanted.clients("events"), "PutRule", {**parameters, "Name": name, **tags})
    return str(answer["RuleArn"])


def _create(wanted: Wanted) -> Made:
    name = wanted.properties.get("Name", wanted.name)
    # PutRule would take over a rule that somebody else has made.
    rules = wanted.clients("events").list_rules(NamePrefix=name, **_bus(wanted.properties))["Rules"]
    if name in [rule["Name"] for rule in rules]:
        raise invalid(f"{name} already exists")
    arn = _put_rule(wanted, name, {"Tags": wanted.tag_list} if wanted.tags else {})
    bus = wanted.properties.get("EventBusName", "default")
    return Made(name if bus == "default" else f"{bus}|{name}", {"Arn": arn})


def _update(wanted: Wanted, held: Held) -> Made:
    """The rule and its targets as wanted; right after its creation only the targets are still missing."""
    events, name = wanted.clients("events"), _name(held)
    if held.properties:
        _put_rule(wanted, name, {})
        arn = held.attributes["Arn"]
        if wanted.tags and wanted.tags != held.tags:
            events.tag_resource(ResourceARN=arn, Tags=wanted.tag_list)
        removed = dropped(wanted.tags, held.tags)
        if removed:
            events.untag_resource(ResourceARN=arn, TagKeys=removed)
    if changed(wanted.properties, held.properties, "Targets"):
        _put_targets(wanted, held, name)
    return Made(held.physical_id, held.attributes)


def _put_targets(wanted: Wanted, held: Held, name: str) -> None:
    events, bus = wanted.clients("events"), _bus(wanted.properties)
    targets = wanted.properties.get("Targets", [])
    left = {target["Id"] for target in held.properties.get("Targets", ())} - {t["Id"] for t in targets}
    if left:
        events.remove_targets(Rule=name, **bus, Ids=sorted(left))
    if targets:
        answer = call(events, "PutTargets", {"Rule": name, **bus, "Targets": targets})
        if answer["FailedEntryCount"]:
            raise invalid(f"PutTargets refused {answer['FailedEntries']}")


def _name(held: Held) -> str:
    return held.physical_id.rpartition("|")[2]


def _delete(clients: Clients, held: Held) -> None:
    """Gone with all targets, those that others put there included: a rule with targets cannot be deleted."""
    events, name, bus = clients("events"), _name(held), _bus(held.properties)
    targets = events.list_targets_by_rule(Rule=name, **bus)["Targets"]
    if targets:
        events.remove_targets(Rule=name, **bus, Ids=[target["Id"] for target in targets])
    events.delete_rule(Name=name, **bus)


RULE = ResourceType(
    name="AWS::Events::Rule",
    acts_on={
        "Name": VALUE,
        "Description": VALUE,
        "EventBusName": VALUE,
        "EventPattern": VALUE,
        "RoleArn": VALUE,
        "ScheduleExpression": VALUE,
        "State": VALUE,
        "Targets": Like("events", "TargetList"),
    },
    replaced_by=frozenset({"Name", "EventBusName"}),
    attributes=frozenset({"Arn"}),
    create=_create,
    update=_update,
    delete=_delete,
    gone=frozenset({"ResourceNotFoundException"}),
    two_steps=True,
    name_property="Name",
    taggable=True,
)
