"""What was read, as plain Python values, and the types of the readers' fixtures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from drift_engine.states.batch import Batch

Cell: TypeAlias = str | int | float | None


@dataclass(frozen=True)
class Table:
    """All that was read: names, rows of cells with None for missing, and how many batches it came in."""

    names: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    batches: tuple[Batch, ...]

    def column(self, name: str) -> list[Cell]:
        return [row[self.names.index(name)] for row in self.rows]


Reading: TypeAlias = Callable[..., Table]
Writing: TypeAlias = Callable[..., Path]
