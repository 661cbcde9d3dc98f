"""The user's own scripts: a record preprocessor and a post-processor."""

from __future__ import annotations

import inspect
import json
import logging
import runpy
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from drift_engine.errors import ArgumentError, ScriptError
from drift_engine.job.records import json_objects
from drift_engine.readers import DataFile
from drift_engine.readers.values import text_of

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


class _Calling:
    """Runs what is the user's own: whatever it raises is one error that names script, line and record.

    The whole traceback goes to the log, at the level INFO.
    """

    def __init__(self, script: Path, doing: str) -> None:
        self._script = script
        self._doing = doing

    def __enter__(self) -> None:
        """Nothing."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not isinstance(error, (Exception, SystemExit)):
            return
        _log.info("%s", "".join(traceback.format_exception(error)))
        what = f"{self._doing}: {type(error).__name__}: {error}"
        raise ScriptError(f"{self._script}{self._line(error)}: {what}") from error

    def _line(self, error: BaseException) -> str:
        if isinstance(error, SyntaxError) and error.filename == str(self._script):
            return f", line {error.lineno}"
        lines = [
            each.lineno
            for each in traceback.extract_tb(error.__traceback__)
            if each.filename == str(self._script)
        ]
        return f", line {lines[-1]}" if lines else ""


def preprocessed(script: Path, files: Sequence[tuple[DataFile, Path]]) -> None:
    """Run every line of JSON lines files through the script's `preprocess_handler`.

    Args:
        script: defines `preprocess_handler(inference_record)` or `(inference_record, logger)`, which gives
            a dict, a list of dicts, or an empty list to drop the record.
        files: each source, and the JSON lines file to write what the handler gives to.

    Raises:
        ArgumentError: the script has no handler, or it gives something else.
        ScriptError: the script, or its handler, fails; says on which record.
        DataError: a line is not a JSON object.
    """
    handler = _handler(script, "preprocess_handler")
    with_logger = len(inspect.signature(handler).parameters) > 1
    for source, target in files:
        with target.open("w", encoding="utf-8") as out:
            for line in json_objects(source):
                record = Record(line.text, line.document)
                with _Calling(script, f"preprocess_handler failed on {line.where}"):
                    given = handler(record, _log) if with_logger else handler(record)
                rows = _rows(given, f"{script}: {line.where}")
                with _Calling(
                    script, f"what preprocess_handler gave for {line.where} can't be written as JSON"
                ):
                    out.writelines(json.dumps(row, default=_plain) + "\n" for row in rows)


def run_postprocessor(script: Path) -> None:
    """Call the script's `postprocess_handler()`.

    Raises:
        ArgumentError: the script has no such handler.
        ScriptError: the script, or its handler, fails.
    """
    handler = _handler(script, "postprocess_handler")
    with _Calling(script, "postprocess_handler failed"):
        handler()


def _handler(script: Path, name: str) -> Callable[..., Any]:
    with _Calling(script, "can't be run"):
        handler = runpy.run_path(str(script)).get(name)
    if not callable(handler):
        raise ArgumentError(f"{script}: defines no function {name}")
    return handler  # type: ignore[no-any-return]


def _rows(given: object, where: str) -> list[dict[str, Any]]:
    rows = list(given) if isinstance(given, (list, tuple)) else [given]
    found = [{str(key): value for key, value in row.items()} for row in rows if isinstance(row, dict)]
    if len(found) < len(rows):
        what = type(given).__name__
        raise ArgumentError(f"{where}: preprocess_handler gave {what}, no dict or list of dicts")
    return found


def _plain(value: Any) -> Any:
    """What json doesn't know: numpy's scalars and arrays as Python's own, all else as the readers say it."""
    return value.tolist() if hasattr(value, "tolist") else text_of(value)
