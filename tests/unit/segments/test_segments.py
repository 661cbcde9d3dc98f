from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from drift_engine.cli import main
from drift_engine.readers import ReadOptions
from drift_engine.rows import RowColumn, Rows, read_rows
from drift_engine.segments import (
    chance_of,
    corrected,
    find_segments,
    largest_event,
    segments_by,
    segments_document,
    segments_text,
)

REGIONS, PLANS = np.array(["north", "south", "east", "west", "mid"]), np.array(["free", "paid", "trial"])


def _rows(frame: pd.DataFrame) -> Rows:
    return read_rows(frame, ReadOptions())


def _table(random: np.random.Generator, rows: int, shift: float = 0.0, region: str = "north") -> pd.DataFrame:
    regions, plans = random.choice(REGIONS, rows), random.choice(PLANS, rows, p=[0.6, 0.3, 0.1])
    spend = random.normal(0.0, 1.0, rows) + shift * (regions == region)
    return pd.DataFrame({"spend": spend, "region": regions, "plan": plans, "age": random.normal(40, 9, rows)})


def _column(*cells: str | None) -> RowColumn:
    return _rows(pd.DataFrame({"x": pd.Series(cells, dtype=object)})).columns["x"]


def test_a_planted_segment_is_found_in_nine_of_ten_simulations_at_least() -> None:
    found = wrong = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        region = str(REGIONS[seed % 5])
        current, baseline = _rows(_table(random, 2000, 1.0, region)), _rows(_table(random, 4000))
        event = largest_event(current.columns["spend"], baseline.columns["spend"])
        assert event is not None
        segments = find_segments("spend", event, current, baseline)
        found += bool(segments) and (segments[0].column, segments[0].value) == ("region", region)
        wrong += any((each.column, each.value) != ("region", region) for each in segments)
    assert found >= 36
    assert wrong <= 6


@pytest.mark.slow
def test_drift_of_all_rows_alike_is_carried_by_no_segment() -> None:
    wrong = 0
    for seed in range(40):
        random = np.random.default_rng(1000 + seed)
        moved = _table(random, 2000)
        moved["spend"] += 0.5
        current, baseline = _rows(moved), _rows(_table(random, 4000))
        event = largest_event(current.columns["spend"], baseline.columns["spend"])
        assert event is not None
        wrong += bool(find_segments("spend", event, current, baseline))
    # 5 % of 40 are 2, standard deviation 1.4.
    assert wrong <= 6


def test_a_planted_segment_of_a_categorical_feature_is_found() -> None:
    random = np.random.default_rng(4)
    base, new = _table(random, 4000), _table(random, 2000)
    new.loc[(new["region"] == "east") & (random.random(2000) < 0.5), "plan"] = "trial"
    current, baseline = _rows(new), _rows(base)
    event = largest_event(current.columns["plan"], baseline.columns["plan"])
    assert event is not None
    assert "trial" in event.name
    first = find_segments("plan", event, current, baseline)[0]
    assert (first.column, first.value) == ("region", "east")


def test_the_segments_of_a_column_add_up_to_the_events_change() -> None:
    random = np.random.default_rng(2)
    new = _table(random, 900, 0.7)
    new.loc[:99, "region"] = None
    current, baseline = _rows(new), _rows(_table(random, 1700))
    event = largest_event(current.columns["spend"], baseline.columns["spend"])
    assert event is not None
    segments = segments_by("region", event, current.columns["region"], baseline.columns["region"])
    assert math.isclose(sum(each.within + each.mix for each in segments), event.gap, abs_tol=1e-12)
    assert "(missing)" in {each.value for each in segments}


def test_a_segment_that_only_grew_carries_by_its_growth() -> None:
    old = pd.DataFrame({"y": ["0", "1"] * 50, "g": ["a", "b"] * 50})
    new = pd.DataFrame({"y": ["0"] * 20 + ["1"] * 80, "g": ["a"] * 20 + ["b"] * 80})
    current, baseline = _rows(new.astype({"y": int})), _rows(old.astype({"y": int}))
    event = largest_event(current.columns["y"], baseline.columns["y"])
    assert event is not None
    segments = segments_by("g", event, current.columns["g"], baseline.columns["g"])
    assert math.isclose(event.gap, -0.3)
    assert all(each.within == 0.0 for each in segments)
    assert math.isclose(sum(each.mix for each in segments), -0.3)


