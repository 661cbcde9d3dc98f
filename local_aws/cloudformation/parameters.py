"""A stack's parameters: the values that an operation ends up with, checked against the template.

Source: AWS CloudFormation user guide, "Parameters" (types, constraints, defaults).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from local_aws.cloudformation.errors import invalid
from local_aws.cloudformation.intrinsics import as_text

LISTS = frozenset({"CommaDelimitedList", "List<Number>", "List<String>"})
TYPES = frozenset({"String", "Number", *LISTS})
ATTRIBUTES = frozenset(
    {
        "Type",
        "Default",
        "Description",
        "NoEcho",
        "AllowedPattern",
        "AllowedValues",
        "ConstraintDescription",
        "MinLength",
        "MaxLength",
        "MinValue",
        "MaxValue",
    }
)


def declaration_faults(declared: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a template's Parameters section, one message each."""
    for name, parameter in declared.items():
        kind = parameter.get("Type")
        if kind not in TYPES:
            yield (
                f"Parameters.{name}: the local AWS knows no parameter type {kind!r}; "
                f"use one of {sorted(TYPES)}"
            )
        for attribute in sorted(set(parameter) - ATTRIBUTES):
            yield f"Invalid template parameter property '{attribute}' (Parameters.{name})"


def effective(
    declared: Mapping[str, Any], given: Sequence[Mapping[str, Any]], previous: Mapping[str, str] | None
) -> dict[str, str]:
    """Each declared parameter's value as text.

    Args:
        declared: The template's Parameters section.
        given: The request's Parameters: `ParameterKey` with `ParameterValue` or `UsePreviousValue`.
        previous: The stack's present values; None for a stack that is not created yet.

    Raises:
        ServiceError: A parameter is unknown, has no value, or its value is against a constraint.
    """
    unknown = [item["ParameterKey"] for item in given if item["ParameterKey"] not in declared]
    if unknown:
        raise invalid(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    values = {name: as_text(item["Default"]) for name, item in declared.items() if "Default" in item}
    for item in given:
        name = item["ParameterKey"]
        if not item.get("UsePreviousValue"):
            values[name] = item.get("ParameterValue", "")
        elif name in (previous or {}):
            values[name] = (previous or {})[name]
        else:
            raise invalid(
                f"Invalid input for parameter key {name}. Cannot specify usePreviousValue as true for a "
                "parameter key not in the previous template"
            )
    missing = [name for name in declared if name not in values]
    if missing:
        raise invalid(f"Parameters: [{', '.join(missing)}] must have values")
    for name, value in values.items():
        _check(name, value, declared[name])
    return {name: values[name] for name in declared}


def typed(declared: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, str | list[str]]:
    """What `Ref` gives for each parameter: its text, or a list of texts for the list types."""
    return {name: _items(value) if _is_list(declared[name]) else value for name, value in values.items()}


def _is_list(declared: Mapping[str, Any]) -> bool:
    return declared.get("Type") in LISTS


def _items(value: str) -> list[str]:
    return [item.strip() for item in value.split(",")] if value else []


def _check(name: str, value: str, declared: Mapping[str, Any]) -> None:
    for item in _items(value) if _is_list(declared) else [value]:
        if declared["Type"] in ("Number", "List<Number>") and not _is_number(item):
            raise invalid(f"Parameter '{name}' must be a number")
        for constraint, fulfilled in CONSTRAINTS.items():
            if constraint in declared and not fulfilled(item, declared[constraint]):
                raise invalid(_message(name, constraint, declared))


def _message(name: str, constraint: str, declared: Mapping[str, Any]) -> str:
    described = declared.get("ConstraintDescription")
    if described:
        return f"Parameter '{name}' failed to satisfy constraint: {described}"
    bound = declared[constraint]
    return {
        "AllowedPattern": f"Parameter '{name}' must match pattern {bound}",
        "AllowedValues": f"Parameter '{name}' must be one of AllowedValues",
        "MinLength": f"Parameter '{name}' must contain at least {bound} characters",
        "MaxLength": f"Parameter '{name}' must contain at most {bound} characters",
        "MinValue": f"Parameter '{name}' must be a number not less than {bound}",
        "MaxValue": f"Parameter '{name}' must be a number not greater than {bound}",
    }[constraint]


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


CONSTRAINTS: Mapping[str, Callable[[str, Any], bool]] = MappingProxyType(
    {
        "AllowedPattern": lambda text, pattern: re.fullmatch(str(pattern), text) is not None,
        "AllowedValues": lambda text, allowed: text in [as_text(value) for value in allowed],
        "MinLength": lambda text, bound: len(text) >= int(bound),
        "MaxLength": lambda text, bound: len(text) <= int(bound),
        "MinValue": lambda text, bound: _is_number(text) and float(text) >= float(bound),
        "MaxValue": lambda text, bound: _is_number(text) and float(text) <= float(bound),
    }
)
