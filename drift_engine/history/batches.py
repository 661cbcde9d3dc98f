"""Dated batches below a folder or behind a glob: data files, or stored statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from drift_engine.errors import DataError
from drift_engine.history.dates import date_label
from drift_engine.monitor_files import STATISTICS
from drift_engine.profiles import Progress, profile_of
from drift_engine.readers import ReadOptions
from drift_engine.readers.paths import data_files
from drift_engine.states import Profile


@dataclass(frozen=True)
class DatedBatch:
    """One batch.

    Attributes:
        name: its date, else its path.
        files: what it is read from, data files or one `statistics.json`.
    """

    name: str
    files: tuple[str, ...]

    def profile(self, options: ReadOptions, progress: Progress | None = None) -> Profile:
        """Its profile, read or computed.

        Raises:
            DataError: the data can't be read as a table, or has no rows.
            MonitorFileError: the stored file is damaged.
        """
        return profile_of(self.files, options, progress)


def batches_of(places: Sequence[str]) -> tuple[DatedBatch, ...]:
    """The batches of folders, globs and files, by date; those without one by path, after the others.

    Where there is any `statistics.json`, each of them is a batch and other files are left alone: a folder of
    runs holds reports too. Else data files of one date are one batch, and one without a date is its own.

    Raises:
        DataError: there is no file, or two stored runs have one date.
    """
    files = [file.name for place in places for file in data_files(place)]
    stored = [file for file in files if Path(file).name.endswith(STATISTICS)]
    groups: dict[tuple[bool, str], list[str]] = {}
    for file in stored or files:
        label = date_label(file)
        groups.setdefault((not label, label or _path(file)), []).append(file)
    for (_, label), found in groups.items():
        if stored and len(found) > 1:
            raise DataError(f"{label}: two runs have this date: {found[0]} and {found[1]}")
    return tuple(DatedBatch(name, tuple(groups[undated, name])) for undated, name in sorted(groups))


def _path(file: str) -> str:
    return str(Path(file).parent) if Path(file).name == STATISTICS else file
