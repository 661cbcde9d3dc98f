"""Dated batches below a folder or behind a glob: data files, or stored statistics."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from drift_engine.errors import DataError
from drift_engine.history.dates import date_label
from drift_engine.monitor_files import STATISTICS
from drift_engine.profiles import Progress, profile_of
from drift_engine.readers import ReadOptions
from drift_engine.readers.partition import DataFile
from drift_engine.readers.paths import data_files
from drift_engine.readers.s3 import SCHEME
from drift_engine.states import Profile

REPORT = "report.html"


@dataclass(frozen=True)
class DatedBatch:
    """One batch.

    Attributes:
        name: its date, else its path.
        files: what it is read from, data files or one `statistics.json`.
        report: the `report.html` that lies beside its `statistics.json`; "" where there is none.
    """

    name: str
    files: tuple[str, ...]
    report: str = ""

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
    runs holds reports too. Else data files of one date are one batch, and one without a date is its own. A
    run in S3 whose path tells no date, as those of the pipeline, has for a name the time when it was written.
    The name of the folder, prefix or bucket that is given, or in which all those given lie, tells no date.

    Raises:
        DataError: there is no file, or two stored runs have one date.
    """
    listed = [(place, data_files(place)) for place in places]
    found = [file for _, files in listed for file in files]
    roots = [_root(place, files).split("/") for place, files in listed]
    same = takewhile(lambda pair: pair[0] == pair[1], zip(min(roots), max(roots), strict=False))
    below = len("/".join(part for part, _ in same))
    stored = [file for file in found if Path(file.name).name.endswith(STATISTICS)]
    reports = {_folder(file.name): file.name for file in found if Path(file.name).name == REPORT}
    groups: dict[tuple[bool, str, str], list[str]] = {}
    for file in stored or found:
        dated, written = date_label(file.name, below), _written(file) if stored else ""
        # Runs of one second stay two.
        apart = "" if dated else written and f" {_path(file.name)}"
        label = dated or written or _path(file.name)
        groups.setdefault((not (dated or written), label, apart), []).append(file.name)
    for (_, label, _), names in groups.items():
        if stored and len(names) > 1:
            raise DataError(f"{label}: two runs have this date: {names[0]} and {names[1]}")
    times = Counter(label for _, label, _ in groups)
    return tuple(
        DatedBatch(
            label + (apart if times[label] > 1 else ""),
            tuple(names),
            reports.get(_folder(names[0]), "") if stored else "",
        )
        for (_, label, apart), names in sorted(groups.items())
    )


def _root(place: str, files: Sequence[DataFile]) -> str:
    """The folder of a place: itself, a file's, or where a glob begins; as the files' names begin."""
    given = (place if place.startswith(SCHEME) else str(Path(place).expanduser())).rstrip("/")
    if all(file.name.startswith(f"{given}/") for file in files):
        return given
    return re.split(r"[*?[]", given)[0].rpartition("/")[0]


def _written(file: DataFile) -> str:
    """When an object of S3 was written, in UTC; of a file here that says little, as copies change it."""
    return "" if file.written is None else f"{file.written:%Y-%m-%dT%H:%M:%S}"


def _folder(file: str) -> str:
    return file.rpartition("/")[0]


def _path(file: str) -> str:
    return str(Path(file).parent) if Path(file).name == STATISTICS else file
