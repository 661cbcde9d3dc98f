from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drift_engine.cli import main
from drift_engine.errors import ArgumentError, ThresholdsError
from drift_engine.readers import ReadOptions
from drift_engine.rows import Rows, read_rows
from drift_engine.run import Baseline, CheckResult, check, make_baseline
from drift_engine.thresholds import Thresholds, Wish, obeyed, read_thresholds, thresholds_json
from drift_engine.tuning import Plan, replay, replay_document, replay_text, suggest_thresholds
from drift_engine.verdicts import compare
from tests.tables import numbers, profile, write_csv

TODAY = date(2026, 7, 4)
TRAIN = {"x": numbers(1000), "y": numbers(1000), "city": ["a", "b"] * 500}
MOVED = {"x": numbers(1000, start=300), "y": numbers(1000), "city": ["a", "b"] * 500}


def _file(folder: Path, features: dict[str, Any], **others: Any) -> Path:
    path = folder / "thresholds.json"
    path.write_text(json.dumps({"version": 1, "features": features, **others}), encoding="utf-8")
    return path


@pytest.fixture
def result(tmp_path: Path) -> CheckResult:
    baseline = make_baseline(str(write_csv(tmp_path / "train.csv", TRAIN)))
    return check(str(write_csv(tmp_path / "july.csv", MOVED)), baseline)


def _verdict(result: CheckResult, name: str = "x") -> str:
    return next(each.verdict for each in result.features if each.name == name)


def _drift(result: CheckResult) -> list[str]:
    return [each.feature_name for each in result.findings if each.check == "baseline_drift_check"]


def test_all_faults_are_told_at_once_with_their_key_paths(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        {
            "x": {"threshold": -1, "treshold": 2, "ignore_until": "2026-13-01"},
            "y": {"method": "robust"},
            "z": {"importance": "huge"},
            "city": {"method": "energy", "threshold": 1, "ignore_until": "2026-08-01"},
        },
        extra=1,
    )
    with pytest.raises(ThresholdsError) as caught:
        read_thresholds(path, profile(TRAIN))
    for said in (
        "extra: unknown key",
        "features.x.threshold: expected a number from 0 on, found -1",
        "features.x.treshold: unknown key",
        "features.x.ignore_until: expected a date",
        "features.y.threshold: is missing",
        "features.z: the baseline has no such feature",
        "features.z.importance: expected one of low, normal, high",
        "features.city.reason: is missing",
        "features.city.method: energy compares numerical columns",
    ):
        assert said in str(caught.value)


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 2, "features": {}}', '{"version": 1}'])
def test_what_is_no_thresholds_file_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.json").write_text(text, encoding="utf-8")
    with pytest.raises(ThresholdsError, match=r"t\.json: "):
        read_thresholds(tmp_path / "t.json")
    with pytest.raises(ThresholdsError, match="can't be read"):
        read_thresholds(tmp_path / "none.json")


def test_a_file_that_is_written_is_read_as_it_was(tmp_path: Path) -> None:
    wishes = {
        "x": Wish("energy", 0.5, 0.1, "high"),
        "y": Wish(ignore_until=date(2026, 8, 1), reason="broken sensor"),
    }
    (tmp_path / "t.json").write_text(thresholds_json(Thresholds(wishes), {"rate": 0.05}), encoding="utf-8")
    assert read_thresholds(tmp_path / "t.json").features == wishes


def test_an_ignored_feature_has_a_reason_no_finding_and_no_alarm_until_its_day(result: CheckResult) -> None:
    wanted = Thresholds({"x": Wish(ignore_until=date(2026, 8, 1), reason="new supplier")})
    assert result.alarm
    assert _drift(result) == ["x"]
    ignored = result.obeying(wanted, TODAY)
    verdict = next(each for each in ignored.features if each.name == "x")
    assert (verdict.verdict, verdict.reason) == ("not checked", "ignored until 2026-08-01: new supplier")
    assert (ignored.findings, ignored.alarm) == ((), False)
    late = result.obeying(wanted, date(2026, 8, 1))
    assert (_verdict(late), _drift(late), late.alarm) == ("drifted", ["x"], True)


def test_a_threshold_of_its_own_decides_over_the_rule(result: CheckResult) -> None:
    wide = result.obeying(Thresholds({"x": Wish("kolmogorov_smirnov", 0.35)}), TODAY)
    assert (_verdict(wide), wide.findings, wide.alarm) == ("ok", (), False)
    tight = result.obeying(Thresholds({"x": Wish("kolmogorov_smirnov", 0.25)}), TODAY)
    assert (_verdict(tight), tight.alarm) == ("drifted", True)
    (finding,) = tight.findings
    assert (round(finding.value, 3), finding.threshold) == (0.3, 0.25)


