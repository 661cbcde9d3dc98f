from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from drift_engine import check, make_baseline
from drift_engine.verdicts.spelling import as_baseline_spells
from tests.tables import Columns, profile

DAYS = ["2013-01-01", "2013-01-02"] * 200
FLAGS = ["True", "False"] * 200
FRAME = pd.DataFrame({"flag": [True, False] * 200, "day": pd.to_datetime(DAYS), "n": range(400)})


@pytest.mark.parametrize("frame_first", [True, False])
def test_a_frame_and_its_own_csv_have_no_finding_against_each_other(
    tmp_path: Path, frame_first: bool
) -> None:
    path = tmp_path / "x.csv"
    FRAME.to_csv(path, index=False)
    current: object
    baseline: object
    current, baseline = (path, FRAME) if frame_first else (FRAME, path)
    result = check(current, make_baseline(baseline))
    assert result.ok
    assert [each.distance for each in result.features] == [0.0] * 3
    assert [each.verdict for each in result.features] == ["ok"] * 3
    strictly = check(current, make_baseline(baseline), strict=True)
    assert {each.feature_name for each in strictly.findings} >= {"flag", "day"}


@pytest.mark.parametrize("values", [["True", "true"], ["2013-01-01", "2013-01-01 00:00:00"], ["False", "no"]])
def test_texts_of_mixed_spellings_stay_as_they_are(values: list[str]) -> None:
    new = profile({"c": values})
    for old in ({"c": FLAGS}, {"c": DAYS}, {"c": ["true"]}, {"d": ["true"]}):
        columns: Columns = old
        (feature,) = as_baseline_spells(new, profile(columns)).features
        assert feature.string is not None
        assert feature.string.categories == dict.fromkeys(values, 1)
