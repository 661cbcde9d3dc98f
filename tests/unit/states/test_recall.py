from __future__ import annotations

from drift_engine.states import CategoryState
from drift_engine.states.cells import Cells
from drift_engine.states.hashing import hash_cells
from drift_engine.states.numbers import CellNumbers, read_cells
from drift_engine.states.recall import Recall
from tests.tables import text_column


def recalled(*batches: list[str | None]) -> list[tuple[CellNumbers, CellNumbers]]:
    """What is recalled and what is read of each batch in turn."""
    recall, categories = Recall(), CategoryState()
    pairs = []
    for batch in batches:
        cells = Cells.present(text_column(batch))
        hashes = hash_cells(cells)
        categories.add(hashes, cells.cell)
        pairs.append((recall.read(hashes, categories), read_cells(cells)))
    return pairs


def test_recalled_cells_are_the_same_as_read_ones() -> None:
    pairs = recalled(["1", "x", "1", "2.5", None], ["- 5", "1", "true", "9" * 30, "x"], [], ["1", "1"])
    for recalled_cells, read in pairs:
        assert recalled_cells.types.tolist() == read.types.tolist()
        assert recalled_cells.values.tolist() == read.values.tolist()
        assert recalled_cells.whole.tolist() == read.whole.tolist()


def test_a_column_of_strings_alone_has_no_numbers() -> None:
    ((found, read),) = recalled(["a", "b", "a"])
    assert (found.types.tolist(), found.values.tolist()) == (read.types.tolist(), [])
