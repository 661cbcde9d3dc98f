from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from drift_engine.states import KllSketch


def slowly(values: list[float]) -> list[list[float]]:
    """The sketch of model_monitor.md, section 2, value by value; Java's order puts -0.0 before 0.0."""
    levels: list[list[float]] = [[]]
    compactions = [0]

    def capacity(height: int) -> int:
        return 2 * (math.ceil(2048 * 0.64**height / 2) + 1)

    for value in values:
        levels[0].append(value)
        if sum(map(len, levels)) <= sum(map(capacity, range(len(levels)))):
            continue
        for height, level in enumerate(levels):
            if len(level) >= capacity(height):
                if height + 1 == len(levels):
                    levels.append([])
                    compactions.append(0)
                even = len(level) - len(level) % 2
                compactions[height] += 1
                offset = compactions[height] // 2 % 2
                stretch = sorted(level[:even], key=lambda number: (number, math.copysign(1.0, number)))
                levels[height + 1] += stretch[offset::2]
                levels[height] = level[even:]
                break
    return levels


def bits(levels: list[list[float]] | tuple[npt.NDArray[np.float64], ...]) -> list[list[int]]:
    return [np.array(level, dtype=np.float64).view(np.int64).tolist() for level in levels]


@pytest.mark.parametrize("size", [0, 1, 2050, 2051, 4103, 12_345, 40_000])
def test_the_levels_are_those_of_the_value_by_value_sketch(size: int) -> None:
    values = np.random.default_rng(size).normal(size=size).round(2)
    assert bits(KllSketch.of(values).levels) == bits(slowly(values.tolist()))


def test_negative_zeros_are_sorted_before_zeros() -> None:
    values = np.random.default_rng(0).choice(np.array([-1.0, -0.0, 0.0, 2.0]), 9000)
    assert bits(KllSketch.of(values).levels) == bits(slowly(values.tolist()))


def test_an_array_longer_than_a_piece_is_the_same_as_many_short_ones() -> None:
    values = np.random.default_rng(1).normal(size=200_001)
    sketch = KllSketch()
    for part in np.array_split(values, 77):
        sketch.add(part)
    assert sketch.to_bytes() == KllSketch.of(values).to_bytes()


@pytest.mark.parametrize("shape", ["random", "sorted", "ties"])
def test_ranks_are_within_the_stated_error(shape: str) -> None:
    values = np.random.default_rng(2).normal(size=100_000)
    if shape == "sorted":
        values = np.sort(values)
    if shape == "ties":
        values = values.round(1)
    sketch, ordered = KllSketch.of(values), np.sort(values)
    at = np.linspace(-3.0, 3.0, 601)
    for inclusive, side in ((True, "right"), (False, "left")):
        truth = np.searchsorted(ordered, at, "right" if side == "right" else "left")
        assert np.abs(sketch.rank(at, inclusive=inclusive) - truth).max() <= 1000


def test_weights_add_up_to_the_number_of_values_also_after_merges() -> None:
    parts = [KllSketch.of(np.arange(size, dtype=np.float64)) for size in (5000, 1, 2050, 7777)]
    merged = parts[0].merge(parts[1]).merge(parts[2]).merge(parts[3])
    assert merged.num_values == 5000 + 1 + 2050 + 7777
    assert merged.weighted()[1].sum() == merged.num_values


def test_a_merge_of_full_sketches_compacts_until_there_is_room() -> None:
    full = KllSketch.of(np.arange(2050, dtype=np.float64))
    assert [len(level) for level in full.levels] == [2050]
    assert [len(level) for level in full.merge(full).levels] == [0, 2050]


def test_the_rank_map_keeps_the_highest_weight_of_a_tie() -> None:
    sketch = KllSketch.from_levels([[1.0, 2.0, 2.0], [2.0, 3.0]])
    values, ranks = sketch.collapsed()
    assert (values.tolist(), ranks.tolist()) == ([1.0, 2.0, 3.0], [1, 3, 5])


def test_an_empty_sketch_has_no_items_and_rank_zero() -> None:
    sketch = KllSketch()
    assert sketch.num_values == 0
    assert sketch.collapsed()[0].tolist() == []
    assert sketch.rank([0.0, 1.0], inclusive=True).tolist() == [0, 0]


def test_levels_and_parameters_survive_from_a_file() -> None:
    sketch = KllSketch.from_levels([[3.0], [], [1.0, 2.0]], c=0.5, k=100.0)
    assert [level.tolist() for level in sketch.levels] == [[3.0], [], [1.0, 2.0]]
    assert (sketch.c, sketch.k, sketch.num_values) == (0.5, 100.0, 9)


def test_what_a_sketch_hands_out_cannot_change_it() -> None:
    sketch = KllSketch.of([3.0, 1.0])
    sketch.levels[0][0] = 99.0
    assert sketch.levels[0].tolist() == [3.0, 1.0]


def test_the_array_that_was_added_is_not_kept_nor_changed() -> None:
    values = np.array([2.0, 1.0])
    sketch = KllSketch.of(values)
    values[0] = 99.0
    assert sketch.levels[0].tolist() == [2.0, 1.0]


def test_sketches_of_other_parameters_do_not_merge() -> None:
    with pytest.raises(ValueError, match="different c or k"):
        KllSketch().merge(KllSketch.from_levels([[1.0]], c=0.5, k=100.0))


@pytest.mark.parametrize(
    ("c", "k"), [(0.0, 2048.0), (1.0, 2048.0), (0.64, 0.0), (0.64, math.inf), (math.nan, 8.0)]
)
def test_impossible_parameters_are_refused(c: float, k: float) -> None:
    with pytest.raises(ValueError, match="a sketch needs"):
        KllSketch.from_levels([[1.0]], c=c, k=k)


def test_only_levels_that_nobody_can_write_to_are_not_copied() -> None:
    written, fixed = np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.0])
    fixed.flags.writeable = False
    sketch = KllSketch.from_levels([written, fixed])
    written[0] = 9.0
    assert [level.tolist() for level in sketch.levels] == [[1.0, 2.0], [3.0, 4.0, 5.0]]
    sketch.add(np.arange(5000.0))
    assert sketch.num_values == 5008
    assert fixed.tolist() == [3.0, 4.0, 5.0]
