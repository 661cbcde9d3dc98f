"""Files that are all there or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from drift_engine.errors import MonitorFileError, local_path

STATISTICS = "statistics.json"
CONSTRAINTS = "constraints.json"
VIOLATIONS = "constraint_violations.json"


def write_together(folder: str | Path, files: Mapping[str, str | None]) -> None:
    """Write texts into a folder, in their order; None removes a file of that name.

    All are written under temporary names first and renamed then, so that a full disk or a kill leaves
    either the old files or the new ones, never the half of one.

    Args:
        folder: made where it is missing.
        files: text by file name.

    Raises:
        MonitorFileError: the folder or a file can't be written.
    """
    folder = local_path(folder, MonitorFileError)
    temporary = {name: folder / f".{name}.{os.getpid()}.tmp" for name in files}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            if text is not None:
                temporary[name].write_bytes(text.encode())
        for name, text in files.items():
            if text is None:
                (folder / name).unlink(missing_ok=True)
            else:
                temporary[name].replace(folder / name)
    except OSError as error:
        raise MonitorFileError(f"{folder}: can't be written: {error.strerror}") from error
    finally:
        for path in temporary.values():
            with suppress(OSError):
                path.unlink(missing_ok=True)