def test_an_effect_floor_makes_a_small_drift_ok_and_says_so(result: CheckResult) -> None:
    floored = result.obeying(Thresholds({"x": Wish(effect_floor=0.4)}), TODAY)
    verdict = next(each for each in floored.features if each.name == "x")
    assert (verdict.verdict, verdict.reason) == ("ok", "effect 0.3 is not above its own floor 0.4")
    assert not floored.alarm
    assert result.obeying(Thresholds({"x": Wish(effect_floor=0.2)}), TODAY).alarm


def test_an_effect_floor_holds_for_model_monitors_rule_too() -> None:
    baseline, current = profile(TRAIN), profile(MOVED)
    verdicts = compare(current, baseline)
    for floor, word in ((0.4, "ok"), (0.2, "drifted")):
        found = obeyed(verdicts, current, baseline, Thresholds({"x": Wish(effect_floor=floor)}), TODAY)
        assert found[0].verdict == word


def test_drift_of_low_importance_is_shown_but_raises_no_alarm(result: CheckResult) -> None:
    found = result.obeying(Thresholds({"x": Wish(importance="low")}), TODAY)
    assert (_verdict(found), found.findings, found.alarm) == ("drifted", (), False)


def test_what_chance_does_to_a_feature_of_low_importance_is_no_alarm(tmp_path: Path) -> None:
    columns = {"x": ["1", "2"] * 500, "city": [*["a", "b"] * 499, "a", ""]}
    baseline = make_baseline(str(write_csv(tmp_path / "train.csv", columns)))
    columns["city"] = [*["a", "b"] * 499, "", ""]
    found = check(str(write_csv(tmp_path / "july.csv", columns)), baseline)
    assert [each.check for each in found.findings] == ["completeness_check"]
    assert not found.alarm
    low = found.obeying(Thresholds({"city": Wish(importance="low")}), TODAY)
    assert (low.findings, low.alarm) == (found.findings, False)


def test_a_feature_that_the_check_leaves_out_may_stand_in_the_file(tmp_path: Path) -> None:
    baseline = make_baseline(str(write_csv(tmp_path / "train.csv", TRAIN)))
    july = str(write_csv(tmp_path / "july.csv", MOVED))
    result = check(july, baseline, options=ReadOptions(exclude=("x",)))
    found = result.obeying(Thresholds({"x": Wish(threshold=0.1), "y": Wish(threshold=0.1)}), TODAY)
    assert [each.name for each in found.features] == ["y", "city"]
    assert (found.findings, found.alarm) == ((), False)


@pytest.mark.parametrize("day", ["20261231", "2026-W53-4", "2026-12-31T00:00"])
def test_a_day_that_python_3_10_cannot_read_is_a_fault_everywhere(tmp_path: Path, day: str) -> None:
    path = _file(tmp_path, {"x": {"ignore_until": day, "reason": "new supplier"}})
    with pytest.raises(ThresholdsError, match=r"features\.x\.ignore_until: expected a date"):
        read_thresholds(path)


def test_what_the_file_does_not_name_stays_as_it_was(result: CheckResult) -> None:
    found = result.obeying(Thresholds({"y": Wish(threshold=0.9)}), TODAY)
    assert _drift(found) == ["x"]
    assert found.alarm
    assert found.features[0] == result.features[0]


def test_check_obeys_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train, july = write_csv(tmp_path / "t.csv", TRAIN), write_csv(tmp_path / "j.csv", MOVED)
    assert main(["baseline", str(train), "--output", str(tmp_path / "b")]) == 0
    call = ["check", str(july), "--baseline", str(tmp_path / "b")]
    assert main(call) == 1
    wanted = str(_file(tmp_path, {"x": {"method": "kolmogorov_smirnov", "threshold": 0.5}}))
    assert main([*call, "--thresholds", wanted]) == 0
    assert main([*call, "--thresholds", str(_file(tmp_path, {"q": {}}))]) == 2
    assert "features.q: the baseline has no such feature" in capsys.readouterr().err


def test_a_replay_says_on_which_batches_what_would_have_alarmed(tmp_path: Path) -> None:
    baseline = make_baseline(str(write_csv(tmp_path / "train.csv", TRAIN)))
    days = [
        (f"2026-01-0{day}", profile({**MOVED, "x": numbers(1000, start=50 * day)})) for day in range(1, 7)
    ]
    wanted = Thresholds(
        {
            "x": Wish("kolmogorov_smirnov", 0.225),
            "y": Wish(ignore_until=date(2026, 8, 1), reason="new supplier"),
        }
    )
    found = replay(days, (baseline.statistics, baseline.constraints), wanted, TODAY)
    assert found.alarms == {"x": ("2026-01-05", "2026-01-06"), "y": (), "city": ()}
    text = replay_text(found)
    assert "2 alarms in 6 batches" in text
    assert "y: ignored until 2026-08-01: new supplier" in text
    document = json.loads(json.dumps(replay_document(found), allow_nan=False))
    assert document["alarmed"] == ["2026-01-05", "2026-01-06"]
    quiet = replace(wanted.features["x"], importance="low")
    silent = replay(days, (baseline.statistics, baseline.constraints), Thresholds({"x": quiet}), TODAY)
    assert silent.alarmed == ()
    assert len(silent.alarms["x"]) == 2


