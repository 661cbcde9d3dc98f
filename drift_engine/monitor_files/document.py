"""A JSON file on its way in: every fault is one `MonitorFileError` with the file and the key path."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn, TypeAlias

from drift_engine.errors import MonitorFileError
from drift_engine.monitor_files.lifted import read_lifted

Source: TypeAlias = str | Path | bytes
"""A path, or the file's bytes."""
_MAX_DEPTH = 64
_CONTAINERS = frozenset({dict, list})


class Node:
    """A value of the file, which knows where it stands.

    Attributes:
        value: as `json.loads` gave it.
        file: the file's name, for messages.
    """

    # A file has some hundred thousand of them.
    __slots__ = ("_above", "_key", "file", "value")

    def __init__(self, value: object, file: str, above: Node | None = None, key: str | int = "") -> None:
        self.value, self.file, self._above, self._key = value, file, above, key

    @property
    def path(self) -> str:
        """The key path, such as `features[3].numerical_statistics.mean`; "" for the whole file."""
        return "" if self._above is None else self._above.below(self._key)

    def below(self, key: str | int) -> str:
        """The key path of what is under a key, or at a place of a list."""
        if isinstance(key, int):
            return f"{self.path}[{key}]"
        return f"{self.path}.{key}" if self.path else key

    def child(self, key: str) -> Node:
        """The value under `key`, which has to be there."""
        found = self.optional(key)
        if found is None:
            raise MonitorFileError(f"{self.file}: {self.below(key)}: is missing")
        return found

    def optional(self, key: str) -> Node | None:
        """The value under `key`; None where it is absent or null."""
        value = self.mapping().get(key)
        return None if value is None else Node(value, self.file, self, key)

    def numbers(self, keys: Sequence[str]) -> list[float]:
        """The finite numbers under these keys, all of which have to be there."""
        inside = self.mapping()
        found = [inside.get(key) for key in keys]
        plain = [each for each in found if type(each) is float]
        if len(plain) == len(found) and math.isfinite(sum(plain)):
            return plain
        return [self.child(key).number() for key in keys]

    def items(self) -> Iterator[Node]:
        """The values of a list, one by one."""
        if not isinstance(self.value, list):
            self.refuse("a list")
        for index, item in enumerate(self.value):
            yield Node(item, self.file, self, index)

    def mapping(self) -> dict[str, object]:
        """The value as an object."""
        if not isinstance(self.value, dict):
            self.refuse("an object")
        return self.value

    def text(self) -> str:
        """The value as text."""
        if not isinstance(self.value, str):
            self.refuse("text")
        return self.value

    def number(self) -> float:
        """The value as a finite number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.refuse("a number")
        try:
            number = float(self.value)
        except OverflowError:
            self.refuse("a finite number")
        if not math.isfinite(number):
            self.refuse("a finite number")
        return number

    def count(self) -> int:
        """The value as a whole number from 0 on (`12` and `12.0` alike)."""
        number = self.number()
        if number < 0 or number != int(number):
            self.refuse("a count")
        return self.value if isinstance(self.value, int) else int(number)

    def refuse(self, expected: str) -> NoReturn:
        """Raise the error that says what was expected here.

        Raises:
            MonitorFileError: always.
        """
        shown = json.dumps(self.value, ensure_ascii=True)
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        raise MonitorFileError(f"{self.file}: {self.path or 'the file'}: expected {expected}, found {shown}")


def load(source: Source, name: str | None, default_name: str, *, lift: bool = False) -> Node:
    """The file's outermost object.

    Args:
        source: a path, or the bytes of the file.
        name: how messages call the file; by default its path, or `default_name` for bytes.
        default_name: the name of such a file.
        lift: a sketch's levels may be arrays (`lifted`) in place of lists.

    Raises:
        MonitorFileError: the file can't be read, isn't UTF-8 or isn't JSON, or holds no object.
    """
    if isinstance(source, bytes):
        content, file = source, name or default_name
    else:
        file = name or str(source)
        content = _bytes(Path(source), file)
    quick = read_lifted(content) if lift else None
    node = Node(_parsed(content, file) if quick is None else quick, file)
    node.mapping()
    _refuse_depth(node.value, file)
    return node


def _parsed(content: bytes, file: str) -> object:
    try:
        value: object = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise MonitorFileError(f"{file}: byte {error.start} is not UTF-8") from error
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise MonitorFileError(f"{file}: {at}: is not JSON: {error.msg}") from error
    except RecursionError as error:
        raise MonitorFileError(f"{file}: is nested too deeply") from error
    except ValueError as error:
        raise MonitorFileError(f"{file}: holds a number that can't be read: {error}") from error
    return value


def _refuse_depth(value: object, file: str) -> None:
    """Refuse what the walks through the document couldn't follow."""
    level: list[object] = [value]
    for _ in range(_MAX_DEPTH):
        inside: list[object] = []
        for outer in level:
            values = outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ()
            # A sketch's level is thousands of numbers, and this is told without looking at each in Python.
            if not _CONTAINERS.isdisjoint(map(type, values)):
                inside += [item for item in values if type(item) in _CONTAINERS]
        level = inside
    if level:
        raise MonitorFileError(f"{file}: is nested too deeply")


def _bytes(path: Path, file: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise MonitorFileError(f"{file}: there is no such file") from error
    except OSError as error:
        raise MonitorFileError(f"{file}: can't be read: {error.strerror}") from error


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
