"""The user's own scripts: a record preprocessor and a post-processor."""

from __future__ import annotations

import inspect
import json
import logging
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from drift_engine.errors import ArgumentError, DataError

_log = logging.getLogger(__name__)


class Part:
    """One side of a record: `data` as text, its `encoding` (CSV, JSON, BASE64) and content type.

    Both spellings of AWS's samples work: `observed_content_type` and `observedContentType`.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.data = document.get("data", "")
        self.encoding = document.get("encoding")
        self.mode = document.get("mode")
        self.observed_content_type = self.observedContentType = document.get("observedContentType")


class Record:
    """What `preprocess_handler` is given for a line.

    A line of an endpoint's data capture has `endpoint_input`, `endpoint_output` and `event_metadata`; any
    other line is the text of a batch's output: `batch_transform_output.data`, encoding JSON.
    """

    def __init__(self, line: str, document: dict[str, Any]) -> None:
        captured = document.get("captureData")
        sides = captured if isinstance(captured, dict) else {}
        plain = (
            {} if sides else {"batchTransformOutput": {"data": line, "encoding": "JSON", "mode": "OUTPUT"}}
        )
        parts = {name: Part(side) for name, side in {**sides, **plain}.items() if isinstance(side, dict)}
        self.endpoint_input = self.endpointInput = parts.get("endpointInput")
        self.endpoint_output = self.endpointOutput = parts.get("endpointOutput")
        self.batch_transform_input = parts.get("batchTransformInput")
        self.batch_transform_output = parts.get("batchTransformOutput")
        self.event_metadata = document.get("eventMetadata", {})
        self.event_version = document.get("eventVersion")
        self.event_data = self


def preprocessed(script: Path, files: Iterator[tuple[Path, Path]]) -> list[Path]:
    """Run every line of JSON lines files through the script's `preprocess_handler`.

    Args:
        script: defines `preprocess_handler(inference_record)` or `(inference_record, logger)`, which gives
            a dict, a list of dicts, or an empty list to drop the record.
        files: each source, and the JSON lines file to write what the handler gives to.

    Returns:
        The files written, in order.

    Raises:
        ArgumentError: the script has no handler, or it gives something else.
        DataError: a line is not a JSON object.
    """
    handler = _handler(script, "preprocess_handler")
    with_logger = len(inspect.signature(handler).parameters) > 1
    written = []
    for source, target in files:
        with source.open(encoding="utf-8-sig") as lines, target.open("w", encoding="utf-8") as out:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                record = Record(line.rstrip("\r\n"), _document(line, source, number))
                given = handler(record, _log) if with_logger else handler(record)
                out.writelines(json.dumps(row) + "\n" for row in _rows(given, script))
        written.append(target)
    return written


def run_postprocessor(script: Path) -> None:
    """Call the script's `postprocess_handler()`.

    Raises:
        ArgumentError: the script has no such handler.
    """
    _handler(script, "postprocess_handler")()


def _handler(script: Path, name: str) -> Callable[..., Any]:
    handler = runpy.run_path(str(script)).get(name)
    if not callable(handler):
        raise ArgumentError(f"{script}: defines no function {name}")
    return handler  # type: ignore[no-any-return]


def _document(line: str, source: Path, number: int) -> dict[str, Any]:
    try:
        document = json.loads(line)
    except ValueError as error:
        raise DataError(f"{source}: line {number}: is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise DataError(f"{source}: line {number}: is not a JSON object")
    return document


def _rows(given: object, script: Path) -> list[dict[str, Any]]:
    rows = given if isinstance(given, list) else [given]
    found = [row for row in rows if isinstance(row, dict)]
    if len(found) < len(rows):
        what = type(given).__name__
        raise ArgumentError(f"{script}: preprocess_handler gave {what}, no dict or list of dicts")
    return found
