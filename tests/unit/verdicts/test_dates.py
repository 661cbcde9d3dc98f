from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from drift_engine import check, make_baseline
from drift_engine.checks import suggest
from drift_engine.evaluation import Judging, evaluated
from drift_engine.monitor_files import read_statistics
from drift_engine.report.junit import junit
from drift_engine.states import Profile
from drift_engine.verdicts import Comparison, FeatureVerdict, calibrated, compare, judge
from drift_engine.verdicts.dates import holds_dates
from tests.tables import Columns, numbers, profile, write_csv

JANUARY = date(2026, 1, 1)


def days(first: date, count: int, rows: int = 700) -> list[str | None]:
    return [(first + timedelta(days=place % count)).isoformat() for place in range(rows)]


def texts_of(first: date, count: int, form: str, rows: int = 700) -> list[str | None]:
    return [(first + timedelta(days=place % count)).strftime(form) for place in range(rows)]


def verdict_of(current: Sequence[str | None], baseline: Sequence[str | None]) -> FeatureVerdict:
    (verdict,) = calibrated(profile({"day": list(current)}), profile({"day": list(baseline)}))
    return verdict


def test_a_week_of_new_days_does_not_drift_and_its_range_is_said() -> None:
    verdict = verdict_of(days(date(2026, 1, 29), 7), days(JANUARY, 28, 2800))
    assert verdict.verdict == "not comparable"
    assert verdict.reason == (
        "dates: 2026-01-29 to 2026-02-04 follow the baseline's 2026-01-01 to 2026-01-28; not tested for drift"
    )
    assert verdict.dates == ("2026-01-29", "2026-02-04")
    assert verdict.tests == ()


@pytest.mark.parametrize(
    ("first", "count", "said"),
    [
        (date(2026, 1, 5), 7, "2026-01-05 to 2026-01-11 within"),
        (date(2025, 12, 1), 7, "2025-12-01 to 2025-12-07 before"),
        (date(2026, 1, 25), 7, "2026-01-25 to 2026-01-31 overlapping"),
        (date(2026, 2, 1), 1, "2026-02-01 follows"),
    ],
)
def test_the_reason_says_how_the_days_lie_to_the_baselines(first: date, count: int, said: str) -> None:
    assert f"dates: {said} the baseline's" in verdict_of(days(first, count), days(JANUARY, 28, 2800)).reason


@pytest.mark.parametrize(
    "form",
    [
        *("%Y-%m-%d", "%Y-%m", "%Y-%m-%dT06:30:00", "%Y-%m-%d 06:30:00.125", "%Y-%m-%dT06:30Z"),
        *("%Y-%m-%d 06:30:00+00:00", "%Y-%m-%d 06:30:00 UTC", "%Y-%m-%dT06:30:00-0500"),
    ],
)
def test_every_iso_form_is_a_date(form: str) -> None:
    old, new = texts_of(JANUARY, 28, form), texts_of(date(2026, 3, 1), 7, form)
    assert verdict_of(new, old).verdict == "not comparable"


@pytest.mark.parametrize(
    "form", ["%d/%m/%Y", "%Y-13-%d", "%Y%m%d-%j", "9%Y-%m-%d", "0%y1-%m-%d", "%Y-%m-%d %Hh"]
)
def test_texts_that_only_look_like_dates_are_categories(form: str) -> None:
    old, new = texts_of(JANUARY, 28, form, 2800), texts_of(date(2027, 3, 1), 7, form)
    assert verdict_of(new, old).verdict == "drifted"


def test_a_batch_that_writes_its_days_otherwise_drifts() -> None:
    verdict = verdict_of(texts_of(date(2026, 2, 1), 7, "%d/%m/%Y"), days(JANUARY, 28, 2800))
    assert verdict.verdict == "drifted"
    assert "categories that the baseline lacks" in verdict.reason


def test_cells_that_are_no_dates_are_tested_beside_the_days() -> None:
    """One in a hundred of the baseline has a word for its day, one in five of the batch."""
    old: list[str | None] = [*["unknown"] * 28, *days(JANUARY, 28, 2772)]
    healthy = verdict_of(["unknown"] * 9 + days(date(2026, 2, 1), 7, 691), old)
    assert healthy.verdict == "not comparable"
    drifted = verdict_of(["unknown"] * 140 + days(date(2026, 2, 1), 7, 560), old)
    assert drifted.verdict == "drifted"
    assert drifted.reason.startswith("cells that are no dates 1% → 20%; dates: 2026-02-01 to ")


