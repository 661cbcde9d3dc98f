from __future__ import annotations

import numpy as np
import pytest

from drift_engine.errors import ProfileFileError
from drift_engine.states import (
    CategoryState,
    ColumnState,
    FrequentState,
    FrequentValue,
    NumberColumn,
    envelope,
)
from drift_engine.states.cells import Cells
from drift_engine.states.frequent import BITS, BUCKETS
from drift_engine.states.hashing import hash_cells
from tests.tables import text_column


def frequent(*cells: str) -> tuple[FrequentValue, ...]:
    string = ColumnState.of(text_column(cells)).profile("a").string
    assert string is not None
    return string.frequent


def rare(number: int) -> list[str]:
    return [f"rare {index}" for index in range(number)]


def counted(*texts: str, times: int = 1) -> FrequentState:
    cells = Cells.of([text.encode() for text in texts])
    state = FrequentState()
    state.add_counted(hash_cells(cells), cells, np.full(len(texts), times, np.uint64))
    return state


def test_the_frequent_text_of_a_column_of_many_is_known_with_its_share() -> None:
    (value,) = frequent(*["guest"] * 300, *rare(700))
    assert value.value == "guest"
    assert 0 < value.at_least <= 0.3 <= value.at_most
    assert value.share == pytest.approx(0.3, abs=0.005)


def test_what_was_counted_before_the_overflow_is_not_lost() -> None:
    early = frequent(*["guest"] * 3000, *rare(7000))
    assert [value.value for value in early] == ["guest"]
    assert early == frequent(*rare(7000), *["guest"] * 3000)


def test_a_column_of_few_values_has_counts_and_no_frequent_texts() -> None:
    assert frequent(*["guest"] * 300, *rare(500)) == ()


def test_cells_that_are_numbers_are_left_out_and_still_count_as_cells() -> None:
    (value,) = frequent(*["7"] * 400, *["none"] * 300, *map(str, range(1000, 2000)))
    assert value.value == "none"
    assert value.share == pytest.approx(300 / 1700, abs=0.005)


def test_booleans_are_texts() -> None:
    assert [value.value for value in frequent(*["true"] * 300, *rare(700))] == ["true"]


def test_a_long_text_is_shown_by_its_ends_and_told_apart_by_its_middle() -> None:
    urls = [f"https://example.com/shop/{index}/index.html" for index in (1, 2)]
    values = frequent(*urls * 200, *rare(600))
    assert [value.value for value in values] == [
        "https://example.com/…1/index.html",
        "https://example.com/…2/index.html",
    ]


def test_a_cut_through_a_character_shows_neither_half() -> None:
    (value,) = frequent(*["x" + "é" * 20] * 400, *rare(600))
    assert value.value == "x" + "é" * 9 + "…" + "é" * 6


def test_numbers_cost_nothing() -> None:
    numbers = np.arange(5000)
    for values in (numbers, numbers.astype(np.float64), np.where(numbers % 2, np.nan, numbers / 7)):
        state = ColumnState.of(NumberColumn(values, np.zeros(5000, np.bool_)))
        assert state.categories.overflowed
        assert state.categories.to_bytes() == CategoryState.full(None).to_bytes()


def test_texts_of_digits_cost_nothing() -> None:
    state = ColumnState.of(text_column([str(number) for number in range(5000)]))
    assert state.categories.to_bytes() == CategoryState.full(None).to_bytes()


def test_counts_beyond_32_bits_do_not_wrap() -> None:
    most = (1 << 32) - 1
    narrow, wide = counted("a", times=most), counted("a", times=most + 1)
    assert narrow.merge(counted("a")).to_bytes() == wide.to_bytes()
    assert counted("a").merge(narrow).to_bytes() == wide.to_bytes()
    assert wide.merge(wide).count == 2 << 32
    assert [value.value for value in wide.merge(counted("b")).values(wide.count)] == ["a"]
    assert FrequentState.from_bytes(wide.to_bytes()).to_bytes() == wide.to_bytes()
    cells = Cells.of([b"a"])
    narrow.add(hash_cells(cells), cells)
    assert narrow.to_bytes() == wide.to_bytes()


@pytest.mark.parametrize("times", [1, 3, 9, 300])
def test_adding_cell_by_cell_and_by_counts_is_the_same(times: int) -> None:
    texts = [*rare(50 if times < 9 else 0), "", "x" * 32, "x" * 33, "é" * 40, "y" * 70_000 * (times < 9)]
    cells = Cells.of([text.encode() for text in texts * times])
    assert FrequentState.of(hash_cells(cells), cells).to_bytes() == counted(*texts, times=times).to_bytes()


def test_its_size_is_bounded() -> None:
    few, many = counted(*rare(600)), counted(*rare(20_000))
    assert len(few.to_bytes()) == len(many.to_bytes()) < 8 * BUCKETS + 4 * BUCKETS * BITS + 100 < 175_000


def test_another_number_of_buckets_is_an_error() -> None:
    writer = envelope.Writer(b"FRQ1")
    writer.array(np.zeros(3, np.uint64))
    writer.array(np.zeros(7, np.uint32))
    with pytest.raises(ProfileFileError, match="do not fit together"):
        FrequentState.from_bytes(writer.finish())
