"""Everything that the drift engine raises on bad input.

One base class, caught once by the command line. A message says what happened, where (file, line,
column, key path), and what to do next.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
# `Path` makes one slash of two.
_ADDRESS_AS_PATH = "s3:/"
_NEWLINES = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


class DriftEngineError(Exception):
    """Bad input to the drift engine: data, a Model Monitor file, or an argument.

    Its message is one line, whatever names and texts of the data stand in it.
    """

    def __init__(self, message: str) -> None:
        super().__init__(_NEWLINES.sub(" ", message).strip())


class DataError(DriftEngineError):
    """Data that can't be read as a table: no file, no rows, a malformed file."""


class MonitorFileError(DriftEngineError):
    """A `statistics.json`, `constraints.json` or `constraint_violations.json` that can't be used."""


class NothingComparedError(DriftEngineError):
    """No feature of a batch can be compared with the baseline."""


class InconclusiveError(DriftEngineError):
    """A check was made and written, but no feature could be judged; it has an exit code of its own."""


class ProfileFileError(DriftEngineError):
    """A state's binary form that is damaged or of another version."""


class ArgumentError(DriftEngineError):
    """An argument, an option or an environment variable with an impossible value."""


class ReportError(DriftEngineError):
    """A report that can't be made or written."""


class ScriptError(DriftEngineError):
    """A user's own script that can't be run, or that fails."""


class ThresholdsError(DriftEngineError):
    """A `thresholds.json` that can't be used; the message lists all of its faults."""


def local_path(
    path: str | os.PathLike[str], error: type[DriftEngineError], *, names_file: bool = False
) -> Path:
    """A path on this machine: `s3://bucket/out` would be a local folder `s3:` that nobody looks into.

    Raises:
        DriftEngineError: of the kind given: it is an address, or names no file where it must.
    """
    text = os.fspath(path)
    if ADDRESS.match(text) or text.startswith(_ADDRESS_AS_PATH):
        raise error(f"{path}: is no local path: use one, and copy what lies there (aws s3 cp)")
    found = Path(path)
    if names_file and not found.name:
        raise error(f"{str(path)!r}: names no file")
    return found
