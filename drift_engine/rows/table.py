"""A table's rows, sampled while they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from drift_engine.errors import DataError
from drift_engine.readers import ReadOptions, partitions
from drift_engine.rows.column import ColumnRows, RowColumn
from drift_engine.states import Batch


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows of a table.

    Attributes:
        columns: by name, in the order of the source, all of `count` rows.
        count: how many rows these are.
        total: how many the table has.
    """

    columns: Mapping[str, RowColumn]
    count: int
    total: int


def read_rows(
    source: Any,
    options: ReadOptions,
    *,
    most: int = 100_000,
    seed: int = 0,
    progress: Callable[[str, int], None] | None = None,
) -> Rows:
    """At most `most` rows of a table, each with the same chance, in their order.

    Args:
        source: as in `run.check`.
        options: how files are to be read.
        most: how many rows to keep.
        seed: of the choice.
        progress: told how many rows were read.

    Raises:
        DataError: the source can't be read as a table, has no rows, or its parts have different columns.
    """
    sample = _Sample(most, seed)
    for partition in partitions(source, options):
        for batch in partition.batches():
            sample.add(batch, partition.name)
            if progress is not None:
                progress(partition.name, sample.total)
    if not sample.total:
        raise DataError("a header without a row: there is nothing to sample")
    return sample.rows()


class _Sample:
    """The rows with the smallest random keys so far (Vitter 1985's reservoir, with keys)."""

    def __init__(self, most: int, seed: int) -> None:
        self.total = 0
        self._most = most
        self._random = np.random.default_rng(seed)
        self._columns: dict[str, ColumnRows] = {}
        self._keys: npt.NDArray[np.float64] = np.empty(0)
        self._cutoff = 1.0

    def add(self, batch: Batch, name: str) -> None:
        if not self._columns:
            self._columns = {each: ColumnRows() for each in batch.names}
        if set(batch.names) != set(self._columns):
            raise DataError(f"{name}: its columns are not those of the files before it")
        keys = self._random.random(batch.rows)
        chosen = np.flatnonzero(keys < self._cutoff)
        for each, column in zip(batch.names, batch.columns, strict=True):
            self._columns[each].add(column, chosen)
        self._keys = np.concatenate((self._keys, keys[chosen]))
        self.total += batch.rows
        if len(self._keys) > 2 * self._most:
            self._trim()

    def _trim(self) -> None:
        if len(self._keys) <= self._most:
            return
        self._cutoff = float(np.partition(self._keys, self._most)[self._most])
        kept = self._keys < self._cutoff
        self._keys = self._keys[kept]
        for column in self._columns.values():
            column.keep(kept)

    def rows(self) -> Rows:
        self._trim()
        columns = {name: column.column() for name, column in self._columns.items()}
        return Rows(columns, len(self._keys), self.total)
