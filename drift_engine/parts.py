"""Tables profiled part by part, anywhere, and put together later: `part.profile` files.

A part's file is the binary form of its `DatasetState`: versioned, checksummed, and of a size that does not
depend on the rows. Sketches remember the order in which they were merged; so parts are always merged in
the order of their paths, whatever order they are given in.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from drift_engine.checks import Monitoring, suggest
from drift_engine.errors import ArgumentError, DataError, ProfileFileError, local_path
from drift_engine.readers import ReadOptions
from drift_engine.run import Baseline, Progress, state_of_source
from drift_engine.states import DatasetState


def write_part(
    source: Any, path: str | Path, *, options: ReadOptions | None = None, progress: Progress | None = None
) -> DatasetState:
    """The state of a table, which is written to a file too, whole or not at all.

    Raises:
        DataError: the source can't be read as a table, or has no rows.
        ProfileFileError: the file can't be written.
    """
    path = local_path(path, ProfileFileError, names_file=True)
    state = state_of_source(source, options or ReadOptions(), progress)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(state.to_bytes())
        beside.replace(path)
    except OSError as error:
        raise ProfileFileError(f"{path}: can't be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return state


def read_part(path: str | Path) -> DatasetState:
    """The state in a file that `write_part` wrote.

    Raises:
        ProfileFileError: there is no such file, or it is damaged or of another version.
    """
    try:
        return DatasetState.from_bytes(Path(path).read_bytes())
    except OSError as error:
        raise ProfileFileError(f"{path}: can't be read: {error.strerror}") from error
    except ProfileFileError as error:
        raise ProfileFileError(f"{path}: {error} (`drift-engine profile` makes a part's file)") from error


def merged(paths: Sequence[str | Path]) -> DatasetState:
    """The state of all parts together, one after the other by their paths.

    Raises:
        ArgumentError: there is no path, or one comes twice.
        DataError: parts have different columns.
        ProfileFileError: as `read_part`.
    """
    ordered = sorted(map(Path, paths))
    if not ordered:
        raise ArgumentError("there is no part to merge")
    twice = [str(one) for one, other in pairwise(ordered) if one == other]
    if twice:
        raise ArgumentError(f"{twice[0]}: given twice, its rows would count twice")
    total = DatasetState()
    for path in ordered:
        part = read_part(path)
        try:
            total = total.merge(part)
        except DataError as error:
            raise DataError(f"{path}: {error}") from error
    return total


def merge_parts(paths: Sequence[str | Path], *, monitoring: Monitoring | None = None) -> Baseline:
    """The baseline of all parts together.

    Raises:
        ArgumentError, DataError, ProfileFileError: as `merged`.
    """
    profile = merged(paths).profile()
    return Baseline(profile, suggest(profile, monitoring))
