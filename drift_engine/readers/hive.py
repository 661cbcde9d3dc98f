"""Columns that stand in the names of folders, as `day=2026-01-01/` does (Hive, Spark, Athena)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import unquote

import numpy as np

from drift_engine.errors import DataError
from drift_engine.readers.partition import DataFile, Partition
from drift_engine.readers.values import text_column
from drift_engine.states.batch import Batch, CodedColumn

_log = logging.getLogger(__name__)
_MISSING = "__HIVE_DEFAULT_PARTITION__"


def folder_columns(path: str) -> Mapping[str, str | None]:
    """Names and values in a path's folders, outermost first; None is Hive's name for a missing value.

    Raises:
        DataError: two folders have the same name, or but for capitals.

    >>> dict(folder_columns("in/year=2026/day=a%20b/part-0.csv"))
    {'year': '2026', 'day': 'a b'}
    """
    found: dict[str, str | None] = {}
    for name, value in _folders(path):
        if not lacking([name], found):
            raise DataError(f"two folders name the column {name!r}")
        found[name] = value
    return found


def _folders(path: str) -> Iterator[tuple[str, str | None]]:
    for folder in path.replace("\\", "/").split("/")[:-1]:
        name, equals, value = folder.partition("=")
        if name and equals:
            yield unquote(name), None if value in (_MISSING, "") else unquote(value)


def lacking(wanted: Iterable[str], names: Iterable[str]) -> list[str]:
    """Those wanted that are none of the names, capitals or not."""
    taken = {name.lower() for name in names}
    return [name for name in wanted if name.lower() not in taken]


def warn_of_no_folders(files: Sequence[DataFile]) -> None:
    """A warning where folders of this kind lie in what was given alone, and none below it."""
    above = next((file.name for file in files if any(_folders(file.name))), None)
    if above is not None and not any(any(_folders(file.below)) for file in files):
        _log.warning(
            "%s: no folder column: only folders below the path that is given are columns; give the folder "
            "above them, or a pattern in quotes",
            above,
        )


def with_folder_columns(partition: Partition, below: str) -> Partition:
    """The partition with a column of text for each such folder in `below` that the file itself has not.

    Raises:
        DataError: two folders have the same name.
    """
    try:
        values = folder_columns(below)
    except DataError as error:
        raise DataError(f"{partition.name}: {error}") from error
    if not values or partition.state is not None:
        return partition
    return replace(partition, batches=partial(_batches, partition, values), constants=values)


def _batches(partition: Partition, values: Mapping[str, str | None]) -> Iterator[Batch]:
    for batch in partition.batches():
        added = lacking(values, batch.names)
        columns = tuple(constant_column(values[name], batch.rows) for name in added)
        yield Batch((*batch.names, *added), (*batch.columns, *columns), batch.rows)


def constant_column(value: str | None, rows: int) -> CodedColumn:
    """The same text in every row; None is missing."""
    missing = np.full(rows, value is None)
    return CodedColumn(text_column((value or "",)), np.zeros(rows, np.int32), missing)