def test_missing_days_are_still_tested() -> None:
    verdict = verdict_of([None] * 300 + days(date(2026, 2, 1), 7, 400), days(JANUARY, 28, 2800))
    assert verdict.verdict == "drifted"
    assert "missing cells 0% → 42.9%" in verdict.reason


def test_model_monitors_own_rule_is_left_alone() -> None:
    new, old = profile({"day": days(date(2026, 2, 1), 4)}), profile({"day": days(JANUARY, 4)})
    (service,) = compare(new, old)
    assert service.verdict == "drifted"
    assert judge(new, old, Comparison(), "model-monitor") == (service,)
    (tested,) = calibrated(new, old)
    assert (tested.distance, tested.threshold) == (service.distance, service.threshold)


def written(table: Columns, folder: Path) -> Profile:
    """What is left of a table in its `statistics.json`."""
    make_baseline(str(write_csv(folder.with_suffix(".csv"), table))).save(folder)
    return read_statistics(folder / "statistics.json")


def test_the_files_are_enough_as_the_lambda_has_no_more(tmp_path: Path) -> None:
    x = numbers(700)
    old = written({"day": days(JANUARY, 28), "x": x}, tmp_path / "baseline")
    new = written({"day": days(date(2026, 2, 1), 7), "x": x}, tmp_path / "batch")
    found = evaluated(new, old, suggest(old))
    assert found.answer["statusCode"] == 200
    assert found.answer["driftedFeatures"] == 0
    assert found.metrics["feature_baseline_drift_day"] > 0.0


def test_a_threshold_of_its_own_decides_on_dates_too() -> None:
    old = profile({"day": days(JANUARY, 4), "x": numbers(700)})
    new = profile({"day": days(date(2026, 2, 1), 4), "x": numbers(700)})
    for wish, drifted in (({"method": "total_variation", "threshold": 0.5}, 1), ({"effect_floor": 0.1}, 0)):
        text = json.dumps({"version": 1, "features": {"day": wish}}).encode()
        judging = Judging(thresholds=text, today=date(2026, 2, 8))
        assert evaluated(new, old, suggest(old), judging).answer["driftedFeatures"] == drifted


def test_violations_stay_the_services_and_new_days_alone_alarm_nobody(tmp_path: Path) -> None:
    baseline = make_baseline(str(write_csv(tmp_path / "a.csv", {"day": days(JANUARY, 4), "x": numbers(700)})))
    batch = write_csv(tmp_path / "b.csv", {"day": days(date(2026, 2, 1), 4), "x": numbers(700)})
    result = check(str(batch), baseline)
    assert [finding.check for finding in result.findings] == [
        "categorical_values_check",
        "baseline_drift_check",
    ]
    assert (result.drifted, result.alarm) == (False, False)
    assert check(str(batch), baseline, verdict="model-monitor").alarm
    assert check(str(batch), baseline, strict=True).alarm
    cases = {case.get("name"): [each.tag for each in case] for case in ET.XML(junit(result.to_report()))[0]}
    assert (cases["day"], cases["x"]) == (["skipped"], [])


def test_fewer_days_demanded_by_hand_still_alarm() -> None:
    whole = make_baseline(pandas_days(days(JANUARY, 28)))
    domains = tuple(f"2026-01-0{day}" for day in range(1, 8))
    (feature,) = whole.constraints.features
    constraints = replace(whole.constraints, features=(replace(feature, domains=domains),))
    demanded = replace(whole, constraints=constraints)
    assert not check(pandas_days(days(date(2026, 1, 8), 7)), whole).alarm
    assert check(pandas_days(days(date(2026, 1, 8), 7)), demanded).alarm


def pandas_days(texts: Sequence[str | None]) -> pd.DataFrame:
    return pd.DataFrame({"day": list(texts)})


def test_a_column_of_a_single_day_and_one_of_numbers() -> None:
    (single,) = profile({"day": days(JANUARY, 1)}).features
    (whole_numbers,) = profile({"day": [str(20260101 + place) for place in range(700)]}).features
    assert holds_dates(single)
    assert not holds_dates(whole_numbers)
    assert not holds_dates(profile({"day": [None] * 20}).features[0])


def test_random_categories_are_no_dates() -> None:
    random = np.random.default_rng(0)
    cells = [f"{random.integers(1000, 9999)}-{random.integers(10, 99)}" for _ in range(60)] * 10
    assert not holds_dates(profile({"code": list(cells)}).features[0])
