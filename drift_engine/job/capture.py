"""What an endpoint's data capture writes, as a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from drift_engine.errors import DataError

_SIDES = ("endpointOutput", "endpointInput")
"""The order of the columns: AWS's baselines have the label first, and so has its sample preprocessor."""


def captured(files: list[tuple[Path, Path]]) -> list[Path]:
    """Write the rows of capture files, output before input, as CSV without a header.

    Args:
        files: each capture file (JSON lines whose data is encoded as CSV), and the CSV file to write. A
            request of several rows becomes several rows.

    Raises:
        DataError: a line is no captured record, is not encoded as CSV, or has more inputs than outputs.
    """
    for source, target in files:
        with source.open(encoding="utf-8-sig") as lines, target.open("w", encoding="utf-8") as out:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    out.writelines(f"{row}\n" for row in _rows(line, f"{source}: line {number}"))
    return [target for _, target in files]


def _rows(line: str, where: str) -> list[str]:
    try:
        document = json.loads(line)
    except ValueError as error:
        raise DataError(f"{where}: is not JSON: {error}") from error
    sides = document.get("captureData") if isinstance(document, dict) else None
    if not isinstance(sides, dict):
        raise DataError(f"{where}: has no captureData")
    columns = [_lines(sides[side], f"{where}: {side}") for side in _SIDES if side in sides]
    if len({len(column) for column in columns}) > 1:
        raise DataError(f"{where}: has {' and '.join(str(len(column)) for column in columns)} rows")
    return [",".join(row) for row in zip(*columns, strict=True)]


def _lines(side: Any, where: str) -> list[str]:
    encoding = side.get("encoding") if isinstance(side, dict) else None
    if encoding != "CSV" or not isinstance(side.get("data"), str):
        raise DataError(
            f"{where}: is encoded as {encoding}, not CSV; a record_preprocessor_script can read it"
        )
    return [line for line in side["data"].splitlines() if line]
