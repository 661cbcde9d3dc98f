"""A CSV file as Batch Transform sees it with `SplitType: Line`: a line a record, each cell kept as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from local_aws.errors import LocalAwsError

_CELL = re.compile(r'(?:\s*"(?:[^"]|"")*"\s*|[^",][^,]*|)(?:,|$)')


class RecordError(LocalAwsError):
    """A line that is not a CSV record."""


@dataclass(frozen=True)
class Record:
    """One line of the input.

    Attributes:
        line: The line without its end.
        cells: The line's cells as written, quotes included; joined with commas they are the line again.
    """

    line: str
    cells: list[str]

    def values(self) -> list[str]:
        """The cells' values: quotes and doubled quotes undone."""
        return [unquoted(cell) for cell in self.cells] if '"' in self.line else self.cells


def records(content: bytes) -> list[Record]:
    """The records of a file, in order; none for an empty file.

    Args:
        content: The file, UTF-8, lines ended by LF or CR LF; the last line may lack its end.

    Raises:
        RecordError: The file is not UTF-8, or a line has a quote that does not close, with the line's number.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecordError(f"not UTF-8: {error}") from error
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if lines[-1] == "":
        lines.pop()
    return [Record(line, cells(line, number)) for number, line in enumerate(lines, start=1)]


def cells(line: str, number: int = 1) -> list[str]:
    """The line's cells as they are written.

    >>> cells('a,"b,c",')
    ['a', '"b,c"', '']

    Raises:
        RecordError: A quote does not close on this line.
    """
    if '"' not in line:
        return line.split(",")
    found: list[str] = []
    position = 0
    while True:
        match = _CELL.match(line, position)
        if match is None:
            raise RecordError(f"line {number}: a quote does not close on its line")
        position = match.end()
        ended = not match.group().endswith(",")
        found.append(match.group() if ended else match.group()[:-1])
        if ended:
            return found


def unquoted(cell: str) -> str:
    """The cell's value: without the quotes around it, doubled quotes undone.

    >>> unquoted('"a,b"')
    'a,b'
    """
    stripped = cell.strip()
    if len(stripped) >= 2 and stripped[0] == stripped[-1] == '"':
        return stripped[1:-1].replace('""', '"')
    return cell
