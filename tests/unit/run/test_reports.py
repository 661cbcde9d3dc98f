"""A check's reports: the library's way and the command line's."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

from drift_engine import Baseline, check, make_baseline
from drift_engine.cli import main
from drift_engine.errors import ReportError
from drift_engine.report import FORMS
from drift_engine.report.html import html_report
from drift_engine.thresholds import Thresholds, Wish
from tests.tables import Columns, numbers, write_csv

TRAIN: Columns = {"x": numbers(1000), "c": ["a", "b"] * 500}
DRIFTED: Columns = {"x": numbers(1000, start=900), "c": ["a", "b"] * 500}
WHEN = datetime(2026, 7, 1, tzinfo=timezone.utc)
CHECK = ("check", "july.csv", "--baseline", "baseline")
TEXTS = sorted(set(FORMS) - {"png"})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with a baseline, a drifted batch, and two past runs."""
    monkeypatch.chdir(tmp_path)
    make_baseline(write_csv(tmp_path / "train.csv", TRAIN)).save("baseline")
    write_csv(tmp_path / "july.csv", DRIFTED)
    check("july.csv", "baseline").save("runs/2026-06")
    check("train.csv", "baseline").save("runs/2026-05")
    return tmp_path


def test_a_report_says_which_files_it_is_of(folder: Path) -> None:
    source = check("july.csv", "baseline").to_report(when=WHEN, about={"Model": "flights-3"}).provenance
    assert [(file.name, file.rows) for file in source.files] == [("july.csv", 1000)]
    digest = hashlib.sha256((folder / "baseline" / "statistics.json").read_bytes()).hexdigest()
    assert source.digests[str(Path("baseline") / "statistics.json")] == f"sha256 {digest}"
    assert source.settings == {
        "Verdict": "calibrated",
        "Numbers": "Robust, threshold 0.1",
        "Categories": "LInfinity Robust, threshold 0.1",
    }
    assert (source.about, source.when) == ({"Model": "flights-3"}, WHEN)


@pytest.mark.parametrize("form", TEXTS)
def test_a_result_writes_itself_in_every_form_the_same_each_time(folder: Path, form: str) -> None:
    written = []
    for name in ("one", "two"):
        path = Path(f"{name}{FORMS[form].suffix}")
        check("july.csv", "baseline").report(path, when=WHEN)
        written.append(path.read_bytes())
    assert written[0] == written[1]


def test_past_runs_are_judged_by_this_baseline_in_the_order_of_their_names(folder: Path) -> None:
    result = check("july.csv", "baseline")
    runs = result.to_report(history="runs").history
    assert [(run.name, run.verdicts["x"].verdict) for run in runs] == [
        ("2026-05", "ok"),
        ("2026-06", "drifted"),
    ]
    assert [run.name for run in result.to_report(history="runs", but="runs/2026-06").history] == ["2026-05"]


def test_past_runs_are_judged_by_the_thresholds_file_of_the_present_one(folder: Path) -> None:
    wide = Thresholds({"x": Wish("kolmogorov_smirnov", 0.95), "c": Wish(effect_floor=0.5)})
    result = check("july.csv", "baseline").obeying(wide, WHEN.date())
    report = result.to_report(history="runs")
    assert [run.verdicts["x"].verdict for run in report.history] == ["ok", "ok"]
    assert [run.verdicts["x"].method for run in report.history] == ["kolmogorov_smirnov"] * 2
    tight = Thresholds({"x": Wish("kolmogorov_smirnov", 0.5), "c": Wish(threshold=0.5)})
    drifted = check("july.csv", "baseline").obeying(tight, WHEN.date()).to_report(history="runs")
    assert [run.verdicts["x"].verdict for run in drifted.history] == ["ok", "drifted"]
    assert "drifted since 2026-06 (2 runs)" in html_report(drifted)
    assert "drifted since" not in html_report(report)


def test_a_folder_of_past_runs_that_is_not_there_is_one_error(folder: Path) -> None:
    with pytest.raises(ReportError, match="nowhere: there is no such folder of past runs"):
        check("july.csv", "baseline").to_report(history="nowhere")


def test_a_baseline_in_memory_has_no_digests(folder: Path) -> None:
    result = check("july.csv", make_baseline("train.csv"))
    assert result.to_report().provenance.digests == {}
    assert len(Baseline.load("baseline").digests) == 2


def test_own_settings_of_features_and_a_comparison_switched_off_are_said(folder: Path) -> None:
    path = folder / "baseline" / "constraints.json"
    document = json.loads(path.read_text())
    document["monitoring_config"]["distribution_constraints"]["perform_comparison"] = "Disabled"
    document["features"][0]["monitoringConfigOverrides"] = {
        "distribution_constraints": {"comparison_threshold": 0.5}
    }
    path.write_text(json.dumps(document))
    said = check("july.csv", "baseline", strict=True).to_report().provenance.settings
    assert said["Own settings"] == "1 of 2 features"
    assert said["Comparison"] == "switched off in the constraints"
    assert said["Rules"] == "Model Monitor's to the letter"


def test_a_notebook_shows_no_more_than_thirty_features(folder: Path) -> None:
    many: Columns = {f"<i>{index}": numbers(100) for index in range(100)}
    moved: Columns = {f"<i>{index}": numbers(100, start=90) for index in range(100)}
    write_csv(folder / "many.csv", many)
    shown = check(write_csv(folder / "moved.csv", moved), make_baseline("many.csv"))._repr_html_()
    assert shown.count("<tr>") == 31
    assert "and 70 more features" in shown
    assert "<i>" not in shown
    assert len(shown) < 20_000


@pytest.mark.parametrize("form", TEXTS)
def test_the_command_line_writes_every_form(folder: Path, form: str) -> None:
    target = Path("out") / f"r{FORMS[form].suffix}"
    assert main([*CHECK, f"--{form}", str(target)]) == 1
    text = target.read_text(encoding="utf-8")
    assert "x" in text
    assert ("90% moved" if form == "message" else "0.8195" if form == "verdicts" else "0.82") in text


def test_the_command_line_writes_several_forms_with_history_and_what_is_told(folder: Path) -> None:
    arguments = [
        "--report",
        "r.html",
        "--markdown",
        "r.md",
        "--history",
        "runs",
        "--about",
        "Model=flights=3",
    ]
    assert main([*CHECK, "--output", "runs/2026-06", *arguments]) == 1
    page = Path("r.html").read_text(encoding="utf-8")
    assert '"runs":["2026-05"]' in page
    assert "flights=3" in page
    assert Path("r.md").exists()


def test_two_statistics_are_compared_in_a_report(folder: Path) -> None:
    assert main(["compare", "runs/2026-06", "baseline", "--report", "r.html", "--markdown", "r.md"]) == 0
    assert (
        Path("r.md").read_text(encoding="utf-8").startswith("### 1 of 2 features drifted; x moved farthest")
    )
    assert "runs/2026-06" in Path("r.html").read_text(encoding="utf-8")
    assert main(["compare", "runs/2026-06", "baseline", "--threshold", "0.9", "--markdown", "r.md"]) == 0
    assert Path("r.md").read_text(encoding="utf-8").startswith("### None of 2 features drifted")


def test_about_without_a_name_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*CHECK, "--about", "flights"])
    assert "'flights' is not NAME=VALUE" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_ends_with_2(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*CHECK, "--report", "july.csv/report.html"]) == 2
    assert "july.csv/report.html: can't be written" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main([*CHECK, "--report", "baseline"])
    assert "baseline: is a folder; name a file" in capsys.readouterr().err
