from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from drift_engine.checks import suggest
from drift_engine.errors import DataError
from drift_engine.history import batches_of, change_point, history_document, history_text, timeline
from drift_engine.history.change import batches_to_show
from drift_engine.history.dates import date_label
from drift_engine.history.series import blocks
from drift_engine.states import FeatureProfile, Profile
from drift_engine.states.kll import KllSketch
from drift_engine.states.profile import NumericalStatistics, StringStatistics
from tests.tables import numbers, profile

Floats = npt.NDArray[np.float64]


def _number_profile(values: Floats, missing: int = 0) -> FeatureProfile:
    numerical = NumericalStatistics(0.0, 0.0, 1.0, -9.0, 9.0, None, KllSketch.of(values), ())
    return FeatureProfile("x", "Fractional", len(values), missing, numerical)


def _category_profile(counts: Floats) -> FeatureProfile:
    categories = {f"c{at}": int(count) for at, count in enumerate(counts) if count}
    return FeatureProfile("x", "String", int(counts.sum()), 0, string=StringStatistics(5.0, categories))


@pytest.mark.parametrize("planted", [5, 15, 24])
def test_a_planted_shift_of_half_a_standard_deviation_is_found_at_its_batch(planted: int) -> None:
    random, found = np.random.default_rng(planted), 0
    for run in range(20):
        shifts = np.where(np.arange(30) >= planted, 0.5, 0.0)
        change = change_point(
            blocks([_number_profile(random.normal(by, 1.0, 200)) for by in shifts]), 199, run
        )
        assert change is not None
        found += change.p_value <= 0.05 and abs(change.at - planted) <= 1
    assert found >= 18


def test_the_range_of_a_change_holds_it_and_is_narrow_where_batches_are_quiet() -> None:
    random, held, widths = np.random.default_rng(8), 0, list[int]()
    for run in range(100):
        levels = random.normal(0.0, 0.2, 30) + np.where(np.arange(30) >= 15, 0.5, 0.0)
        change = change_point(blocks([_number_profile(random.normal(at, 1.0, 200)) for at in levels]), 1, run)
        assert change is not None
        held += change.earliest <= 15 <= change.latest
        widths.append(change.latest - change.earliest)
    # 95 expected at least, standard deviation 2.2.
    assert held >= 90
    assert float(np.median(widths)) <= 6.0
    steps = blocks([_number_profile(np.arange(50.0) + (100.0 if at >= 6 else 0.0)) for at in range(12)])
    sudden = change_point(steps, 1)
    assert sudden is not None
    assert (sudden.at, sudden.earliest, sudden.latest) == (6, 6, 6)


def test_planted_shares_and_planted_missing_cells_are_found() -> None:
    random, old, new = np.random.default_rng(3), [0.5, 0.3, 0.2], [0.38, 0.3, 0.32]
    counts = [random.multinomial(200, old if at < 12 else new).astype(float) for at in range(24)]
    change = change_point(blocks([_category_profile(each) for each in counts]), 199)
    assert change is not None
    assert change.p_value <= 0.01
    assert abs(change.at - 12) <= 1
    gone = [random.binomial(200, 0.02 if at < 9 else 0.12) for at in range(24)]
    parts = blocks([_number_profile(random.normal(0.0, 1.0, 200 - each), each) for each in gone])
    change = change_point(parts, 199)
    assert change is not None
    assert change.p_value <= 0.01
    assert abs(change.at - 9) <= 1


def test_histories_without_a_change_alarm_no_oftener_than_the_p_value_says() -> None:
    random, alarms = np.random.default_rng(11), 0
    for run in range(200):
        # Days differ by more than chance draws of rows: each has a level of its own.
        levels = random.normal(0.0, 0.2, 20)
        change = change_point(
            blocks([_number_profile(random.normal(at, 1.0, 100)) for at in levels]), 99, run
        )
        assert change is not None
        alarms += change.p_value <= 0.05
    # 200 draws at 5 %: 10 expected, standard deviation 3.1.
    assert alarms <= 20


