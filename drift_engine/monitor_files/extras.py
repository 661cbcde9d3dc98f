"""What a file holds beyond our own fields, kept so that it is written again as it was read.

A reader takes what it knows, builds the document that it would write itself, and keeps the difference:
unknown keys, keys that older images lacked, another spelling of a value. A writer puts it back.
"""

from __future__ import annotations

import enum
from typing import Any

from drift_engine.states.profile import Extras


class Absent(enum.Enum):
    """The file lacks a key that we write."""

    ABSENT = "absent"


def difference(wanted: object, built: object) -> Extras:
    """What has to be set or removed in `built` to make it equal to `wanted`, by key path.

    Args:
        wanted: the document that was read, as `json.loads` gives it.
        built: the document that we would write without extras.
    """
    found: dict[tuple[str | int, ...], object] = {}
    _collect(wanted, built, (), found)
    return found


def patched(built: Any, extras: Extras) -> Any:
    """`built` with the extras put in, in place; a path that leads nowhere any more is passed over."""
    for path, value in extras.items():
        if not path:
            return value
        place = _place(built, path[:-1])
        if isinstance(place, dict):
            if value is Absent.ABSENT:
                place.pop(path[-1], None)
            else:
                place[path[-1]] = value
        elif isinstance(place, list) and isinstance(path[-1], int) and path[-1] < len(place):
            place[path[-1]] = value
    return built


def _collect(
    wanted: object, built: object, path: tuple[str | int, ...], found: dict[tuple[str | int, ...], object]
) -> None:
    if isinstance(wanted, dict) and isinstance(built, dict):
        for key in [*wanted, *(key for key in built if key not in wanted)]:
            _collect(wanted.get(key, Absent.ABSENT), built.get(key, Absent.ABSENT), (*path, key), found)
    elif _containers(wanted, built):
        for index, (item, other) in enumerate(zip(wanted, built, strict=True)):  # type: ignore[call-overload]
            _collect(item, other, (*path, index), found)
    elif wanted != built or isinstance(wanted, bool) != isinstance(built, bool):
        found[path] = wanted


def _containers(wanted: object, built: object) -> bool:
    """Whether both are lists of as many items, some of which are documents themselves."""
    if not (isinstance(wanted, list) and isinstance(built, list) and len(wanted) == len(built)):
        return False
    return not {dict, list}.isdisjoint(map(type, wanted))


def _place(built: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        in_object = isinstance(built, dict) and key in built
        in_list = isinstance(built, list) and isinstance(key, int) and key < len(built)
        if not (in_object or in_list):
            return None
        built = built[key]
    return built