def _healthy(random: np.random.Generator, rows: int) -> dict[str, list[str]]:
    shared = random.normal(0.0, 1.0, rows)
    return {
        "a": [f"{value:.6f}" for value in shared + random.normal(0.0, 1.0, rows)],
        "b": [f"{value:.6f}" for value in shared + random.normal(0.0, 1.0, rows)],
        "c": [str(value) for value in random.poisson(3.0, rows)],
        "d": [f"k{value}" for value in random.choice(6, rows, p=[0.4, 0.3, 0.1, 0.1, 0.05, 0.05])],
    }


def _sampled(folder: Path, columns: dict[str, list[str]]) -> tuple[Baseline, Rows]:
    path = str(write_csv(folder / "rows.csv", columns))
    return make_baseline(path), read_rows(path, ReadOptions())


@pytest.mark.slow
def test_suggested_thresholds_keep_the_asked_rate_over_the_table(tmp_path: Path) -> None:
    random, alarms, batches = np.random.default_rng(8), 0, 0
    for turn in range(10):
        baseline, rows = _sampled(tmp_path, _healthy(random, 800))
        found = suggest_thresholds(rows, baseline.statistics, Plan(200, 0.1, draws=200, seed=turn))
        for _ in range(30):
            current = profile(_healthy(random, 200))
            verdicts = compare(current, baseline.statistics)
            judged = obeyed(verdicts, current, baseline.statistics, found.thresholds, TODAY)
            alarms += any(verdict.verdict == "drifted" for verdict in judged)
            batches += 1
    # Asked for 0.1; 300 batches: standard deviation 0.017, and a little more since 30 share a baseline.
    assert 0.04 <= alarms / batches <= 0.16


def test_suggested_thresholds_grow_as_batches_shrink_and_are_the_seeds(tmp_path: Path) -> None:
    baseline, rows = _sampled(tmp_path, _healthy(np.random.default_rng(1), 1000))
    small, large, again = (
        suggest_thresholds(rows, baseline.statistics, Plan(size, draws=100)).thresholds.features
        for size in (50, 500, 50)
    )
    assert small == again
    assert all((small[name].threshold or 0) > (large[name].threshold or 0) for name in small)


def test_too_few_draws_and_nothing_to_compare_are_errors(tmp_path: Path) -> None:
    baseline, rows = _sampled(tmp_path, _healthy(np.random.default_rng(1), 100))
    with pytest.raises(ArgumentError, match="too few"):
        suggest_thresholds(rows, baseline.statistics, Plan(50, 0.01, draws=50))
    baseline, rows = _sampled(tmp_path, _healthy(np.random.default_rng(1), 49))
    with pytest.raises(ArgumentError, match="the baseline's rows are 49: at least 50"):
        suggest_thresholds(rows, baseline.statistics, Plan(50))
    baseline, rows = _sampled(tmp_path, {"name": [f"n{at}" for at in range(500)]})
    with pytest.raises(ArgumentError, match="no feature"):
        suggest_thresholds(rows, baseline.statistics, Plan(50))


def test_a_column_that_may_count_rows_gets_no_threshold(tmp_path: Path) -> None:
    columns = {**_healthy(np.random.default_rng(1), 400), "counter": [str(at) for at in range(7, 407)]}
    baseline, rows = _sampled(tmp_path, columns)
    found = suggest_thresholds(rows, baseline.statistics, Plan(50, draws=60))
    assert found.left_out == ("counter",)


def test_suggest_writes_a_file_that_replay_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    random = np.random.default_rng(2)
    train, wanted = str(write_csv(tmp_path / "train.csv", _healthy(random, 1000))), str(tmp_path / "t.json")
    (tmp_path / "days").mkdir()
    for day in (1, 2, 3):
        write_csv(tmp_path / f"days/2026-01-0{day}.csv", _healthy(random, 200))
    assert main(["baseline", train, "--output", str(tmp_path / "b")]) == 0
    call = ["thresholds", "suggest", "--baseline-data", train, "--batch-rows", "200", "--draws", "60"]
    assert main([*call, "--output", wanted]) == 0
    capsys.readouterr()
    history = [str(tmp_path / "days"), "--baseline", str(tmp_path / "b")]
    assert main(["replay", *history, "--thresholds", wanted, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["batches"] == ["2026-01-01", "2026-01-02", "2026-01-03"]
