"""Where a command writes to and where its baseline lies: local paths, refused before any work otherwise.

Each function is the `type` of an argument; what it gives is the text as it came.
"""

from __future__ import annotations

import argparse
import stat
from pathlib import Path

from drift_engine.errors import ADDRESS


def output_folder(text: str) -> str:
    """A folder to be written to.

    Raises:
        argparse.ArgumentTypeError: it is no local path, empty, or there is a file of that name.
    """
    _require_local(
        text, "outputs are local paths: write to a folder here, then copy it (aws s3 cp --recursive)"
    )
    if text and _mode(text) and not stat.S_ISDIR(_mode(text)):
        raise argparse.ArgumentTypeError(f"{text}: is a file; give a folder")
    return _not_empty(text, "folder")


def output_file(text: str) -> str:
    """A file to be written.

    Raises:
        argparse.ArgumentTypeError: it is no local path, empty, or a folder.
    """
    _require_local(text, "outputs are local paths: write to a file here, then copy it (aws s3 cp)")
    _not_empty(text, "file")
    if Path(text).name in ("", "..") or text.endswith("/") or stat.S_ISDIR(_mode(text)):
        raise argparse.ArgumentTypeError(f"{text}: is a folder; name a file")
    return text


def baseline_folder(text: str) -> str:
    """A folder with a baseline.

    Raises:
        argparse.ArgumentTypeError: it is no local path, empty, or a file.
    """
    _require_local(
        text, "a baseline is a local folder: copy it to this machine first (aws s3 cp --recursive)"
    )
    if text and stat.S_ISREG(_mode(text)):
        raise argparse.ArgumentTypeError(
            f"{text}: is a file; give the folder with the baseline's statistics.json and constraints.json"
        )
    return _not_empty(text, "folder")


def local_file(text: str) -> str:
    """A file or folder of ours to be read.

    Raises:
        argparse.ArgumentTypeError: it is no local path, or empty.
    """
    _require_local(text, "is read from this machine only: copy it here first (aws s3 cp)")
    return _not_empty(text, "file")


def _require_local(text: str, otherwise: str) -> None:
    if ADDRESS.match(text):
        raise argparse.ArgumentTypeError(f"{text}: {otherwise}")


def _not_empty(text: str, what: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError(f"is empty; name a {what}")
    return text


def _mode(text: str) -> int:
    """The mode of what is there, 0 where there is nothing or nobody may look."""
    try:
        return Path(text).stat().st_mode
    except OSError:
        return 0
