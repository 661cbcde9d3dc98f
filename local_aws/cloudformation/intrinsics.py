"""The values of a template's expressions: `Ref`, `Fn::Sub` and their kind, and conditions.

Source: AWS CloudFormation user guide, "Intrinsic function reference".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from local_aws.cloudformation.errors import invalid
from local_aws.cloudformation.references import SUB_VARIABLE, Reference, get_att
from local_aws.cloudformation.template import Template

# CloudFormation's own mark in a change set for a value that only the execution will tell.
KNOWN_AFTER_APPLY: Final = "{{changeSet:KNOWN_AFTER_APPLY}}"


class _NoValue:
    """`AWS::NoValue`: the property or the list item is left out."""


NO_VALUE: Final = _NoValue()


@dataclass
class Evaluator:
    """Resolves expressions of one template.

    Attributes:
        template: The template.
        parameters: Each parameter's value: text, or a list of texts.
        pseudo: The pseudo parameters, `AWS::Region` and the like.
        exports: The region's exports.
        of_resource: The value of a reference to a resource.
        imported: Gathers the names of the exports used.
    """

    template: Template
    parameters: Mapping[str, str | list[str]]
    pseudo: Mapping[str, Any]
    exports: Mapping[str, str]
    of_resource: Callable[[Reference], str]
    imported: set[str] = field(default_factory=set)

    def resolve(self, value: Any) -> Any:
        """The value of an expression; `NO_VALUE` where it has none.

        Raises:
            ServiceError: A function's argument makes no sense, or it refers to something that is not there.
        """
        if isinstance(value, list):
            items = [self.resolve(item) for item in value]
            return [item for item in items if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name in FUNCTIONS:
                return FUNCTIONS[name](self, argument)
        members = {name: self.resolve(member) for name, member in value.items()}
        return {name: member for name, member in members.items() if member is not NO_VALUE}

    def holds(self, name: str) -> bool:
        """Whether a condition of the template holds."""
        if name not in self.template.conditions:
            raise invalid(f"Template error: condition {name} is not defined in the Conditions block")
        return self.truth(self.template.conditions[name])

    def truth(self, expression: Any) -> bool:
        """Whether a condition's expression is true."""
        match expression:
            case {"Condition": str() as name, **rest} if not rest:
                return self.holds(name)
            case {"Fn::Equals": [left, right]}:
                return as_text(self.resolve(left)) == as_text(self.resolve(right))
            case {"Fn::Not": [inner]}:
                return not self.truth(inner)
            case {"Fn::And": [_, _, *_] as parts}:
                return all(self.truth(part) for part in parts)
            case {"Fn::Or": [_, _, *_] as parts}:
                return any(self.truth(part) for part in parts)
        raise invalid(f"Template error: this is not a condition: {json.dumps(expression)}")

    def reference(self, reference: Reference) -> Any:
        """The value of a parameter, a pseudo parameter or a resource."""
        name, attribute = reference
        if attribute is None and name == "AWS::NoValue":
            return NO_VALUE
        if attribute is None and name in self.pseudo:
            return self.pseudo[name]
        if attribute is None and name in self.parameters:
            return self.parameters[name]
        return self.of_resource(reference)


