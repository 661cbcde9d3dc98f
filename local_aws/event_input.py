"""What a target gets of an event: all of it, a constant, a part of it, or a text made of parts.

Source: EventBridge user guide, "Input transformation": a template is JSON whose strings hold `<name>`;
outside of a string `<name>` stands for the value itself as JSON. A path that the event does not have leaves
nothing inside of a string, and `null` outside of one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from local_aws.errors import ServiceError, invalid

RESERVED = {
    "aws.events.rule-arn": "rule_arn",
    "aws.events.rule-name": "rule_name",
    "aws.events.event.ingestion-time": "time",
}
_PART = re.compile(r"\.([A-Za-z0-9_-]+)|\['([^']+)'\]|\[(\d+)\]")
_PLACE = re.compile(r"<([A-Za-z0-9_.-]+)>")
_ABSENT = object()


def check_target(target: Mapping[str, Any]) -> None:
    """Nothing, or the service's refusal of the way in which a target wants its input."""
    chosen = [key for key in ("Input", "InputPath", "InputTransformer") if key in target]
    if len(chosen) > 1:
        raise invalid(
            f"Only one of Input, InputPath, or InputTransformer must be provided for {target['Arn']}."
        )
    if "Input" in target and not _is_json(target["Input"]):
        raise invalid(f"Invalid JSON in the Input of target {target['Arn']}.")
    if "InputPath" in target:
        _steps(target["InputPath"])
    transformer = target.get("InputTransformer", {})
    paths = transformer.get("InputPathsMap", {})
    for name, path in paths.items():
        if name.startswith("AWS."):
            raise invalid(f"InputPathsMap must not have the key {name}: AWS. is reserved.")
        _steps(path)
    for name in _PLACE.findall(transformer.get("InputTemplate", "")):
        if (
            name not in paths
            and name not in RESERVED
            and name not in ("aws.events.event", "aws.events.event.json")
        ):
            raise invalid(
                f"InputTemplate for target {target['Arn']} has <{name}>, which InputPathsMap lacks."
            )


def input_of(target: Mapping[str, Any], event: Mapping[str, Any], rule: Mapping[str, str]) -> str:
    """What the target gets, as text.

    Args:
        target: The target as it was put.
        event: The event.
        rule: `rule_arn` and `rule_name`.
    """
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        found = _at(event, target["InputPath"])
        return "null" if found is _ABSENT else json.dumps(found)
    if "InputTransformer" in target:
        return _transformed(target["InputTransformer"], event, rule)
    return json.dumps(event)


def parameter_of(value: str, event: Mapping[str, Any]) -> str:
    """A target parameter's value; one that is a JSON path stands for what the event has there."""
    if not value.startswith("$."):
        return value
    found = _at(event, value)
    if found is _ABSENT:
        return ""
    return found if isinstance(found, str) else json.dumps(found)


def _transformed(transformer: Mapping[str, Any], event: Mapping[str, Any], rule: Mapping[str, str]) -> str:
    known = {name: _at(event, path) for name, path in transformer.get("InputPathsMap", {}).items()}
    facts = {**rule, "time": event["time"]}
    known.update({name: facts[key] for name, key in RESERVED.items()})
    head = {key: value for key, value in event.items() if key != "detail"}
    known.update({"aws.events.event": head, "aws.events.event.json": event})
    template = transformer["InputTemplate"]
    pieces: list[str] = []
    position, inside = 0, False
    for match in _PLACE.finditer(template):
        before = template[position : match.start()]
        inside ^= len(re.findall(r'(?<!\\)"', before)) % 2 == 1
        pieces += [before, _written(known[match[1]], inside)]
        position = match.end()
    return "".join([*pieces, template[position:]])


def _written(value: Any, inside: bool) -> str:
    """A value in a template: in a string its text, escaped as JSON; elsewhere itself as JSON."""
    if value is _ABSENT:
        return "" if inside else "null"
    if not inside:
        return json.dumps(value)
    return json.dumps(value if isinstance(value, str) else json.dumps(value))[1:-1]


def _at(event: Any, path: str) -> Any:
    for step in _steps(path):
        is_index = isinstance(step, int) and isinstance(event, list) and step < len(event)
        if not is_index and not (isinstance(event, Mapping) and step in event):
            return _ABSENT
        event = event[step]
    return event


def _steps(path: str) -> list[str | int]:
    """The keys and indexes of a JSON path such as `$.detail.items[0]`.

    Raises:
        ServiceError: It is not one; the local AWS knows no wildcards and filters, as the service's targets.
    """
    steps: list[str | int] = []
    position = 1
    while path.startswith("$") and position < len(path):
        match = _PART.match(path, position)
        if match is None:
            break
        steps.append(int(match[3]) if match[3] else match[1] or match[2])
        position = match.end()
    if position != len(path):
        raise ServiceError("ValidationException", f"Invalid JSON path {path}: it is not like $.detail.key")
    return steps


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except json.JSONDecodeError:
        return False
    return True
