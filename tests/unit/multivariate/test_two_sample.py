from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from drift_engine.cli import main
from drift_engine.errors import ArgumentError
from drift_engine.multivariate import Settings, TwoSample, two_sample
from drift_engine.readers import ReadOptions
from drift_engine.rows import read_rows
from drift_engine.run import make_baseline


def _table(random: np.random.Generator, rows: int, correlation: float = 0.0) -> pd.DataFrame:
    a = random.normal(0.0, 1.0, rows)
    b = correlation * a + np.sqrt(1.0 - correlation**2) * random.normal(0.0, 1.0, rows)
    table = pd.DataFrame({"a": a, "b": b, "city": random.choice(["u", "v", "w"], rows)})
    table.loc[random.random(rows) < 0.05, "b"] = np.nan
    return table


def _told(current: pd.DataFrame, baseline: pd.DataFrame, draws: int = 39, seed: int = 0) -> TwoSample:
    mine, theirs = (read_rows(frame, ReadOptions()) for frame in (current, baseline))
    profile = make_baseline(baseline).statistics
    return two_sample(mine, theirs, profile, Settings(draws=draws, seed=seed))


@pytest.mark.slow
def test_healthy_batches_are_told_apart_no_oftener_than_alpha() -> None:
    alarms = 0
    for seed in range(120):
        random = np.random.default_rng(seed)
        alarms += _told(_table(random, 100), _table(random, 300), draws=39, seed=seed).told_apart
    # 5 % of 120 are 6, standard deviation 2.4.
    assert 1 <= alarms <= 13


def test_a_correlation_that_broke_is_found_though_each_feature_is_as_it_was() -> None:
    found = 0
    for seed in range(10):
        random = np.random.default_rng(seed)
        found += _told(_table(random, 400, 0.6), _table(random, 800)).told_apart
    assert found >= 9


def test_rows_that_moved_far_are_all_told_apart() -> None:
    random = np.random.default_rng(1)
    moved = _table(random, 200)
    moved["a"] += 6.0
    found = _told(moved, _table(random, 200), draws=99)
    assert found.auc > 0.95
    assert found.p_value == 0.01
    assert found.features == ("a", "b", "city")


def test_a_counter_of_rows_tells_nothing_apart() -> None:
    random = np.random.default_rng(3)
    current, baseline = _table(random, 100), _table(random, 300)
    current["row"], baseline["row"] = np.arange(300, 400), np.arange(300)
    found = _told(current, baseline)
    assert found.features == ("a", "b", "city")
    assert found.auc < 0.7


def test_rows_are_bounded_and_the_seed_decides() -> None:
    random = np.random.default_rng(2)
    frames = _table(random, 600), _table(random, 900)
    mine, theirs = (read_rows(frame, ReadOptions()) for frame in frames)
    profile, settings = make_baseline(frames[1]).statistics, Settings(draws=19, most_rows=200)
    first, second = (two_sample(mine, theirs, profile, settings) for _ in range(2))
    assert first.rows == (200, 200)
    assert first == second


def test_too_few_rows_or_no_usable_feature_is_an_error() -> None:
    random = np.random.default_rng(3)
    with pytest.raises(ArgumentError, match="at least 50 rows"):
        _told(_table(random, 20), _table(random, 200))
    names = pd.DataFrame({"name": [f"n{at}" for at in range(300)]})
    with pytest.raises(ArgumentError, match="no feature"):
        _told(names, names)


def test_the_command_ends_with_1_where_rows_are_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    random = np.random.default_rng(4)
    for name, correlation in (("old", 0.0), ("same", 0.0), ("other", 0.9)):
        _table(random, 400, correlation).to_csv(tmp_path / f"{name}.csv", index=False)
    baseline = ["--baseline-data", str(tmp_path / "old.csv"), "--draws", "99"]
    assert main(["multivariate", str(tmp_path / "other.csv"), *baseline]) == 1
    assert "can be told from" in capsys.readouterr().out
    assert main(["multivariate", str(tmp_path / "same.csv"), *baseline, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["told_apart"] is False
