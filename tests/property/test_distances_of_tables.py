"""Every distance of whole tables: whatever order, partitions and files the rows went through."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drift_engine.distances import DISTANCES
from drift_engine.monitor_files import read_statistics, statistics_json
from drift_engine.states import Batch, DatasetState, FeatureProfile, Profile
from drift_engine.verdicts import all_distances
from tests.golden.reference import CHURN
from tests.tables import text_column

Row = tuple[str | None, str | None]
ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(-50, 50).map(str) | st.floats(-1e6, 1e6, width=32).map(repr),
        st.none() | st.sampled_from(["red", "green", "blue", "a,b", "\u00fc"]),
    ),
    min_size=4,
    max_size=60,
).filter(lambda rows: all(any(row[at] is not None for row in rows) for at in (0, 1)))
# Of p-values, larger is nearer.
NO_DISTANCE = {"chi_squared_p_value"}


def of(rows: list[Row], cuts: int = 1) -> DatasetState:
    """The rows in so many partitions, merged."""
    state = DatasetState()
    for part in range(cuts):
        mine = rows[part * len(rows) // cuts : (part + 1) * len(rows) // cuts]
        columns = tuple(text_column([row[at] for row in mine]) for at in (0, 1))
        state = state.merge(DatasetState.of(Batch(("number", "colour"), columns, len(mine))))
    return state


def distances(current: Profile, baseline: Profile) -> Mapping[str, float]:
    """All that fit the two columns, by name."""
    found = all_distances(current, baseline)
    return {name: value for each in found for name, value in each.distances.items()}


def filed(profile: Profile) -> Profile:
    return read_statistics(statistics_json(profile).encode())


@given(current=ROWS, baseline=ROWS, cuts=st.integers(2, 5), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_order_partitions_and_files_change_no_distance(
    current: list[Row], baseline: list[Row], cuts: int, seed: int
) -> None:
    old = of(baseline).profile()
    expected = distances(of(current).profile(), old)
    assert {row.name for row in DISTANCES.values()} >= expected.keys()
    assert all(math.isfinite(value) and value >= 0.0 for value in expected.values())
    shuffled = random.Random(seed).sample(current, len(current))
    ways = (of(shuffled).profile(), of(shuffled, cuts).profile(), filed(of(current, cuts).profile()))
    for profile in ways:
        found = distances(profile, filed(old) if profile is ways[-1] else old)
        assert found == pytest.approx(dict(expected), rel=1e-9, abs=1e-9)


def test_all_thirty_are_looked_at() -> None:
    rows: list[Row] = [(str(at), "red" if at % 3 else "blue") for at in range(40)]
    assert distances(of(rows).profile(), of(rows).profile()).keys() == DISTANCES.keys()
    assert len(DISTANCES) == 30


@pytest.mark.parametrize("cuts", [1, 3])
def test_a_table_is_no_distance_from_itself(cuts: int) -> None:
    rows: list[Row] = [(str(at % 17), "red" if at % 3 else "blue") for at in range(400)]
    found = distances(filed(of(rows, cuts).profile()), of(rows).profile())
    assert {name for name, value in found.items() if value > 1e-9} <= NO_DISTANCE


@pytest.mark.skipif(not CHURN.is_dir(), reason="third-party data, not copied into the repository")
def test_files_that_model_monitor_wrote_have_finite_distances_and_none_from_themselves() -> None:
    theirs = read_statistics(CHURN / "statistics.json")
    for each in all_distances(theirs, theirs):
        assert each.distances
        assert all(value <= 1e-9 for value in each.distances.values()), each.verdict.name
    swapped = Profile(theirs.item_count, tuple(_named(theirs, at) for at in range(len(theirs.features))))
    for each in all_distances(swapped, theirs):
        assert all(math.isfinite(value) and value >= 0.0 for value in each.distances.values())


def _named(profile: Profile, at: int) -> FeatureProfile:
    """The feature at a place with its neighbour's cells."""
    return replace(profile.features[at - 1], name=profile.features[at].name)
