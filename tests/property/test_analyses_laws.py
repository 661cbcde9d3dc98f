"""What holds for every input of explanations, segments and thresholds."""

from __future__ import annotations

import math
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from drift_engine.distances import DISTANCES
from drift_engine.explain import category_parts, number_parts
from drift_engine.explain.interval import number_interval
from drift_engine.history import change_point
from drift_engine.history.series import Block
from drift_engine.readers import ReadOptions
from drift_engine.rows import read_rows
from drift_engine.segments import largest_event, segments_by
from drift_engine.states.kll import KllSketch
from drift_engine.thresholds import Thresholds, Wish, read_thresholds, thresholds_json

VALUES = st.lists(st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1.0, 2.0]), min_size=1, max_size=60)
COUNTS = st.dictionaries(st.text(max_size=4), st.integers(0, 50), max_size=30)
METHODS = st.sampled_from(sorted(set(DISTANCES) - {"chi_squared_p_value"}))
SHARES = st.floats(0.0, 1.0)


@given(VALUES, VALUES)
def test_parts_of_the_axis_hold_all_rows_and_all_of_the_movement(new: list[float], old: list[float]) -> None:
    parts = number_parts(KllSketch.of(new), KllSketch.of(old))
    for total in (sum(part.current for part in parts), sum(part.baseline for part in parts)):
        assert math.isclose(total, 1.0)
    moved = sum(part.carries for part in parts)
    assert math.isclose(moved, 1.0) or (moved == 0.0 and all(part.difference == 0.0 for part in parts))


@given(COUNTS, COUNTS)
def test_parts_of_categories_hold_all_rows_or_there_are_none(
    new: dict[str, int], old: dict[str, int]
) -> None:
    parts = category_parts(new, old)
    if not sum(new.values()) or not sum(old.values()):
        assert parts == ()
    else:
        assert math.isclose(sum(part.current for part in parts), 1.0)
        assert math.isclose(sum(part.baseline for part in parts), 1.0)


@given(VALUES, VALUES)
def test_the_interval_holds_the_measured_gap_and_stays_between_0_and_1(
    new: list[float], old: list[float]
) -> None:
    found = number_interval(KllSketch.of(new), KllSketch.of(old))
    assert found is not None
    assert 0.0 <= found.low <= found.size <= found.high <= 1.0


@given(st.integers(0, 2**32 - 1), st.integers(4, 12), st.integers(1, 4))
def test_a_change_is_inside_the_history_and_its_p_value_is_one(seed: int, count: int, width: int) -> None:
    random = np.random.default_rng(seed)
    block = Block(random.poisson(3.0, (count, width)).astype(float), random.poisson(9.0, count).astype(float))
    change = change_point([block], 19, seed)
    assert change is not None
    assert 1 <= change.at < count
    assert 0.0 < change.p_value <= 1.0


@given(st.integers(0, 2**32 - 1), st.integers(1, 80), st.integers(1, 80))
def test_segments_add_up_to_the_change_of_the_feature(seed: int, n: int, m: int) -> None:
    random = np.random.default_rng(seed)
    mine, theirs = (
        read_rows(
            pd.DataFrame({"x": random.poisson(2.0, rows), "g": random.choice(["a", "b", "c"], rows)}),
            ReadOptions(),
        )
        for rows in (n, m)
    )
    event = largest_event(mine.columns["x"], theirs.columns["x"])
    assert event is not None
    segments = segments_by("g", event, mine.columns["g"], theirs.columns["g"])
    assert math.isclose(sum(each.within + each.mix for each in segments), event.gap, abs_tol=1e-9)


@given(
    st.dictionaries(
        st.text(max_size=8),
        st.builds(
            Wish,
            st.none() | METHODS,
            SHARES,
            st.none() | SHARES,
            st.sampled_from(["low", "normal", "high"]),
            st.dates(date(2000, 1, 1)),
            st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: bool(text.strip())),
        ),
        max_size=4,
    )
)
def test_every_thresholds_file_that_is_written_is_read_as_it_was(wishes: dict[str, Wish]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "thresholds.json"
        path.write_text(thresholds_json(Thresholds(wishes)), encoding="utf-8")
        assert read_thresholds(path).features == wishes
