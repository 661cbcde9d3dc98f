"""A profile from whatever holds one: data to be read, or a `statistics.json` of an earlier run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from drift_engine.errors import DataError
from drift_engine.monitor_files import STATISTICS, read_statistics
from drift_engine.readers import ReadOptions
from drift_engine.readers.s3 import SCHEME, s3_files
from drift_engine.run import make_baseline
from drift_engine.states import Profile

Progress = Callable[[str, int], None]


def statistics_file(place: str | Path) -> Path | None:
    """The `statistics.json` that a path means: itself, or the one in the folder; None where it means data."""
    path = Path(place)
    if path.is_dir():
        return path / STATISTICS if (path / STATISTICS).is_file() else None
    return path if path.name.endswith(STATISTICS) else None


def profile_of(places: Sequence[str], options: ReadOptions, progress: Progress | None = None) -> Profile:
    """The profile of data, or the one that a single `statistics.json` (or a folder with one) holds.

    Raises:
        DataError: the data can't be read as a table, or has no rows.
        MonitorFileError: the file is damaged.
    """
    if len(places) == 1 and places[0].startswith(SCHEME) and places[0].endswith(f"/{STATISTICS}"):
        return _from_s3(places[0])
    stored = statistics_file(places[0]) if len(places) == 1 else None
    if stored is not None:
        return read_statistics(stored, extras=False)
    return make_baseline(list(places), options=options, progress=progress).statistics


def _from_s3(uri: str) -> Profile:
    files = s3_files(uri)
    if len(files) > 1:
        raise DataError(f"{uri}: is {len(files):,} files, {files[0].name} the first: name one of them")
    with files[0].open() as stream:
        try:
            content = stream.read()
        except OSError as error:
            raise DataError(f"{uri}: can't be read: {error}") from error
    return read_statistics(content, uri, extras=False)


def named_as(profile: Profile, names: Sequence[str]) -> Profile:
    """The profile under the baseline's names by position, where one of them has but positions for names."""
    nameless = any(tuple(each) == _positions(len(each)) for each in (profile.names(), names))
    if not nameless or len(names) != len(profile.features):
        return profile
    features = (replace(old, name=name) for old, name in zip(profile.features, names, strict=True))
    return replace(profile, features=tuple(features))


def _positions(count: int) -> tuple[str, ...]:
    """The names that readers give the columns of a table without a header."""
    return tuple(f"_c{position}" for position in range(count))
