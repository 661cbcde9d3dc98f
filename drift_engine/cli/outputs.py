"""Files that a command writes are none that it reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from drift_engine.errors import ArgumentError
from drift_engine.monitor_files import CONSTRAINTS, STATISTICS


def require_spared(data: Iterable[str], outputs: Iterable[tuple[str, str | None]]) -> None:
    """Refuse to write over the data, before anything is read or written.

    Args:
        data: the paths of the data, as given.
        outputs: of each file to be written its flag, and its path as given or None.

    Raises:
        ArgumentError: a file to be written is one of the data.
    """
    read = {Path(path).resolve() for path in data}
    for flag, path in outputs:
        if path is not None and Path(path).resolve() in read:
            raise ArgumentError(
                f"{flag} {path}: is the data itself, which it would replace; name another file"
            )


def require_apart(baseline: str, output: str | None, reports: Iterable[tuple[str, str | None]]) -> None:
    """Refuse to write a check over its baseline, before anything is read or written.

    Args:
        baseline: the baseline's folder, as given.
        output: the folder of the check's files, as given or None.
        reports: of each report its flag, and its path as given or None.

    Raises:
        ArgumentError: a file of the baseline would be replaced by the batch's.
    """
    folder = Path(baseline).resolve()
    if output is not None and Path(output).resolve() == folder:
        raise ArgumentError(
            f"--output {output}: is the baseline's folder, whose files the batch's would replace; "
            "name another folder"
        )
    kept = {(folder / name).resolve() for name in (STATISTICS, CONSTRAINTS)}
    for flag, path in reports:
        if path is not None and Path(path).resolve() in kept:
            raise ArgumentError(f"{flag} {path}: is a file of the baseline; name another file")
