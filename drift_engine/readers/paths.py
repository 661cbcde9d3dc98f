"""Paths, globs and folders to the data files that they mean."""

from __future__ import annotations

import glob
import os
import weakref
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO, cast

from drift_engine.errors import ADDRESS, DataError
from drift_engine.readers.partition import DataFile
from drift_engine.readers.s3 import SCHEME, s3_files


def data_files(path: str | os.PathLike[str]) -> list[DataFile]:
    """The data files that a path, a glob or a folder means, sorted by path.

    A folder means all files below it but those that Spark leaves out too: names that start with a dot or an
    underscore (`_SUCCESS`, `_temporary/...`, `.part-0.crc`), unless a `=` makes it a partition's folder. A
    glob leaves them out too, but for those parts of a path that it names so itself. A pipe is read to its
    end first.

    Raises:
        DataError: there is no such file; the message says what was looked for.
    """
    text = os.fspath(path)
    if text.startswith(SCHEME):
        return s3_files(text)
    if scheme := ADDRESS.match(text):
        raise DataError(f"{text}: {scheme[0]} is not read here; copy the data to this machine first")
    place = Path(text).expanduser()
    if place.is_dir():
        found, base = sorted(_below(place)), place
        if not found:
            raise DataError(
                f"{text}: no data file in this folder (names that start with . or _ are left out)"
            )
    elif place.exists():
        if not place.is_file():
            return [_piped(text, place)]
        found, base = [place], place.parent
    elif glob.has_magic(text):
        matches, base = _matches(place), _fixed(place)
        found = sorted({file for match in matches for file in (_below(match) if match.is_dir() else [match])})
        if not found:
            raise DataError(f"{text}: no file matches this pattern (looked from {Path.cwd()})")
    else:
        raise DataError(f"{text}: no such file or folder (looked from {Path.cwd()})")
    return [
        DataFile(
            str(file), partial(_open, file), _size(file), path=file, below=file.relative_to(base).as_posix()
        )
        for file in found
    ]


def _fixed(pattern: Path) -> Path:
    """The folder below which a pattern's matches lie: its parts before the first that is a pattern."""
    return Path(*takewhile(lambda part: not glob.has_magic(part), pattern.parts))


def _matches(pattern: Path) -> Iterator[Path]:
    named = [part for part in pattern.parts if _left_out(part)]
    for match in glob.iglob(str(pattern), recursive=True):  # noqa: PTH207
        path = Path(match)
        odd = (part for part in path.parts if _left_out(part))
        if all(any(fnmatchcase(part, name) for name in named) for part in odd):
            yield path


def _left_out(name: str) -> bool:
    return name.startswith((".", "_")) and "=" not in name and name != ".."


def _below(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if _left_out(entry.name):
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


def _piped(text: str, place: Path) -> DataFile:
    """What comes out of a pipe, in a file that goes with the last use of it: data is read more than once."""
    if not place.is_fifo():
        raise DataError(f"{text}: is neither a file, a folder nor a pipe")
    import shutil  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    handle, name = tempfile.mkstemp(prefix="drift-engine-")
    spool = Path(name)
    opened = partial(_open, spool)
    weakref.finalize(opened, spool.unlink, missing_ok=True)
    try:
        with place.open("rb") as pipe, os.fdopen(handle, "wb") as out:
            shutil.copyfileobj(pipe, out)
    except OSError as error:
        raise DataError(f"{text}: can't be read: {error.strerror}") from error
    return DataFile(text, opened, spool.stat().st_size)


def _open(file: Path) -> BinaryIO:
    return cast(BinaryIO, file.open("rb"))
