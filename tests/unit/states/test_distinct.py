from __future__ import annotations

import numpy as np
import pytest

from drift_engine.states import DistinctState
from drift_engine.states.hashing import hash_numbers
from drift_engine.states.lookup import Lookup


def estimate(count: int) -> int:
    return DistinctState.of(hash_numbers(np.arange(count))).estimate()


def test_nothing_is_no_distinct_value() -> None:
    assert DistinctState().estimate() == 0


@pytest.mark.parametrize("count", [1, 10, 100, 450, 700, 1000, 1280, 5000, 60_000, 400_000])
def test_estimates_are_within_four_standard_errors(count: int) -> None:
    assert estimate(count) == pytest.approx(count, rel=0.2, abs=1)


def test_repeating_values_changes_nothing() -> None:
    hashes = hash_numbers(np.arange(3000))
    state = DistinctState.of(hashes)
    before = state.to_bytes()
    state.add(np.tile(hashes, 5))
    assert state.to_bytes() == before


def test_hashes_of_zeros_alone_reach_the_longest_run() -> None:
    ends = np.array([0, 1, 1 << 8, 1 << 54, (1 << 55) - 1, (1 << 64) - 1], dtype=np.uint64)
    states = [DistinctState.of(ends[index : index + 1]) for index in range(len(ends))]
    longest = [max(state.to_bytes()[12:-4]) for state in states]
    # 55 bits are left of a hash behind the register's 9; the padding bit ends the longest run at 56.
    assert longest == [56, 55, 47, 1, 1, 1]


def test_a_lookup_finds_what_it_knows_and_nothing_else() -> None:
    keys = np.array([3, 1, 2, 1 << 63], dtype=np.uint64)
    asked = np.array([1, 5, 1 << 63, 3, 0, 2], dtype=np.uint64)
    assert Lookup(keys).find(asked).tolist() == [1, -1, 3, 0, -1, 2]


def test_an_empty_lookup_knows_nothing() -> None:
    assert Lookup(np.array([], dtype=np.uint64)).find(np.array([7], dtype=np.uint64)).tolist() == [-1]