def test_batches_that_are_all_the_same_never_change() -> None:
    change = change_point(blocks([_number_profile(np.arange(50.0))] * 8))
    assert change is not None
    assert change.p_value == 1.0


def test_fewer_than_four_batches_have_no_change_point() -> None:
    assert change_point(blocks([_number_profile(np.arange(50.0))] * 3)) is None


def test_a_batch_that_lacks_the_column_is_passed_over() -> None:
    random = np.random.default_rng(5)
    made: list[FeatureProfile | None] = [
        _number_profile(random.normal(at >= 8, 1.0, 100)) for at in range(16)
    ]
    made[3] = None
    change = change_point(blocks(made), 199)
    assert change is not None
    assert change.at == 8


def _table(random: np.random.Generator, shift: float) -> Profile:
    return profile(
        {
            "x": [f"{value:.6f}" for value in random.normal(shift, 1.0, 120)],
            "y": [f"{value:.6f}" for value in random.normal(0.0, 1.0, 120)],
        }
    )


def test_the_timeline_says_which_feature_changed_and_when() -> None:
    random = np.random.default_rng(1)
    baseline = _table(random, 0.0)
    named = [(f"2026-01-{day:02}", _table(random, 1.5 * (day >= 8))) for day in range(1, 15)]
    history = timeline(named, baseline, suggest(baseline))
    first, second = history.features
    assert (first.name, first.changed, second.changed) == ("x", True, False)
    document = json.loads(json.dumps(history_document(history), allow_nan=False))
    change = document["features"][0]["change"]
    assert [change[key] for key in ("at", "earliest", "latest")] == ["2026-01-08"] * 3
    assert len(document["features"][0]["distances"]) == 14
    assert math.isclose(document["features"][1]["change"]["adjusted_p_value"], second.adjusted_p_value)
    text = history_text(history)
    assert "2026-01-08" in text
    assert "14 batches, 2026-01-01 to 2026-01-14; 1 feature changed" in text
    assert history_document(timeline(named, baseline, suggest(baseline))) == history_document(history)


def test_the_text_shows_effects_where_tests_decide_and_distances_where_thresholds_do() -> None:
    """A flag turns: Model Monitor's distance stays 0 whatever happens to it."""
    baseline = profile({"flag": ["0", "1"] * 500})
    named = [("mon", baseline), ("tue", profile({"flag": ["1"] * 1000}))]
    tested = history_text(timeline(named, baseline, suggest(baseline))).splitlines()
    assert tested[0].split()[:4] == ["feature", "effects", "largest", "drifted"]
    assert tested[1].split() == ["flag", "▁█", "50%", "1"]
    service = timeline(named, baseline, suggest(baseline), rule="model-monitor")
    by_threshold = history_text(service).splitlines()
    assert by_threshold[0].split()[:4] == ["feature", "distances", "largest", "drifted"]
    assert by_threshold[1].split() == ["flag", "▁▁", "0.000", "0"]
    document = history_document(timeline(named, baseline, suggest(baseline)))
    assert document["features"][0]["effects"] == [0.0, 0.5]
    assert document["features"][0]["distances"] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("runs/day=2026-07-04/part-0.csv", "day=2026-07-04"),
        ("runs/year=2026/month=7/day=4/a.csv", "year=2026/month=07/day=04"),
        ("runs/2026/07/04/a.csv", "2026-07-04"),
        ("runs/20260704.csv", "2026-07-04"),
        ("runs/2026_07_04-scores.csv", "2026-07-04"),
        ("runs/2026-07/statistics.json", "2026-07"),
        ("runs/scores-123456789.csv", ""),
        ("runs/a.csv", ""),
    ],
)
def test_a_date_is_read_from_the_path(path: str, label: str) -> None:
    assert date_label(path) == label


