"""Columns that stand in the names of folders, as `day=2026-01-01/` does (Hive, Spark, Athena)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import unquote

import numpy as np

from drift_engine.readers.partition import Partition
from drift_engine.readers.values import text_column
from drift_engine.states.batch import Batch, CodedColumn

_MISSING = "__HIVE_DEFAULT_PARTITION__"


def folder_columns(path: str) -> Mapping[str, str | None]:
    """Names and values in a path's folders, outermost first; None is Hive's name for a missing value.

    >>> dict(folder_columns("s3://b/in/year=2026/day=a%20b/part-0.csv"))
    {'year': '2026', 'day': 'a b'}
    """
    found: dict[str, str | None] = {}
    for folder in path.replace("\\", "/").split("/")[:-1]:
        name, equals, value = folder.partition("=")
        if name and equals:
            found[unquote(name)] = None if value in (_MISSING, "") else unquote(value)
    return found


def with_folder_columns(partition: Partition) -> Partition:
    """The partition with a column of text for each folder of this kind that the file itself has not."""
    values = folder_columns(partition.name)
    if not values or partition.state is not None:
        return partition
    return replace(partition, batches=partial(_batches, partition, values), constants=values)


def _batches(partition: Partition, values: Mapping[str, str | None]) -> Iterator[Batch]:
    for batch in partition.batches():
        added = {name: value for name, value in values.items() if name not in batch.names}
        columns = tuple(constant_column(value, batch.rows) for value in added.values())
        yield Batch((*batch.names, *added), (*batch.columns, *columns), batch.rows)


def constant_column(value: str | None, rows: int) -> CodedColumn:
    """The same text in every row; None is missing."""
    missing = np.full(rows, value is None)
    return CodedColumn(text_column((value or "",)), np.zeros(rows, np.int32), missing)
