"""What an endpoint's data capture writes, as a table."""

from __future__ import annotations

import base64
import csv
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TextIO, TypeAlias

from drift_engine.errors import DataError
from drift_engine.job.records import Line, json_objects
from drift_engine.readers import DataFile
from drift_engine.readers.csv_text import csv_rows

_log = logging.getLogger(__name__)
_SCRIPT = "a record_preprocessor_script can read it"

Kind: TypeAlias = Literal["csv", "json"]
Row: TypeAlias = "list[str] | dict[str, Any]"


@dataclass
class _Table:
    """A file of rows that are all CSV or all JSON.

    Attributes:
        out: where it is written.
        kind: which of the two; None before the first row.
        width: cells of a CSV row; 0 before the first one.
        ragged: how many rows had another number of cells.
        first: where the first of those stands.
    """

    out: TextIO
    kind: Kind | None
    width: int = 0
    ragged: int = 0
    first: str = ""

    def add(self, row: Row, where: str) -> None:
        found: Kind = "json" if isinstance(row, dict) else "csv"
        self.kind = self.kind or found
        if self.kind != found:
            raise DataError(f"{where}: is encoded as {found}, earlier ones as {self.kind}; {_SCRIPT}")
        if isinstance(row, dict):
            self.out.write(f"{json.dumps(row)}\n")
            return
        self.width = self.width or len(row)
        if len(row) != self.width:
            self.ragged += 1
            self.first = self.first or where
        cells = [*row, *[""] * (self.width - len(row))][: self.width]
        csv.writer(self.out, lineterminator="\n").writerow(cells)


def captured(files: Sequence[tuple[DataFile, Path]], sides: Sequence[str]) -> Kind:
    """Write the rows of capture files, as CSV without a header or as JSON lines; says which of the two.

    A request of several rows becomes several rows. Sides that are encoded as CSV, or as JSON lists, give CSV;
    JSON objects give JSON lines. BASE64 is decoded and read by its content type. A CSV row of another length
    than its file's first is filled up or cut, as a CSV file's is.

    Args:
        files: each capture file (JSON lines), and the file to write.
        sides: the sides of a record that become columns, in this order.

    Raises:
        DataError: a line is no captured record, is encoded otherwise, or its sides don't fit together.
    """
    kind: Kind | None = None
    for source, target in files:
        with target.open("w", encoding="utf-8", newline="") as out:
            table = _Table(out, kind)
            for line in json_objects(source):
                for row in _rows(line, sides):
                    table.add(row, line.where)
        kind = table.kind
        if table.ragged:
            _log.warning("%s: the first of %d rows without %d cells", table.first, table.ragged, table.width)
    return kind or "csv"


def _rows(line: Line, sides: Sequence[str]) -> Iterator[Row]:
    """The rows of a record, its sides put side by side."""
    data = line.document.get("captureData")
    if not isinstance(data, dict):
        raise DataError(f"{line.where}: has no captureData")
    there = [side for side in sides if data.get(side) is not None]
    if not there:
        raise DataError(f"{line.where}: has none of {', '.join(sides)}")
    columns = [_side(data[side], f"{line.where}: {side}") for side in there]
    if len({len(column) for column in columns}) > 1:
        counts = " and ".join(str(len(column)) for column in columns)
        raise DataError(f"{line.where}: has {counts} rows in {' and '.join(there)}")
    for parts in zip(*columns, strict=True):
        yield _joined(parts, line.where)


def _joined(parts: tuple[Row, ...], where: str) -> Row:
    lists = [part for part in parts if isinstance(part, list)]
    objects = [part for part in parts if isinstance(part, dict)]
    if not objects:
        return [cell for part in lists for cell in part]
    merged = {key: value for part in objects for key, value in part.items()}
    if lists or len(merged) < sum(map(len, objects)):
        raise DataError(f"{where}: its sides are JSON objects with a key in common, or not both; {_SCRIPT}")
    return merged


def _side(side: Any, where: str) -> Sequence[Row]:
    """The rows of one side."""
    encoding = side.get("encoding") if isinstance(side, dict) else None
    text = side.get("data") if isinstance(side, dict) else None
    if encoding == "BASE64" and isinstance(text, str):
        content = str(side.get("observedContentType")).lower()
        encoding = next(
            (kind.upper() for kind in ("csv", "json") if kind in content),
            f"BASE64 of the content type {content}",
        )
        text = _decoded(text, where)
    if encoding == "CSV" and isinstance(text, str):
        return csv_rows(text, where)
    if encoding == "JSON" and isinstance(text, str):
        return _json_rows(text, where)
    raise DataError(f"{where}: is encoded as {encoding}, neither CSV nor JSON; {_SCRIPT}")


def _decoded(text: str, where: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except ValueError as error:
        raise DataError(f"{where}: is no BASE64 of UTF-8 text: {error}; {_SCRIPT}") from error


def _json_rows(text: str, where: str) -> Sequence[Row]:
    """A JSON object, a list of objects, a list of lists or one list of values; numbers keep their digits."""
    try:
        found = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{where}: its data is not JSON: {error}; {_SCRIPT}") from error
    rows = found if isinstance(found, list) else [found]
    if rows and not any(isinstance(row, (dict, list)) for row in rows):
        rows = [rows]
    if all(isinstance(row, dict) for row in rows):
        return rows
    if all(isinstance(row, list) and not any(isinstance(cell, (dict, list)) for cell in row) for row in rows):
        return [[_cell(cell) for cell in row] for row in rows]
    raise DataError(f"{where}: its data is neither flat JSON objects nor flat lists; {_SCRIPT}")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
