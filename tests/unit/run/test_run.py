from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import drift_engine
from drift_engine import Baseline, ReadOptions, check, make_baseline
from drift_engine.errors import ArgumentError, DataError, MonitorFileError
from tests.tables import Columns, numbers, write_csv

NO_HEADER = ReadOptions(header=False)
TRAIN: Columns = {"x": numbers(1000), "c": ["a", "b"] * 500}
DRIFTED: Columns = {"x": numbers(1000, start=900), "c": ["a", "b"] * 500}


@pytest.fixture
def baseline(tmp_path: Path) -> Baseline:
    return make_baseline(write_csv(tmp_path / "train.csv", TRAIN))


def test_a_baseline_is_saved_and_loaded(tmp_path: Path, baseline: Baseline) -> None:
    baseline.save(tmp_path / "baseline")
    loaded = Baseline.load(tmp_path / "baseline")
    loaded.save(tmp_path / "again")
    for name in ("statistics.json", "constraints.json"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "baseline" / name).read_bytes()
    assert repr(loaded) == "Baseline(1,000 rows, 2 features)"


def test_a_baseline_without_extras_judges_as_the_whole_one(tmp_path: Path, baseline: Baseline) -> None:
    baseline.save(tmp_path / "baseline")
    loaded = [Baseline.load(tmp_path / "baseline", extras=extras) for extras in (True, False)]
    file = write_csv(tmp_path / "july.csv", DRIFTED)
    whole, quick = (check(file, each) for each in loaded)
    assert quick.features == whole.features
    assert quick.findings == whole.findings
    assert loaded[0].digests == loaded[1].digests


def test_data_is_ok_against_its_own_baseline(tmp_path: Path, baseline: Baseline) -> None:
    result = check(tmp_path / "train.csv", baseline)
    assert result.ok
    assert [verdict.distance for verdict in result.features] == [0.0, 0.0]


def test_drift_is_found_and_the_worst_feature_comes_first(tmp_path: Path, baseline: Baseline) -> None:
    result = check(write_csv(tmp_path / "july.csv", DRIFTED), baseline)
    assert [(each.check, each.feature_name) for each in result.findings] == [("baseline_drift_check", "x")]
    assert [(each.name, each.verdict) for each in result.features] == [("x", "drifted"), ("c", "ok")]


def test_a_baseline_may_be_given_as_its_folder(tmp_path: Path, baseline: Baseline) -> None:
    baseline.save(tmp_path / "baseline")
    assert check(tmp_path / "train.csv", tmp_path / "baseline").ok


def test_a_baseline_folder_without_statistics_is_one_error(tmp_path: Path, baseline: Baseline) -> None:
    baseline.save(tmp_path)
    (tmp_path / "statistics.json").unlink()
    with pytest.raises(MonitorFileError, match=r"statistics\.json: there is no such file"):
        check(tmp_path / "train.csv", tmp_path)


def test_frames_are_checked_against_files(baseline: Baseline) -> None:
    frame = pd.DataFrame({"x": range(900, 1900), "c": ["a", "b"] * 500})
    result = check(frame, baseline)
    assert [each.feature_name for each in result.findings] == ["x"]


def test_several_files_are_one_table(tmp_path: Path) -> None:
    halves = [{name: cells[at : at + 500] for name, cells in TRAIN.items()} for at in (0, 500)]
    paths = [write_csv(tmp_path / f"part-{n}.csv", half) for n, half in enumerate(halves)]
    whole = make_baseline(paths).statistics
    assert (whole.item_count, whole.features[0].num_present) == (1000, 1000)
    assert make_baseline(str(tmp_path / "part-*.csv")).statistics.item_count == 1000


