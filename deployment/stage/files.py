"""A stage's files, read and laid over each other; which file and line each key comes from is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, Final

from deployment.stage.schema import Origin, Path, kind

# A string, a mark, or a number, true, false, null: of a text that is known to be JSON.
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


@dataclass
class Merged:
    """Files of which each later one lies over those before it.

    Attributes:
        content: What they say together.
        origins: Where each key path was set last.
        faults: What can't be read, a line each.
    """

    content: dict[str, Any]
    origins: dict[Path, Origin]
    faults: list[str]

    def lay_over(self, file: File) -> None:
        """The file's keys take the place of those that are there; what can't be read is a fault."""
        try:
            text = file.read_text(encoding="utf-8")
            content = json.loads(text, object_pairs_hook=_once)
        except FileNotFoundError:
            self.faults.append(f"{file}: there is no such stage file{_others(file.parent)}")
        except (ValueError, OSError) as error:
            self.faults.append(f"{file}: can't be read as JSON: {error}")
        else:
            if isinstance(content, dict):
                lines = key_lines(text)
                self._lay(self.content, content, (), (str(file), lines))
            else:
                self.faults.append(f"{file}: is {kind(content)}, should be an object")

    def _lay(
        self,
        below: dict[str, Any],
        above: Mapping[str, Any],
        path: Path,
        source: tuple[str, Mapping[Path, int]],
    ) -> None:
        file, lines = source
        for key, value in above.items():
            at = (*path, key)
            self.origins[at] = Origin(file, lines[at])
            if isinstance(value, dict):
                inner = below.get(key)
                below[key] = inner if isinstance(inner, dict) else {}
                self._lay(below[key], value, at, source)
            else:
                below[key] = value
            if isinstance(value, list):
                inside = {each: Origin(file, line) for each, line in lines.items() if each[: len(at)] == at}
                self.origins.update(inside)


def key_lines(text: str) -> dict[Path, int]:
    r"""The line, from 1, of each key of a JSON document, by its path; of an entry of a list by its number.

    >>> key_lines('{"a": {\n"b": [1,\n 2]}}')
    {('a',): 1, ('a', 'b'): 2, ('a', 'b', '0'): 2, ('a', 'b', '1'): 3}
    """
    lines: dict[Path, int] = {}
    names: list[str] = []
    in_object: list[bool] = []
    line, seen, key_next = 1, 0, False
    for match in _TOKEN.finditer(text):
        line += text.count("\n", seen, match.start())
        word, seen = match[0], match.start()
        if key_next and word.startswith('"'):
            names[-1] = json.loads(word)
            lines[tuple(names)] = line
            key_next = False
        elif word in ("}", "]"):
            names.pop()
            in_object.pop()
            key_next = False
        elif word == ",":
            key_next = in_object[-1]
            names[-1] = names[-1] if key_next else str(int(names[-1]) + 1)
        elif word != ":":
            if in_object and not in_object[-1]:
                lines[tuple(names)] = line
            if word in ("{", "["):
                in_object.append(word == "{")
                names.append("" if word == "{" else "0")
                key_next = word == "{"
    return lines


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"the key {twice[0]!r} stands twice in one object")
    return dict(pairs)


def _others(folder: File) -> str:
    """The stages that a folder has, as the end of a sentence."""
    stems = sorted(each.stem for each in folder.glob("*.json") if "." not in each.stem)
    return f"; there are {', '.join(stems)}" if stems else ""
