"""The cells of a column with few values, read once a value instead of once a cell."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from drift_engine.states.categories import CategoryState
from drift_engine.states.cells import STRING, Cells
from drift_engine.states.numbers import CellNumbers, compressed, read_each
from drift_engine.states.numerals import Numerals


class Recall:
    """What each value of a column is; keeps nothing that could not be worked out again."""

    def __init__(self) -> None:
        self._known = Numerals.blank(0)

    def read(self, hashes: npt.NDArray[np.uint64], categories: CategoryState) -> CellNumbers:
        """Types and numbers of cells by their hashes, all of whose values the categories have counted."""
        values = len(categories.keys())
        if values != len(self._known.types):
            self._known = read_each(Cells.of(categories.values()))
        if (self._known.types == STRING).all():
            found = Numerals.blank(len(hashes))
        else:
            found = self._known.part(categories.lookup().find(hashes))
        return compressed(found)
