"""Calls and answers held against botocore's model.

Parameters as the service would: enum, pattern and max included. The client checks required and unknown keys,
types and minimums only; the rest is the service's to refuse. Of an answer, what a client relies on: members
that the model has, of its types, and all that it requires.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from botocore.model import ServiceModel, Shape

from local_aws.sessions import core_session


@functools.cache
def service_model(service: str) -> ServiceModel:
    """What botocore knows about a service: operations and shapes."""
    return core_session().get_service_model(service)


def parameter_faults(service: str, operation: str, parameters: Mapping[str, Any]) -> str:
    """The service's message about all parameters that it refuses; empty when it accepts them.

    Args:
        service: botocore's name of the service.
        operation: The operation, such as `CreateTransformJob`.
        parameters: The call's parameters.
    """
    shape = service_model(service).operation_model(operation).input_shape
    faults = list(_faults(shape, parameters, "")) if shape is not None else []
    if not faults:
        return ""
    plural = "error" if len(faults) == 1 else "errors"
    return f"{len(faults)} validation {plural} detected: " + "; ".join(faults)


def answer_faults(service: str, operation: str, answer: Mapping[str, Any]) -> str:
    """What a client could not read of an answer, by its path; empty where it is as the model says.

    Args:
        service: botocore's name of the service.
        operation: The operation.
        answer: In botocore's spelling.
    """
    shape = service_model(service).operation_model(operation).output_shape
    if shape is None:
        return f"{', '.join(answer)}: the operation has no answer" if answer else ""
    return "; ".join(_misfits(shape, answer, ""))


_TYPES: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "structure": (Mapping,),
        "list": (list, tuple),
        "map": (Mapping,),
        "string": (str,),
        "boolean": (bool,),
        "integer": (int,),
        "long": (int,),
        "float": (int, float),
        "double": (int, float),
        "timestamp": (datetime,),
        "blob": (bytes,),
    }
)


def _misfits(shape: Any, found: object, path: str) -> Iterator[str]:
    value: Any = found
    if not isinstance(found, _TYPES[shape.type_name]):
        yield f"{path} is {type(found).__name__}, not {shape.type_name}"
    elif shape.type_name == "structure":
        given = {name: item for name, item in value.items() if item is not None}  # None is left out
        for name in sorted(set(given) - set(shape.members)):
            yield f"{_join(path, name)} is not in the model"
        for name in shape.required_members:
            if name not in given:
                yield f"{_join(path, name)} is missing"
        for name in shape.members.keys() & given.keys():
            yield from _misfits(shape.members[name], given[name], _join(path, name))
    elif shape.type_name == "list":
        for index, item in enumerate(value, start=1):
            yield from _misfits(shape.member, item, f"{path}.{index}")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from _misfits(shape.value, item, f"{path}.{key}")


def _faults(shape: Any, value: Any, path: str) -> Iterator[str]:
    match shape.type_name, value:
        case "structure", Mapping():
            yield from _structure_faults(shape, value, path)
        case "list", list() | tuple():
            yield from _size_faults(shape, len(value), value, path)
            for index, item in enumerate(value, start=1):
                yield from _faults(shape.member, item, f"{path}.{index}.member")
        case "map", Mapping():
            yield from _size_faults(shape, len(value), value, path)
            for key, item in value.items():
                yield from _faults(shape.key, key, f"{path}.{key}.key")
                yield from _faults(shape.value, item, f"{path}.{key}.member")
        case "string", str():
            yield from _text_faults(shape, value, path)
        case "integer" | "long" | "float" | "double", int() | float():
            yield from _number_faults(shape, value, path)


def _structure_faults(shape: Any, value: Mapping[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"Value at '{_join(path, name)}' failed to satisfy constraint: Member must not be null"
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from _faults(member, value[name], _join(path, name))


def _number_faults(shape: Shape, value: float, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min", value), shape.metadata.get("max", value)
    if value < least:
        yield _fault(value, path, f"Member must have value greater than or equal to {least}")
    if value > most:
        yield _fault(value, path, f"Member must have value less than or equal to {most}")


def _text_faults(shape: Shape, value: str, path: str) -> Iterator[str]:
    enum = getattr(shape, "enum", None)
    if enum and value not in enum:
        yield _fault(value, path, f"Member must satisfy enum value set: [{', '.join(enum)}]")
    yield from _size_faults(shape, len(value), value, path)
    pattern = _pattern(shape.metadata.get("pattern"))
    if pattern is not None and not pattern.fullmatch(value):
        yield _fault(
            value, path, f"Member must satisfy regular expression pattern: {shape.metadata['pattern']}"
        )


def _size_faults(shape: Shape, size: int, value: object, path: str) -> Iterator[str]:
    if size < shape.metadata.get("min", 0):
        yield _fault(value, path, f"Member must have length greater than or equal to {shape.metadata['min']}")
    if size > shape.metadata.get("max", size):
        yield _fault(value, path, f"Member must have length less than or equal to {shape.metadata['max']}")


@functools.cache
def _pattern(text: str | None) -> re.Pattern[str] | None:
    """The pattern, or None where there is none or where it uses what only Java's regular expressions know."""
    try:
        return re.compile(text) if text else None
    except re.error:
        return None


def _fault(value: object, path: str, constraint: str) -> str:
    shown = str(value)
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    return f"Value '{shown}' at '{path}' failed to satisfy constraint: {constraint}"


def _join(path: str, name: str) -> str:
    lowered = name[0].lower() + name[1:]
    return f"{path}.{lowered}" if path else lowered