def as_text(value: Any) -> str:
    """A scalar as CloudFormation writes it into text; anything else as JSON.

    >>> as_text(True), as_text(3), as_text("x")
    ('true', '3', 'x')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, list | dict) else str(value)


def _scalar(function: str, value: Any) -> str:
    if isinstance(value, list | dict | _NoValue):
        raise invalid(f"Template error: {function} needs text, not {type(value).__name__}")
    return as_text(value)


def _sub(evaluator: Evaluator, argument: Any) -> str:
    match argument:
        case str() as text:
            variables: dict[str, Any] = {}
        case [str() as text, dict() as variables]:
            pass
        case _:
            raise invalid(
                "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments"
            )

    def value(name: str) -> str:
        name = name.strip()
        if name in variables:
            return _scalar("Fn::Sub", evaluator.resolve(variables[name]))
        return _scalar("Fn::Sub", evaluator.reference(Reference(*name.split(".", 1))))

    replaced = SUB_VARIABLE.sub(lambda match: value(match[1]), text)
    return replaced.replace("${!", "${")


def _join(evaluator: Evaluator, argument: Any) -> str:
    match argument:
        case [str() as delimiter, items]:
            parts = evaluator.resolve(items)
            if isinstance(parts, list):
                return delimiter.join(_scalar("Fn::Join", part) for part in parts)
            if parts == KNOWN_AFTER_APPLY:
                return KNOWN_AFTER_APPLY
    raise invalid("Template error: every Fn::Join object requires two parameters, a delimiter and a list")


def _split(evaluator: Evaluator, argument: Any) -> Any:
    match argument:
        case [str() as delimiter, text] if delimiter:
            value = _scalar("Fn::Split", evaluator.resolve(text))
            return KNOWN_AFTER_APPLY if KNOWN_AFTER_APPLY in value else value.split(delimiter)
    raise invalid("Template error: every Fn::Split object requires two parameters, a delimiter and a text")


def _select(evaluator: Evaluator, argument: Any) -> Any:
    match argument:
        case [index, items]:
            values = evaluator.resolve(items)
            if values == KNOWN_AFTER_APPLY:
                return KNOWN_AFTER_APPLY
            position = as_text(evaluator.resolve(index))
            if isinstance(values, list) and position.isdecimal() and int(position) < len(values):
                return values[int(position)]
            raise invalid(f"Template error: Fn::Select cannot select nonexistent value at index {position}")
    raise invalid("Template error: every Fn::Select object requires two parameters, an index and a list")


def _if(evaluator: Evaluator, argument: Any) -> Any:
    match argument:
        case [str() as condition, yes, no]:
            return evaluator.resolve(yes if evaluator.holds(condition) else no)
    raise invalid("Template error: Fn::If requires a list argument with three elements")


def _find_in_map(evaluator: Evaluator, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 3:
        raise invalid("Template error: every Fn::FindInMap object requires three parameters")
    value: Any = evaluator.template.mappings
    keys = [as_text(evaluator.resolve(key)) for key in argument]
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            raise invalid(f"Template error: Unable to get mapping for {'::'.join(keys)}")
        value = value[key]
    return value


def _base64(evaluator: Evaluator, argument: Any) -> str:
    text = _scalar("Fn::Base64", evaluator.resolve(argument))
    return KNOWN_AFTER_APPLY if KNOWN_AFTER_APPLY in text else base64.b64encode(text.encode()).decode()


def _import_value(evaluator: Evaluator, argument: Any) -> str:
    name = _scalar("Fn::ImportValue", evaluator.resolve(argument))
    if name not in evaluator.exports:
        raise invalid(f"No export named {name} found.")
    evaluator.imported.add(name)
    return evaluator.exports[name]


def _to_json_string(evaluator: Evaluator, argument: Any) -> str:
    return json.dumps(evaluator.resolve(argument), separators=(",", ":"))


FUNCTIONS: Mapping[str, Callable[[Evaluator, Any], Any]] = MappingProxyType(
    {
        "Ref": lambda evaluator, name: evaluator.reference(Reference(name)),
        "Fn::GetAtt": lambda evaluator, argument: evaluator.reference(get_att(argument)),
        "Fn::Sub": _sub,
        "Fn::Join": _join,
        "Fn::Split": _split,
        "Fn::Select": _select,
        "Fn::If": _if,
        "Fn::FindInMap": _find_in_map,
        "Fn::Base64": _base64,
        "Fn::ImportValue": _import_value,
        "Fn::ToJsonString": _to_json_string,
        "Fn::Equals": lambda evaluator, parts: evaluator.truth({"Fn::Equals": parts}),
        "Fn::And": lambda evaluator, parts: evaluator.truth({"Fn::And": parts}),
        "Fn::Or": lambda evaluator, parts: evaluator.truth({"Fn::Or": parts}),
        "Fn::Not": lambda evaluator, parts: evaluator.truth({"Fn::Not": parts}),
    }
)