def test_files_of_one_date_are_one_batch_and_batches_come_in_order(tmp_path: Path) -> None:
    for name in ("day=2026-01-02/b.csv", "day=2026-01-10/a.csv", "day=2026-01-02/a.csv", "notes.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x\n1\n", encoding="utf-8")
    found = batches_of([str(tmp_path)])
    assert [batch.name for batch in found][:2] == ["day=2026-01-02", "day=2026-01-10"]
    assert found[2].name.endswith("notes.csv")
    assert len(found[0].files) == 2


def _batches(folder: Path, files: list[str], places: list[str]) -> list[str]:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x\n1\n", encoding="utf-8")
    return [
        batch.name.removeprefix(f"{folder}/") for batch in batches_of([f"{folder}/{at}" for at in places])
    ]


@pytest.mark.parametrize(
    ("places", "names"),
    [
        (["data-2026-07"], ["data-2026-07/a.csv", "data-2026-07/b.csv"]),
        (["data-2026-07/"], ["data-2026-07/a.csv", "data-2026-07/b.csv"]),
        (["data-2026-07/*.csv"], ["data-2026-07/a.csv", "data-2026-07/b.csv"]),
        (["data-2026-07/a.csv", "data-2026-07/b.csv"], ["data-2026-07/a.csv", "data-2026-07/b.csv"]),
        (["data-2026-0[78]"], ["2026-07", "2026-08"]),
        (["data-2026-07", "data-2026-08"], ["2026-07", "2026-08"]),
        (["2026"], ["2026-07", "2026-08"]),
        (["year=2026"], ["year=2026/month=07", "year=2026/month=08"]),
        (["year=2026/month=7", "year=2026/month=8"], ["year=2026/month=07", "year=2026/month=08"]),
    ],
)
def test_a_date_that_all_batches_have_tells_nothing(
    tmp_path: Path, places: list[str], names: list[str]
) -> None:
    files = [
        "data-2026-07/a.csv",
        "data-2026-07/b.csv",
        "data-2026-08/a.csv",
        "2026/07/a.csv",
        "2026/08/a.csv",
    ]
    files += ["year=2026/month=7/a.csv", "year=2026/month=8/a.csv"]
    assert _batches(tmp_path, files, places) == names


def test_stored_runs_below_a_folder_with_a_date_have_their_own_dates_or_none(tmp_path: Path) -> None:
    files = [f"runs-2026-07/{run}/statistics.json" for run in ("one", "two", "2026-08")]
    assert _batches(tmp_path, files, ["runs-2026-07"]) == ["2026-08", "runs-2026-07/one", "runs-2026-07/two"]


def test_stored_statistics_are_the_batches_where_there_are_any(tmp_path: Path) -> None:
    for name in ("2026-01/statistics.json", "2026-01/report.html", "2026-02/statistics.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}", encoding="utf-8")
    assert [batch.name for batch in batches_of([str(tmp_path)])] == ["2026-01", "2026-02"]
    (tmp_path / "again-2026-02").mkdir()
    (tmp_path / "again-2026-02/statistics.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match="two runs have this date"):
        batches_of([str(tmp_path)])


@pytest.mark.parametrize(("features", "batches"), [(1, 8), (15, 12), (50, 14)])
def test_the_batches_that_a_change_needs_are_known(features: int, batches: int) -> None:
    assert batches_to_show(features, 0.05) == batches


def test_as_clear_a_change_as_can_be_is_significant_in_eight_batches_and_not_in_seven() -> None:
    def p_value(before: int) -> float:
        levels = [0.0] * before + [9.0] * 4
        found = change_point(blocks([_number_profile(np.full(20, level)) for level in levels]))
        assert found is not None
        return found.p_value

    assert p_value(3) > 0.05 >= p_value(4)


def test_a_history_too_short_for_its_features_says_so() -> None:
    baseline = profile({name: numbers(50) for name in "abc"})
    named = [(f"day {index}", baseline) for index in range(8)]
    said = "(too few batches: of 3 features no change can be told before 9)"
    assert history_text(timeline(named, baseline, suggest(baseline))).endswith(said)
