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
        (date(2025, 12, 1), 7, "2025-12-01 to 2025-12-07 before {}"),
        (date(2026, 1, 26), 7, "2026-01-26 to 2026-02-01 overlapping {}, 57.1% of the cells on new dates"),
        (date(2026, 2, 1), 1, "2026-02-01 follows {}"),
    ],
)
def test_the_reason_says_how_the_days_lie_to_the_baselines(first: date, count: int, said: str) -> None:
    old = "the baseline's 2026-01-01 to 2026-01-28"
    reason = verdict_of(days(first, count), days(JANUARY, 28, 2800)).reason
    assert f"dates: {said.format(old)}; not tested" in reason


def test_days_that_the_baseline_skipped_are_new_within_it() -> None:
    old = [*days(JANUARY, 10, 1400), *days(date(2026, 1, 19), 10, 1400)]
    said = verdict_of(days(date(2026, 1, 12), 6), old).reason
    assert (
        "2026-01-12 to 2026-01-17 within the baseline's 2026-01-01 to 2026-01-28, 100% of the cells" in said
    )


def cells_of(counts: dict[str, int]) -> list[str | None]:
    return [text for text, count in counts.items() for _ in range(count)]


@pytest.mark.parametrize("few", [0, 60])
def test_shares_of_known_dates_that_moved_are_drift(few: int) -> None:
    """Months that both sides have; `few` cells of a new one beside them silence nothing."""
    old = cells_of({"2024-01": 950, "2024-07": 50})
    verdict = verdict_of(cells_of({"2024-01": 50, "2024-07": 950, "2024-08": few}), old)
    assert (verdict.verdict, verdict.dates) == ("drifted", None)
    assert (verdict.effect or 0.0) > 0.84
    assert verdict_of(cells_of({"2024-01": 948, "2024-07": 52}), old).verdict == "ok"


def test_late_cells_of_known_days_beside_a_new_one_are_not_tested() -> None:
    late = {"2026-01-27": 90, "2026-01-28": 210}
    verdict = verdict_of(cells_of({"2026-01-29": 400} | late), days(JANUARY, 28, 2800))
    assert (verdict.verdict, verdict.dates) == ("not comparable", ("2026-01-27", "2026-01-29"))
    assert verdict_of(cells_of({"2026-01-29": 290} | late), days(JANUARY, 28, 2800)).verdict == "drifted"


def test_splits_of_one_period_alarm_no_more_often_than_promised() -> None:
    """200 of them, of which at most 20 with a chance of 0.999 where 5 % may; one cell in fifty is no date.

    A quarter of the baseline's sixty days fall to the batch alone: taken together as one unseen category they
    would alarm nearly always.
    """
    alarms, texts = 0, np.array([*days(JANUARY, 60, 60), "unknown"], dtype=object)
    for seed in range(200):
        random = np.random.default_rng(seed)
        places = np.where(random.random(120) < 0.02, -1, random.integers(0, 60, 120))
        verdict = verdict_of(list(texts[places[:40]]), list(texts[places[40:]]))
        alarms += verdict.verdict == "drifted"
    assert alarms <= 20


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
    """Four of the batch's seven days are new; the narrower constraints lack the other three too."""
    whole = make_baseline(pandas_days(days(JANUARY, 28)))
    domains = tuple(f"2026-01-0{day}" for day in range(1, 8))
    (feature,) = whole.constraints.features
    constraints = replace(whole.constraints, features=(replace(feature, domains=domains),))
    demanded = replace(whole, constraints=constraints)
    assert not check(pandas_days(days(date(2026, 1, 26), 7)), whole).alarm
    assert check(pandas_days(days(date(2026, 1, 26), 7)), demanded).alarm


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
