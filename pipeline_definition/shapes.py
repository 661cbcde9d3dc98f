"""What SageMaker would refuse in a request, by botocore's model of the API: every fault with its path.

botocore's own check (`ParamValidator`) knows required and unknown members, types and minimums; this one
also knows enumerations, patterns and maximums, and lets the functions of a pipeline definition stand for
any value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

_PYTHON_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "timestamp": (str,),
}
_FUNCTIONS: Final = frozenset({"Get", "Std:Join", "Std:JsonGet"})

# Java's classes and surrogate pairs, which Python's `re` lacks; \w also has digits and _, which tags may
# have too.
_PATTERN_WORDS: Final = (
    (r"\p{L}", r"\w"),
    (r"\p{N}", r"\d"),
    (r"\p{Z}", r"\s"),
    (r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"),
)


def is_function(value: object) -> bool:
    """Whether `value` is a function of a pipeline definition, which has a value at run time only.

    >>> is_function({"Get": "Parameters.DataInputUri"})
    True
    """
    return isinstance(value, dict) and len(value) == 1 and not _FUNCTIONS.isdisjoint(value)


def faults(value: Any, shape: Shape | None, path: str) -> Iterator[str]:
    """What keeps `value` from being a `shape`, each line beginning with the path of the value at fault."""
    if shape is None or is_function(value):
        return
    types: tuple[type, ...] = _PYTHON_TYPES.get(shape.type_name, (object,))
    if not _is_one_of(value, types):
        yield f"{path}: is {type(value).__name__}, should be {shape.type_name}"
        return
    match shape:
        case StructureShape():
            yield from _structure(value, shape, path)
        case MapShape():
            yield from _bounds(len(value), "entries", shape, path)
            for key, item in value.items():
                yield from faults(key, shape.key, f"{path} key {key!r}")
                yield from faults(item, shape.value, f"{path}.{key}")
        case ListShape():
            yield from _bounds(len(value), "entries", shape, path)
            for index, item in enumerate(value):
                yield from faults(item, shape.member, f"{path}[{index}]")
        case StringShape():
            yield from _string(value, shape, path)
        case _ if shape.type_name != "boolean":
            yield from _bounds(value, "", shape, path)


def _is_one_of(value: Any, types: tuple[type, ...]) -> bool:
    return type(value) in types or object in types


def _structure(value: dict[str, Any], shape: StructureShape, path: str) -> Iterator[str]:
    for name in shape.required_members:
        if name not in value:
            yield f"{path}: lacks {name}"
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        yield f"{path}: should have one of {', '.join(shape.members)}"
    for name, item in value.items():
        if name in shape.members:
            yield from faults(item, shape.members[name], f"{path}.{name}")
        else:
            yield f"{path}.{name}: is unknown; {shape.name} has {', '.join(shape.members)}"


def _string(value: str, shape: StringShape, path: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield f"{path}: is {value!r}, should be one of {', '.join(shape.enum[:12])}"
    yield from _bounds(len(value), "characters", shape, path)
    pattern = shape.metadata.get("pattern")
    if pattern is not None and re.fullmatch(_in_python(pattern), value) is None:
        yield f"{path}: is {value!r}, should match {pattern}"


def _in_python(pattern: str) -> str:
    """The pattern in the words of Python's `re`."""
    for java, python in _PATTERN_WORDS:
        pattern = pattern.replace(java, python)
    return pattern


def _bounds(size: float, unit: str, shape: Shape, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    has = f"has {size} {unit}" if unit else f"is {size}"
    if least is not None and size < least:
        yield f"{path}: {has}, at least {least} needed"
    if most is not None and size > most:
        yield f"{path}: {has}, at most {most} allowed"
