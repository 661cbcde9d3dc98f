"""NaN and infinity in typed columns: missing cells and a finding, never a clean result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from drift_engine import Baseline, check, make_baseline
from tests.tables import numbers, write_csv

pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")
VALUES = np.random.default_rng(0).normal(size=1000)
KINDS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "arrow": pa.table,
}


@pytest.fixture(scope="module")
def baseline() -> Baseline:
    return make_baseline(pd.DataFrame({"x": VALUES}))


def told(frame: Any, baseline: Baseline, *, strict: bool = False) -> list[tuple[str, float, int]]:
    found = check(frame, baseline, strict=strict).findings
    return [(each.check, each.value, each.not_numeric) for each in found]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.5, 1.0])
def test_nan_is_a_missing_cell_of_every_kind_of_frame(kind: str, share: float, baseline: Baseline) -> None:
    values = np.where(np.arange(1000) < share * 1000, np.nan, VALUES)
    assert told(KINDS[kind]({"x": values}), baseline) == [("completeness_check", 1.0 - share, 0)]


def test_nan_in_parquet_is_a_missing_cell(tmp_path: Path, baseline: Baseline) -> None:
    path = tmp_path / "x.parquet"
    pl.DataFrame({"x": [float("nan"), 1.0]}).write_parquet(path)
    assert ("completeness_check", 0.5, 0) in told(path, baseline)


def test_in_strict_mode_nan_is_present_as_in_model_monitor(baseline: Baseline) -> None:
    assert told(pl.DataFrame({"x": [float("nan")] * 10}), baseline, strict=True) == []


@pytest.mark.parametrize("kind", KINDS)
def test_infinity_is_a_finding(kind: str, baseline: Baseline) -> None:
    values = np.where(np.arange(1000) % 2 == 0, np.inf, VALUES)
    assert ("data_type_check", 0.5, 500) in told(KINDS[kind]({"x": values}), baseline)


def test_integers_that_pandas_made_fractions_for_a_missing_cell_are_integers(tmp_path: Path) -> None:
    known = make_baseline(write_csv(tmp_path / "train.csv", {"n": [*numbers(99), None], "k": ["1"] * 100}))
    frame = pd.DataFrame({"n": [*map(float, range(99)), None], "k": 1})
    frame.to_csv(tmp_path / "july.csv", index=False)
    assert told(frame, known) == []
    assert told(tmp_path / "july.csv", known) == []