def test_files_with_other_columns_are_one_error_that_names_the_file(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", {"x": ["1"]})
    write_csv(tmp_path / "b.csv", {"y": ["1"]})
    with pytest.raises(DataError, match=r"b\.csv.*missing \['x'\].*extra \['y'\]"):
        make_baseline(tmp_path)


def test_data_without_a_header_takes_the_baselines_names(tmp_path: Path, baseline: Baseline) -> None:
    path = write_csv(tmp_path / "batch.csv", DRIFTED, header=False)
    result = check(path, baseline, options=NO_HEADER)
    assert result.profile.names() == ("x", "c")
    assert [each.feature_name for each in result.findings] == ["x"]


def test_data_with_a_header_takes_the_positions_of_a_baseline_without_one(tmp_path: Path) -> None:
    known = make_baseline(write_csv(tmp_path / "train.csv", TRAIN, header=False), options=NO_HEADER)
    result = check(write_csv(tmp_path / "july.csv", DRIFTED), known)
    assert [each.feature_name for each in result.findings] == ["_c0"]


def test_data_without_a_header_and_with_other_columns_ends_early(tmp_path: Path, baseline: Baseline) -> None:
    path = write_csv(tmp_path / "batch.csv", {**DRIFTED, "z": ["1"] * 1000}, header=False)
    result = check(path, baseline, options=NO_HEADER)
    assert [each.feature_name for each in result.findings] == ["Extra columns"]
    assert result.stopped_early
    assert {each.verdict for each in result.features} == {"not comparable"}


def test_strict_mode_takes_columns_by_position(tmp_path: Path, baseline: Baseline) -> None:
    path = write_csv(tmp_path / "renamed.csv", {"other": TRAIN["x"], "names": TRAIN["c"]})
    assert check(path, baseline, strict=True).ok
    assert not check(path, baseline).ok


def test_strict_mode_writes_the_violations_alone_where_columns_are_missing(
    tmp_path: Path, baseline: Baseline
) -> None:
    path = write_csv(tmp_path / "one.csv", {"x": TRAIN["x"]})
    out = tmp_path / "out"
    check(tmp_path / "train.csv", baseline).save(out)
    check(path, baseline, strict=True).save(out)
    assert [each.name for each in out.iterdir()] == ["constraint_violations.json"]


def test_a_clean_check_writes_no_violations_and_removes_stale_ones(
    tmp_path: Path, baseline: Baseline
) -> None:
    out = tmp_path / "out"
    check(write_csv(tmp_path / "july.csv", DRIFTED), baseline).save(out)
    assert sorted(each.name for each in out.iterdir()) == [
        "constraint_violations.json",
        "constraints.json",
        "statistics.json",
    ]
    check(tmp_path / "train.csv", baseline).save(out)
    assert sorted(each.name for each in out.iterdir()) == ["constraints.json", "statistics.json"]


def test_a_header_without_rows_is_an_error_and_no_clean_result(tmp_path: Path, baseline: Baseline) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("x,c\n")
    with pytest.raises(DataError, match=r"empty\.csv: a header without a row"):
        check(path, baseline)
    with pytest.raises(DataError, match="a header without a row"):
        make_baseline(path)


def test_a_single_row_can_be_checked(tmp_path: Path, baseline: Baseline) -> None:
    result = check(write_csv(tmp_path / "one.csv", {"x": ["5"], "c": ["a"]}), baseline)
    assert result.profile.item_count == 1
    assert result.ok


def test_progress_is_told(tmp_path: Path, baseline: Baseline) -> None:
    told: list[tuple[str, int]] = []
    check(tmp_path / "train.csv", baseline, progress=lambda name, rows: told.append((name, rows)))
    assert told[-1] == (str(tmp_path / "train.csv"), 1000)


def test_a_result_is_a_table_for_pandas(tmp_path: Path, baseline: Baseline) -> None:
    table = check(write_csv(tmp_path / "july.csv", DRIFTED), baseline).to_pandas()
    assert list(table["name"]) == ["x", "c"]
    assert list(table["verdict"]) == ["drifted", "ok"]


def test_a_result_reads_well(tmp_path: Path, baseline: Baseline) -> None:
    lines = repr(check(write_csv(tmp_path / "july.csv", DRIFTED), baseline)).splitlines()
    assert lines[0] == "1,000 rows checked, 1 of 2 features drifted, 1 finding"
    head = ["feature", "type", "effect", "adjusted_p", "verdict", "mm_distance", "reason"]
    assert lines[1].split() == head
    assert lines[2].split()[:4] == ["x", "Integral", "90%", "moved"]
    assert lines[-2].startswith("effect and adjusted_p decide: ")
    assert lines[-1].startswith("1 of 2 features drifted (false alarms expected in a healthy batch: 0.05;")


def test_model_monitors_rule_decides_where_it_is_asked_for(tmp_path: Path, baseline: Baseline) -> None:
    path = write_csv(tmp_path / "near.csv", {**TRAIN, "x": numbers(1000, start=130)})
    ours, service = check(path, baseline), check(path, baseline, verdict="model-monitor")
    assert (ours.drifted, ours.alarm, ours.rule) == (True, True, "calibrated")
    assert (service.drifted, service.alarm, service.rule) == (False, False, "model-monitor")
    assert ours.findings == service.findings == ()
    assert "no false-alarm rate" in repr(service)


def test_what_chance_does_is_a_finding_but_no_alarm(tmp_path: Path) -> None:
    known = make_baseline(write_csv(tmp_path / "a.csv", {**TRAIN, "x": [*numbers(990), *([None] * 10)]}))
    result = check(write_csv(tmp_path / "b.csv", {**TRAIN, "x": [*numbers(987), *([None] * 13)]}), known)
    assert [each.check for each in result.findings] == ["completeness_check"]
    assert (result.ok, result.drifted, result.alarm) == (False, False, False)
    worse = check(write_csv(tmp_path / "c.csv", {**TRAIN, "x": [*numbers(900), *([None] * 100)]}), known)
    assert (worse.drifted, worse.alarm) == (True, True)


def test_what_chance_cannot_do_is_an_alarm(tmp_path: Path, baseline: Baseline) -> None:
    result = check(write_csv(tmp_path / "wide.csv", {**TRAIN, "z": numbers(1000)}), baseline)
    assert (result.drifted, result.alarm) == (False, True)


def test_a_result_in_a_notebook_is_escaped(tmp_path: Path) -> None:
    name = "<script>alert(1)</script>"
    known = make_baseline(write_csv(tmp_path / "a.csv", {name: numbers(500)}))
    shown = check(write_csv(tmp_path / "b.csv", {name: numbers(500, start=900)}), known)._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "<table>" in shown


def test_the_package_exports_its_verbs_and_knows_nothing_else() -> None:
    assert all(hasattr(drift_engine, name) for name in drift_engine.__all__)
    assert set(drift_engine.__all__) <= set(dir(drift_engine))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(drift_engine, "nothing")  # noqa: B009 - mypy knows as well that it isn't there


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, drift_engine; print(*[n for n in sys.modules if n in ('numpy', 'pandas', 'polars')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_library_runs_without_frames_and_boto3(tmp_path: Path, baseline: Baseline) -> None:
    code = (
        "import sys\n"
        "from drift_engine import make_baseline, check\n"
        f"check({str(tmp_path / 'train.csv')!r}, make_baseline({str(tmp_path / 'train.csv')!r}))\n"
        "print(*[n for n in sys.modules if n in ('pandas', 'polars', 'pyarrow', 'boto3', 'rich', 'scipy')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_baseline_leaves_no_violations_of_an_earlier_check_beside_it(
    tmp_path: Path, baseline: Baseline
) -> None:
    check(write_csv(tmp_path / "july.csv", DRIFTED), baseline).save(tmp_path / "out")
    assert (tmp_path / "out" / "constraint_violations.json").exists()
    baseline.save(tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "constraints.json",
        "statistics.json",
    ]


@pytest.mark.parametrize("wrong", [5, None, pd.DataFrame({"x": [1]})])
def test_what_is_no_baseline_is_one_error_that_says_what_it_is(wrong: Any) -> None:
    with pytest.raises(
        ArgumentError, match=f"baseline: {type(wrong).__name__} is neither a Baseline nor a folder"
    ):
        check(pd.DataFrame({"x": [1]}), wrong)


def test_a_message_is_one_line_whatever_the_names_in_it() -> None:
    with pytest.raises(DataError) as caught:
        make_baseline("no\nsuch\r\nfile\u2028here")
    assert len(str(caught.value).splitlines()) == 1


def test_a_baseline_reads_well_in_a_notebook(baseline: Baseline) -> None:
    page = baseline._repr_html_()
    assert "Baseline: 1,000 rows, 2 features" in page
    assert page.count("<tr>") == 3


def test_one_of_a_kind_has_no_plural(tmp_path: Path) -> None:
    made = make_baseline(pd.DataFrame({"x": [1]}))
    assert repr(made) == "Baseline(1 row, 1 feature)"
    assert repr(check(pd.DataFrame({"x": [1]}), made)).startswith(
        "1 row checked, none of 1 feature could be judged, 0 findings"
    )