def test_the_largest_event_is_where_the_distribution_functions_are_farthest_apart() -> None:
    numbers = [_rows(pd.DataFrame({"x": values})).columns["x"] for values in ([1, 2, 9, 9], [1, 2, 3, 4])]
    event = largest_event(*numbers)
    assert event is not None
    assert (event.name, event.gap) == ("≤ 4", -0.5)


def test_nothing_present_has_no_event() -> None:
    assert largest_event(_column(None, None), _column("a", "b")) is None


def test_segments_are_told_in_text_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    random = np.random.default_rng(6)
    _table(random, 2000, 1.0).to_csv(tmp_path / "new.csv", index=False)
    _table(random, 3000).to_csv(tmp_path / "old.csv", index=False)
    call = ["segments", "spend", str(tmp_path / "new.csv"), "--baseline-data", str(tmp_path / "old.csv")]
    assert main(call) == 0
    assert "north" in capsys.readouterr().out
    assert main([*call, "--by", "plan", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {segment["value"] for segment in document["segments"]} == set(PLANS)
    assert main([*call, "--by", "nothing"]) == 2
    assert "nothing: the data has no such column" in capsys.readouterr().err


def _codes(random: np.random.Generator, rows: int) -> pd.DataFrame:
    table = _table(random, rows)
    table["code"] = [f"c{code}" for code in random.integers(0, 1000, rows)]
    return table


def test_a_column_of_a_thousand_random_codes_names_no_segment_by_chance() -> None:
    wrong = uncorrected = 0
    for seed in range(8):
        random = np.random.default_rng([seed, 5])
        current, baseline = _rows(_codes(random, 21_000)), _rows(_codes(random, 21_000))
        event = largest_event(current.columns["spend"], baseline.columns["spend"])
        assert event is not None
        segments = segments_by("code", event, current.columns["code"], baseline.columns["code"])
        least = [min(each.p_value or 1.0 for each in side) for side in (segments, corrected(segments))]
        uncorrected += least[0] <= 0.05
        wrong += least[1] <= 0.05
    assert uncorrected >= 6
    # 5 % of 8 are 0.4, standard deviation 0.6.
    assert wrong <= 2


def test_a_feature_that_moved_by_chance_alone_is_said_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    random = np.random.default_rng(8)
    _codes(random, 2000).to_csv(tmp_path / "new.csv", index=False)
    _codes(random, 4000).to_csv(tmp_path / "old.csv", index=False)
    places = [str(tmp_path / "new.csv"), "--baseline-data", str(tmp_path / "old.csv")]
    assert main(["segments", "code", *places]) == 0
    first, second, last = capsys.readouterr().out.splitlines()
    assert " pp" in first
    assert second.startswith("chance alone moves it as far (p 0.")
    assert last == "no segment moved more than the others"
    assert main(["segments", "spend", *places, "--by", "code"]) == 0
    said = capsys.readouterr().out
    assert "code has 1,000 values: all but 50 are taken together" in said
    assert "none of 1 segment moved otherwise than the rest, beyond chance" in said
    assert main(["segments", "spend", *places, "--by", "region", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["p_value"] > 0.05


def test_a_feature_that_moved_is_not_said_to_have_moved_by_chance() -> None:
    random = np.random.default_rng(9)
    current, baseline = _rows(_table(random, 2000, 0.5)), _rows(_table(random, 4000))
    assert chance_of(current.columns["spend"], baseline.columns["spend"]) < 0.01
    assert chance_of(_column("a", "b"), _column(None, None)) == 1.0


def test_a_column_of_too_many_values_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    random = np.random.default_rng(10)
    for name in ("new", "old"):
        _table(random, 2000).to_csv(tmp_path / f"{name}.csv", index=False)
    places = [str(tmp_path / "new.csv"), "--baseline-data", str(tmp_path / "old.csv")]
    assert main(["segments", "spend", *places, "--by", "age"]) == 2
    assert "--by age: has more than 1,000 values; name a column of fewer" in capsys.readouterr().err


def test_a_name_that_would_act_on_the_screen_is_shown_escaped() -> None:
    sides = [_rows(pd.DataFrame({"x": values, "g": ["\x1b[2J"] * 3})) for values in ([1, 2, 3], [4, 5, 6])]
    event = largest_event(sides[0].columns["x"], sides[1].columns["x"])
    assert event is not None
    segments = segments_by("g", event, sides[0].columns["g"], sides[1].columns["g"])
    assert "\x1b" not in segments_text("x", event, segments)
    assert segments_document("x", event, segments)["segments"][0]["value"] == "\x1b[2J"
