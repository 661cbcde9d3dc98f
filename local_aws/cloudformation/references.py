"""What a template's expressions refer to, and the order that follows from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from local_aws.cloudformation.errors import invalid

SUB_VARIABLE = re.compile(r"\$\{([^!${}][^${}]*)\}")


class Reference(NamedTuple):
    """One mention of a parameter, a pseudo parameter or a resource.

    Attributes:
        name: The parameter's name or the resource's logical id.
        attribute: The attribute for `Fn::GetAtt`; None for `Ref`.
    """

    name: str
    attribute: str | None = None


def get_att(argument: Any) -> Reference:
    """The reference of an `Fn::GetAtt`, whose argument is `[name, attribute]` or `name.attribute`.

    Raises:
        ServiceError: It is neither.
    """
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) != 2 or not all(isinstance(part, str) for part in parts):
        raise invalid("Template error: every Fn::GetAtt object requires two non-empty parameters")
    return Reference(parts[0], parts[1])


def sub_references(text: str, variables: Collection[str]) -> Iterator[Reference]:
    """The references of an `Fn::Sub` text, its own variables left out."""
    for name in SUB_VARIABLE.findall(text):
        if name not in variables:
            yield Reference(*name.strip().split(".", 1))


def references(value: Any, holds: Callable[[str], bool] | None = None) -> Iterator[Reference]:
    """Every reference inside an expression.

    Args:
        value: Any part of a template.
        holds: Whether a condition holds; given, only the branch of an `Fn::If` that counts is looked at.
    """
    if isinstance(value, list):
        for item in value:
            yield from references(item, holds)
    elif isinstance(value, dict) and len(value) == 1:
        ((name, argument),) = value.items()
        yield from _of_function(name, argument, holds)
    elif isinstance(value, dict):
        for item in value.values():
            yield from references(item, holds)


def _of_function(name: str, argument: Any, holds: Callable[[str], bool] | None) -> Iterator[Reference]:
    match name, argument:
        case "Ref", str():
            yield Reference(argument)
        case "Fn::GetAtt", _:
            yield get_att(argument)
        case "Fn::Sub", str():
            yield from sub_references(argument, ())
        case "Fn::Sub", [str() as text, dict() as variables]:
            yield from sub_references(text, variables)
            yield from references(list(variables.values()), holds)
        case "Fn::If", [str() as condition, yes, no] if holds is not None:
            yield from references(yes if holds(condition) else no, holds)
        case _:
            yield from references(argument, holds)


def in_order(dependencies: Mapping[str, Collection[str]]) -> list[str]:
    """The names, each after all that it depends on, otherwise in the order given.

    Args:
        dependencies: For each name what it depends on; other names are ignored.

    Raises:
        ServiceError: There is a circle.
    """
    done: dict[str, None] = {}
    waiting = {name: [d for d in needs if d in dependencies] for name, needs in dependencies.items()}
    while waiting:
        ready = next((name for name, needs in waiting.items() if all(need in done for need in needs)), None)
        if ready is None:
            circle = ", ".join(sorted(_on_a_circle(waiting)))
            raise invalid(f"Circular dependency between resources: [{circle}]")
        done[ready] = None
        del waiting[ready]
    return list(done)


def _on_a_circle(waiting: Mapping[str, Collection[str]]) -> list[str]:
    """Those of the names that are not merely waiting for a circle elsewhere."""
    left = dict(waiting)
    while True:
        needed = {need for needs in left.values() for need in needs}
        kept = {name: needs for name, needs in left.items() if name in needed}
        if len(kept) == len(left):
            return list(left)
        left = kept
