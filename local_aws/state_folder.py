"""The folder of a state: of one local AWS at a time, and with nothing of anybody else's in it.

A save makes the folder its user's alone and removes what the state doesn't need any more. So a folder with
other things in it, such as a home, is refused before anything is touched.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local_aws.errors import LocalAwsError

OBJECT = re.compile(r"[0-9a-f]{64}")
_NEW = re.compile(r"\.[^/]+\.new")
_STATE = re.compile(r"state-[0-9a-f]{16}\.pickle")


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Nobody else's local AWS uses the folder inside of the block.

    Args:
        folder: Made, for this user alone, if it is not there.

    Raises:
        LocalAwsError: Another local AWS uses it, it cannot be written, or it holds what is part of no state.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        foreign = None if (folder / "state.json").exists() else _foreign(folder)
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise LocalAwsError(f"{folder} can't hold a state: {error.strerror}") from error
    try:
        if foreign is not None:
            raise LocalAwsError(
                f"{folder} holds something else than a state ({foreign}): --state takes a folder of its own, "
                "a new or an empty one"
            )
        if not os.access(folder, os.W_OK | os.X_OK):
            raise LocalAwsError(f"{folder} can't hold a state: it may not be written to")
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LocalAwsError(
                f"another local AWS is using {folder}: end it, or take another --state"
            ) from error
        yield
    finally:
        os.close(opened)


def _foreign(folder: Path) -> str | None:
    """The first thing in the folder that no save, not even one that died, has left there."""
    for entry in sorted(folder.iterdir()):
        if entry.name == "objects" and entry.is_dir():
            others = (
                e.name for e in entry.iterdir() if not (OBJECT.fullmatch(e.name) or _NEW.fullmatch(e.name))
            )
            inside = min(others, default=None)
            if inside is not None:
                return f"objects/{inside}"
        elif not (_STATE.fullmatch(entry.name) or _NEW.fullmatch(entry.name)):
            return entry.name
    return None
