"""The laws of a mergeable state, written once and run for every state.

A new state gets a row in `SUBJECTS`: how data for it is drawn, put together and taken in, and when two
states agree. Data is drawn by seed and size, so that sketches compact and categories overflow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Protocol, TypeAlias

import hypothesis.strategies as st
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings

from drift_engine.errors import ProfileFileError
from drift_engine.states import (
    Batch,
    CategoryState,
    ColumnState,
    CountState,
    DatasetState,
    DistinctState,
    FrequentState,
    KllSketch,
    MomentState,
    NumberColumn,
    TextColumn,
)
from drift_engine.states.cells import Cells
from drift_engine.states.hashing import hash_cells, hash_numbers
from tests.tables import text_column

Data: TypeAlias = npt.NDArray[Any]


class State(Protocol):
    """What every state can do."""

    def merge(self, other: Any) -> Any: ...

    def to_bytes(self) -> bytes: ...


@dataclass(frozen=True)
class Subject:
    """A state under the laws.

    Attributes:
        new: makes the identity.
        draw: (seed, size) -> data, an array that can be cut and put together.
        take: feeds data into a state, in place.
        agree: whether two states made of the same data in another order say the same.
    """

    new: Callable[[], Any]
    draw: Callable[[int, int], Data]
    take: Callable[[Any, Data], None]
    agree: Callable[[Any, Any], bool]

    def of(self, data: Data) -> Any:
        state = self.new()
        self.take(state, data)
        return state

    def __repr__(self) -> str:
        return str(self.new.__name__)


def same_bytes(left: State, right: State) -> bool:
    return left.to_bytes() == right.to_bytes()


def close(left: float, right: float, scale: float) -> bool:
    return abs(left - right) <= 1e-9 * max(scale, abs(left), abs(right))


def moments_agree(left: MomentState, right: MomentState) -> bool:
    if left.count != right.count or (left.min, left.max) != (right.min, right.max):
        return False
    if not left.count:
        return True
    scale = max(abs(left.min), abs(left.max))
    return (
        close(left.sum(), right.sum(), scale * left.count)
        and left.sum(whole=True) == right.sum(whole=True)
        and close(left.mean(), right.mean(), scale)
        and close(left.std_dev(), right.std_dev(), scale * 10)
    )


def sketches_agree(left: KllSketch, right: KllSketch) -> bool:
    """Each is within its stated error of the truth, so they are within twice that of each other."""
    if left.num_values != right.num_values:
        return False
    items = np.concatenate((left.weighted()[0], right.weighted()[0]))
    gap = np.abs(left.rank(items, inclusive=True) - right.rank(items, inclusive=True))
    return bool((gap <= 0.02 * left.num_values).all())


def columns_agree(left: ColumnState, right: ColumnState) -> bool:
    mine, theirs = left.profile("a"), right.profile("a")
    if (mine.inferred_type, mine.num_present, mine.num_missing, mine.type_counts) != (
        theirs.inferred_type,
        theirs.num_present,
        theirs.num_missing,
        theirs.type_counts,
    ):
        return False
    if not same_bytes(left.categories, right.categories):
        return False
    if mine.numerical is None or theirs.numerical is None:
        return mine.numerical is theirs.numerical
    assert mine.numerical.sketch is not None
    assert theirs.numerical.sketch is not None
    return (
        mine.numerical.approximate_num_distinct_values == theirs.numerical.approximate_num_distinct_values
        and close(mine.numerical.mean, theirs.numerical.mean, abs(mine.numerical.max))
        and sketches_agree(mine.numerical.sketch, theirs.numerical.sketch)
    )


def datasets_agree(left: DatasetState, right: DatasetState) -> bool:
    if left.rows != right.rows or set(left.names) != set(right.names):
        return False
    mine, theirs = (
        dict(zip(left.names, left.columns, strict=True)),
        dict(zip(right.names, right.columns, strict=True)),
    )
    return all(columns_agree(mine[name], theirs[name]) for name in mine)


def floats(seed: int, size: int) -> Data:
    """Many shapes: ties, few values, both zeros, large and small, sorted."""
    random = np.random.default_rng(seed)
    shapes = (
        random.normal(size=size),
        random.integers(-3, 3, size).astype(np.float64),
        random.choice(np.array([0.0, -0.0, 1.5]), size),
        np.sort(random.lognormal(0.0, 3.0, size)),
        np.round(random.normal(1e6, 10.0, size), 2),
    )
    return shapes[seed % len(shapes)]


def cells(seed: int, size: int) -> Data:
    """Texts of all types; 0 or more of them missing, few or many different ones."""
    random = np.random.default_rng(seed)
    kinds: tuple[list[str | None], ...] = (
        [repr(number) for number in random.normal(size=size).tolist()],
        [str(number) for number in random.integers(0, 30, size).tolist()],
        [f"id{number}" for number in random.integers(0, 5000, size).tolist()],
        random.choice(np.array(["a", "7", "1.5", "true", "- 5", "9" * 20, "é"]), size).tolist(),
    )
    texts = np.array(kinds[seed % len(kinds)], dtype=object)
    texts[random.random(size) < 0.1 * (seed % 3)] = None
    return texts


def types(seed: int, size: int) -> Data:
    return np.random.default_rng(seed).integers(0, 4, size).astype(np.uint8)


def few_or_many_numbers(seed: int, size: int) -> Data:
    return np.random.default_rng(seed).integers(0, (5, 300, 1000, 1 << 40)[seed % 4], size)


def take_counts(state: CountState, data: Data) -> None:
    state.add(data, missing=int((data == 3).sum()))


def take_moments(state: MomentState, data: Data) -> None:
    whole = np.where(data == np.round(data), data, 0.0)
    state.add(data, np.clip(whole, -1e15, 1e15).astype(np.int64))


def take_categories(state: CategoryState, data: Data) -> None:
    state.add(hash_numbers(data), lambda index: str(data[index]).encode())


def texts(seed: int, size: int) -> Data:
    """Texts of many lengths, a few of them often."""
    random = np.random.default_rng(seed)
    often = [f"often{number}" * (seed % 4) for number in random.integers(0, 9, size).tolist()]
    rare = [f"{number:x}" * (number % 5) for number in random.integers(0, 1 << 30, size).tolist()]
    return np.where(random.random(size) < 0.3, np.array(often, dtype=object), np.array(rare, dtype=object))


def take_frequent(state: FrequentState, data: Data) -> None:
    some_cells = Cells.present(text_column(data.tolist()))
    state.add(hash_cells(some_cells), some_cells)


def take_column(state: ColumnState, data: Data) -> None:
    state.add(text_column(data.tolist()))


def take_numbers(state: ColumnState, data: Data) -> None:
    state.add(NumberColumn(data, np.isin(data, (1, 2))))


def take_rows(state: DatasetState, data: Data) -> None:
    columns: tuple[TextColumn, ...] = (text_column(data.tolist()), text_column(data[::-1].tolist()[::-1]))
    state.add(Batch(("a", "b"), columns, len(data)))


SUBJECTS = [
    Subject(CountState, types, take_counts, same_bytes),
    Subject(MomentState, floats, take_moments, moments_agree),
    Subject(KllSketch, floats, lambda state, data: state.add(data), sketches_agree),
    Subject(
        DistinctState, few_or_many_numbers, lambda state, data: state.add(hash_numbers(data)), same_bytes
    ),
    Subject(CategoryState, few_or_many_numbers, take_categories, same_bytes),
    Subject(FrequentState, texts, take_frequent, same_bytes),
    Subject(ColumnState, cells, take_column, columns_agree),
    Subject(ColumnState, texts, take_column, columns_agree),
    Subject(ColumnState, few_or_many_numbers, take_numbers, columns_agree),
    Subject(DatasetState, cells, take_rows, datasets_agree),
]

SEEDS = st.integers(0, 10_000)
SIZES = st.sampled_from([0, 1, 2, 3, 17, 600, 2049, 2051, 5000, 9001])
every_state = pytest.mark.parametrize("subject", SUBJECTS, ids=repr)
some = settings(max_examples=20, deadline=None)


@st.composite
def parts(draw: st.DrawFn, number: int) -> tuple[tuple[int, int], ...]:
    """(seed, size) of some pieces of one table: pieces of one shape, so that they can be one column."""
    seed = draw(SEEDS)
    return tuple((seed + 60 * index, draw(SIZES)) for index in range(number))


def grown(subject: Subject, pieces: Sequence[tuple[int, int]]) -> Any:
    """A state as a run makes it: data and merges in turn."""
    states = [subject.of(subject.draw(*piece)) for piece in pieces]
    return reduce(lambda left, right: left.merge(right), states, subject.new())


@every_state
@given(pieces=parts(2))
@some
def test_the_empty_state_changes_nothing_on_either_side(subject: Subject, pieces: Any) -> None:
    state = grown(subject, pieces)
    assert same_bytes(subject.new().merge(state), state)
    assert same_bytes(state.merge(subject.new()), state)


@every_state
def test_empty_merged_with_empty_is_empty(subject: Subject) -> None:
    assert same_bytes(subject.new().merge(subject.new()), subject.new())


@every_state
@given(pieces=parts(4))
@some
def test_merging_commutes(subject: Subject, pieces: Any) -> None:
    left, right = grown(subject, pieces[:2]), grown(subject, pieces[2:])
    assert subject.agree(left.merge(right), right.merge(left))


@every_state
@given(pieces=parts(3))
@some
def test_merging_associates(subject: Subject, pieces: Any) -> None:
    first, second, third = (subject.of(subject.draw(*piece)) for piece in pieces)
    assert subject.agree(first.merge(second).merge(third), first.merge(second.merge(third)))


@every_state
@given(pieces=parts(3))
@some
def test_merging_parts_is_one_pass_over_all(subject: Subject, pieces: Any) -> None:
    data = [subject.draw(*piece) for piece in pieces]
    assert subject.agree(grown(subject, pieces), subject.of(np.concatenate(data)))


@every_state
@given(pieces=parts(1), cuts=st.lists(st.floats(0.0, 1.0), max_size=4))
@some
def test_adding_does_not_depend_on_the_split_into_calls(
    subject: Subject, pieces: Any, cuts: list[float]
) -> None:
    data = subject.draw(*pieces[0])
    state = subject.new()
    for piece in np.split(data, sorted(int(cut * len(data)) for cut in cuts)):
        subject.take(state, piece)
    assert same_bytes(state, subject.of(data))


@every_state
@given(pieces=parts(4))
@some
def test_merging_leaves_its_arguments_alone(subject: Subject, pieces: Any) -> None:
    left, right = grown(subject, pieces[:1]), grown(subject, pieces[1:2])
    before = left.to_bytes(), right.to_bytes()
    merged = left.merge(right)
    subject.take(merged, subject.draw(*pieces[2]))
    subject.take(left.merge(subject.new()), subject.draw(*pieces[3]))
    assert (left.to_bytes(), right.to_bytes()) == before


@every_state
@given(pieces=parts(2))
@some
def test_a_state_read_back_from_bytes_goes_on_as_the_one_written(subject: Subject, pieces: Any) -> None:
    state = grown(subject, pieces)
    twin = type(state).from_bytes(state.to_bytes())
    assert same_bytes(twin, state)
    assert same_bytes(twin.merge(state), state.merge(state))
    more = subject.draw(*pieces[0])
    subject.take(twin, more)
    subject.take(state, more)
    assert same_bytes(twin, state)


@every_state
@given(
    pieces=parts(1), place=st.floats(0.0, 1.0, exclude_max=True), flip=st.integers(1, 255), cut=st.booleans()
)
@some
def test_damaged_bytes_are_one_clear_error(
    subject: Subject, pieces: Any, place: float, flip: int, cut: bool
) -> None:
    state = grown(subject, pieces)
    data = bytearray(state.to_bytes())
    index = int(place * len(data))
    if cut:
        del data[index:]
    else:
        data[index] ^= flip
    with pytest.raises(ProfileFileError, match=r"^this (is no )?profile "):
        type(state).from_bytes(bytes(data))
