"""Paths, globs and folders to the data files that they mean."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from drift_engine.errors import DataError
from drift_engine.readers.partition import DataFile


def data_files(path: str | os.PathLike[str]) -> list[DataFile]:
    """The data files that a path, a glob or a folder means, sorted by path.

    A folder means all files below it but those that Spark leaves out too: names that start with a dot or an
    underscore (`_SUCCESS`, `_temporary/...`, `.part-0.crc`), unless a `=` makes it a partition's folder.

    Raises:
        DataError: there is no such file; the message says what was looked for.
    """
    text = os.fspath(path)
    place = Path(text).expanduser()
    if place.is_dir():
        found = sorted(_below(place))
        if not found:
            raise DataError(
                f"{text}: no data file in this folder (names that start with . or _ are left out)"
            )
    elif place.exists():
        found = [place]
    elif glob.has_magic(text):
        matches = (Path(match) for match in glob.iglob(str(place), recursive=True))  # noqa: PTH207
        found = sorted({file for match in matches for file in (_below(match) if match.is_dir() else [match])})
        if not found:
            raise DataError(f"{text}: no file matches this pattern (looked from {Path.cwd()})")
    else:
        raise DataError(f"{text}: no such file or folder (looked from {Path.cwd()})")
    return [DataFile(str(file), partial(_open, file), _size(file)) for file in found]


def _below(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name.startswith((".", "_")) and "=" not in entry.name:
            continue
        if entry.is_dir():
            yield from _below(entry)
        elif entry.is_file():
            yield entry


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError as error:
        raise DataError(f"{file}: can't be read: {error.strerror}") from error


def _open(file: Path) -> BinaryIO:
    return cast(BinaryIO, file.open("rb"))
