"""Files that a command writes are none that it reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from drift_engine.errors import ArgumentError


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
