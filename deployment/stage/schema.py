"""Parsers for the values of a stage file: each takes a JSON value and gives the typed one, noting faults.

A parser is a function of `(value, path, faults)`; what can't be used is noted, and `BAD`
returned. A section made of bad values is `BAD` itself, so a faulty file never becomes a config.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final


class Bad:
    """The type of `BAD`, the value of what could not be parsed."""


BAD: Final = Bad()
Path = tuple[str, ...]
Parser = Callable[[object, Path, "Faults"], Any]
ABSENT: Final = object()


@dataclass(frozen=True)
class Origin:
    """Where a key was set: the file and the line, from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass
class Faults:
    """The faults found so far, each with the file and line that its key came from.

    Attributes:
        origins: Where each key path was set; a path that no file set belongs to its nearest parent's.
        default: The file named for keys that no file has.
        lines: The faults, a line each.
        paths: The key path of each of them.
    """

    origins: Mapping[Path, Origin]
    default: str
    lines: list[str] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)

    def add(self, path: Path, line: str) -> None:
        """Adds the fault of a path, in words that say where it is."""
        self.lines.append(line)
        self.paths.append(path)

    def note(self, path: Path, what: str) -> Bad:
        """Notes a fault at `path`; returns `BAD` for the caller to return."""
        at = path
        while at and at not in self.origins:
            at = at[:-1]
        where = self.origins.get(at, self.default)
        self.add(path, f"{where}: {'.'.join(path) or '(whole file)'}: {what}")
        return BAD


_KINDS: Final = {
    dict: "an object",
    list: "a list",
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a number",
}


def kind(value: object) -> str:
    """What a JSON value is, in JSON's own words."""
    names = {
        dict: "an object",
        list: "a list",
        str: "a string",
        bool: "true or false",
        int: "a number",
        float: "a number",
    }
    return "null" if value is None else names[type(value)]


def text(pattern: str = r"(?s).+", like: str = "a string that isn't empty") -> Parser:
    """A parser of strings that match `pattern` in full; `like` says in words what they are."""

    def parse(value: object, path: Path, faults: Faults) -> str | Bad:
        if not isinstance(value, str):
            return faults.note(path, f"is {kind(value)}, should be {like}")
        if re.fullmatch(pattern, value) is None:
            return faults.note(path, f"is {value!r}, should be {like}")
        return value

    return parse


def choice(options: Collection[str]) -> Parser:
    """A parser of one of `options`, which names the closest one where the value is none of them."""

    def parse(value: object, path: Path, faults: Faults) -> str | Bad:
        if isinstance(value, str) and value in options:
            return value
        close = difflib.get_close_matches(str(value), options, n=1)
        listed = (
            ", ".join(sorted(options)) if len(options) <= 8 else f"one of {len(options)} that SageMaker knows"
        )
        hint = f"; did you mean {close[0]!r}?" if close else ""
        return faults.note(path, f"is {value!r}, should be {listed}{hint}")

    return parse


def flag(value: object, path: Path, faults: Faults) -> bool | Bad:
    """The value, which is true or false."""
    return (
        value if isinstance(value, bool) else faults.note(path, f"is {kind(value)}, should be true or false")
    )


def whole(least: int, most: int) -> Parser:
    """A parser of whole numbers from `least` to `most`."""

    def parse(value: object, path: Path, faults: Faults) -> int | Bad:
        if not isinstance(value, int) or isinstance(value, bool):
            shown = value if isinstance(value, float) else kind(value)
            return faults.note(path, f"is {shown}, should be a whole number from {least} to {most}")
        if not least <= value <= most:
            return faults.note(path, f"is {value}, should be from {least} to {most}")
        return value

    return parse


def number(least: float, most: float) -> Parser:
    """A parser of finite numbers from `least` to `most`."""

    def parse(value: object, path: Path, faults: Faults) -> float | Bad:
        if not isinstance(value, int | float) or isinstance(value, bool):
            return faults.note(path, f"is {kind(value)}, should be a number from {least:g} to {most:g}")
        if not math.isfinite(value) or not least <= value <= most:
            return faults.note(path, f"is {value}, should be from {least:g} to {most:g}")
        return float(value)

    return parse


def table(of: Parser, key: Callable[[str], str | None]) -> Parser:
    """A parser of objects with free keys, whose values `of` parses; `key` says what is wrong with a key."""

    def parse(value: object, path: Path, faults: Faults) -> Mapping[str, Any] | Bad:
        if not isinstance(value, dict):
            return faults.note(path, f"is {kind(value)}, should be an object")
        wrong = [faults.note((*path, name), fault) for name in value if (fault := key(name)) is not None]
        parsed = {name: of(item, (*path, name), faults) for name, item in value.items()}
        return BAD if wrong or BAD in parsed.values() else MappingProxyType(parsed)

    return parse


def items(of: Parser) -> Parser:
    """A parser of lists of at least one value that `of` parses, each once; as a tuple."""

    def parse(value: object, path: Path, faults: Faults) -> tuple[Any, ...] | Bad:
        if not isinstance(value, list) or not value:
            what = "an empty list" if value == [] else kind(value)
            return faults.note(path, f"is {what}, should be a list with something in it")
        parsed = tuple(of(item, (*path, str(index)), faults) for index, item in enumerate(value))
        if BAD not in parsed and len(set(parsed)) < len(parsed):
            return faults.note(path, "has an entry twice")
        return BAD if BAD in parsed else parsed

    return parse


def nullable(of: Parser) -> Parser:
    """A parser of null (as None) or whatever `of` parses."""
    return lambda value, path, faults: None if value is None else of(value, path, faults)


@dataclass(frozen=True)
class Key:
    """One key of a section: its value's parser, and what it is when absent (`ABSENT`: it must be there)."""

    parse: Parser
    default: object = ABSENT


def section(make: Callable[..., Any], keys: Mapping[str, Key]) -> Parser:
    """A parser of objects with exactly these keys, handed by name to `make`."""

    def parse(value: object, path: Path, faults: Faults) -> Any:
        if not isinstance(value, dict):
            return faults.note(path, f"is {kind(value)}, should be an object")
        bad = False
        for name in value:
            if name not in keys:
                close = difflib.get_close_matches(name, keys, n=1)
                hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(keys)}"
                bad = faults.note((*path, name), f"is no key that is known here; {hint}") is BAD
        parsed = {}
        for name, key in keys.items():
            if name in value:
                parsed[name] = key.parse(value[name], (*path, name), faults)
            elif key.default is ABSENT:
                parsed[name] = faults.note((*path, name), "is missing")
            else:
                parsed[name] = key.default
        return BAD if bad or BAD in parsed.values() else make(**parsed)

    return parse
