"""What differs between two pipeline definitions: parameter by parameter, step by step. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from deployment.plan.differences import PropertyChange, Sign, properties

# What names an entry of a list in SageMaker's requests, so that an entry that moved is not a change of all.
_NAMES: Final = ("Name", "InputName", "OutputName", "Key")


@dataclass(frozen=True)
class PartChange:
    """A parameter or a step that is added, changed or removed.

    Attributes:
        sign: `+` added, `~` changed, `-` removed.
        kind: `parameter` or `step`.
        name: Its name.
        type: Its type, such as String or Processing.
        properties: What changes about it.
    """

    sign: Sign
    kind: str
    name: str
    type: str
    properties: tuple[PropertyChange, ...] = ()


def parts(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> tuple[PartChange, ...]:
    """The parts that change from `before` (None: no pipeline) to `after`, in the definition's order."""
    if before is None:
        return ()
    kinds = (("parameter", "Parameters"), ("step", "Steps"))
    return tuple(
        change for kind, key in kinds for change in _changes(kind, before.get(key, []), after.get(key, []))
    )


def _changes(kind: str, before: list[Any], after: list[Any]) -> Iterator[PartChange]:
    old = {entry["Name"]: entry for entry in before}
    new = {entry["Name"]: entry for entry in after}
    for name, entry in new.items():
        if name not in old:
            yield PartChange("+", kind, name, entry["Type"])
        elif entry != old[name]:
            found = tuple(properties(_by_name(old[name]), _by_name(entry), ""))
            yield PartChange("~", kind, name, entry["Type"], found)
    for name, entry in old.items():
        if name not in new:
            yield PartChange("-", kind, name, entry["Type"])


def _by_name(value: Any) -> Any:
    """`value` with the lists of named entries in it as objects by those names."""
    match value:
        case dict():
            return {key: _by_name(item) for key, item in value.items()}
        case list() if name := _name_of_all(value):
            return {entry[name]: {k: _by_name(v) for k, v in entry.items() if k != name} for entry in value}
        case list():
            return [_by_name(item) for item in value]
        case _:
            return value


def _name_of_all(entries: list[Any]) -> str | None:
    for name in _NAMES:
        if entries and all(isinstance(entry, dict) and isinstance(entry.get(name), str) for entry in entries):
            return name
    return None
