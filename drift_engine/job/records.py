"""JSON lines one by one, each with the place where it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from drift_engine.errors import DataError
from drift_engine.readers import DataFile
from drift_engine.readers.json_lines import numbered_lines
from drift_engine.readers.options import DEFAULT


@dataclass(frozen=True)
class Line:
    """A line of a file: its text, the JSON object in it, and where it stands, for messages."""

    text: str
    document: dict[str, Any]
    where: str


def json_objects(file: DataFile) -> Iterator[Line]:
    """The lines of a file, blank ones left out; compressed files by their names.

    Raises:
        DataError: a line is no JSON object; says which.
    """
    for number, text in numbered_lines(file, DEFAULT):
        where = f"{file.name}, line {number}"
        try:
            document = json.loads(text)
        except RecursionError as error:
            raise DataError(f"{where}: is nested too deeply") from error
        except ValueError as error:
            raise DataError(f"{where}: is not JSON: {error}") from error
        if not isinstance(document, dict):
            raise DataError(f"{where}: is not a JSON object")
        yield Line(text.rstrip("\r"), document, where)
