from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from drift_engine import check, make_baseline
from drift_engine.cli import main
from drift_engine.history import DatedBatch
from drift_engine.history.html import report_links
from tests.tables import numbers, write_csv


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`baseline/`, and `runs/` with two runs, the second with a report."""
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "train.csv", {"x": numbers(1000), "c": ["a", "b"] * 500})
    write_csv(tmp_path / "july.csv", {"x": numbers(1000, start=900), "c": ["a", "b"] * 500})
    baseline = make_baseline("train.csv")
    baseline.save("baseline")
    check("train.csv", baseline).save("runs/2026-06")
    moved = check("july.csv", baseline)
    moved.save("runs/2026-07")
    moved.report("runs/2026-07/report.html")
    return tmp_path


def page_data(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return dict(json.loads(found[1]))


def history(*arguments: str) -> int:
    return main(["history", *arguments, "--baseline", "baseline", "--html", "pages/history.html"])


def test_each_batch_is_linked_to_the_report_beside_its_statistics(folder: Path) -> None:
    assert history("runs") == 0
    page = folder / "pages" / "history.html"
    assert page_data(page)["batches"] == [
        ["2026-06", 1000, ""],
        ["2026-07", 1000, "./../runs/2026-07/report.html"],
    ]
    assert (page.parent / "../runs/2026-07/report.html").is_file()
    assert [each["words"] for each in page_data(page)["features"]] == ["01", "00"]


def test_reports_of_all_batches_are_written_where_they_are_asked_for(folder: Path) -> None:
    assert history("runs", "--reports", "pages/reports") == 0
    data = page_data(folder / "pages" / "history.html")
    links = [batch[2] for batch in data["batches"]]
    assert links == ["./reports/0000-2026-06.html", "./reports/0001-2026-07.html"]
    assert "1 of 2 features drifted" in (folder / "pages" / links[1]).read_text(encoding="utf-8")


@pytest.mark.usefixtures("folder")
def test_reports_without_a_page_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "runs", "--baseline", "baseline", "--reports", "x"]) == 2
    assert "give --html FILE too" in capsys.readouterr().err
    assert not Path("x").exists()


@pytest.mark.parametrize("rule", ["calibrated", "model-monitor"])
def test_the_colours_are_of_what_the_rule_measures(folder: Path, rule: str) -> None:
    assert history("runs", "--verdict", rule) == 0
    text = (folder / "pages" / "history.html").read_text(encoding="utf-8")
    measure = {"calibrated": "share of the rows that moved", "model-monitor": "in units of its threshold"}
    assert measure[rule] in text


def test_a_check_writes_the_page_with_itself_and_links_to_it(folder: Path) -> None:
    given = ["--baseline", "baseline", "--history", "runs", "--history-page", "runs.html"]
    assert main(["check", "july.csv", *given, "--output", "runs/2026-08", "--report", "now/r.html"]) == 1
    names = [batch[0] for batch in page_data(folder / "runs.html")["batches"]]
    assert names == ["2026-06", "2026-07", "2026-08"]
    assert 'href="./../runs.html">history of all runs' in (folder / "now" / "r.html").read_text("utf-8")
    assert main(["check", "july.csv", *given, "--report", "r.html"]) == 1
    batches = page_data(folder / "runs.html")["batches"]
    assert batches[-1] == ["this run", 1000, "./r.html"]


@pytest.mark.usefixtures("folder")
def test_the_page_of_a_check_obeys_its_thresholds_file() -> None:
    given = ["check", "july.csv", "--baseline", "baseline", "--history", "runs", "--history-page", "x.html"]
    report = ["--output", "runs/2026-08", "--report", "r.html"]
    wish = {"x": {"threshold": 1.0}, "c": {"ignore_until": "9999-01-01", "reason": "late"}}
    Path("w.json").write_text(json.dumps({"version": 1, "features": wish}), encoding="utf-8")

    def words() -> dict[str, list[str]]:
        data = page_data(Path("x.html"))
        return {
            each["name"]: [data["words"][int(word)] for word in each["words"]] for each in data["features"]
        }

    assert main([*given, *report]) == 1
    assert words() == {"x": ["ok", "drifted", "drifted"], "c": ["ok"] * 3}
    assert main([*given, *report, "--thresholds", "w.json"]) == 0
    assert words() == {"x": ["ok"] * 3, "c": ["not checked"] * 3}
    assert "; thresholds: w.json" in Path("x.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("folder")
def test_history_and_its_page_obey_a_thresholds_file(capsys: pytest.CaptureFixture[str]) -> None:
    wish = {"x": {"threshold": 1.0}, "c": {"ignore_until": "9999-01-01", "reason": "late"}}
    Path("w.json").write_text(json.dumps({"version": 1, "features": wish}), encoding="utf-8")
    given = ["history", "runs", "--baseline", "baseline", "--html", "x.html"]

    def words(*more: str) -> dict[str, list[str]]:
        assert main([*given, *more, "--json"]) == 0
        data = json.loads(capsys.readouterr().out)
        return {each["name"]: each["verdicts"] for each in data["features"]}

    assert words() == {"x": ["ok", "drifted"], "c": ["ok", "ok"]}
    assert "thresholds" not in Path("x.html").read_text(encoding="utf-8").split("</header>")[0]
    assert words("--thresholds", "w.json") == {"x": ["ok", "ok"], "c": ["not checked"] * 2}
    assert "; thresholds: w.json" in Path("x.html").read_text(encoding="utf-8")
    Path("w.json").write_text('{"version": 1, "features": {"q": {}}}', encoding="utf-8")
    assert main([*given, "--thresholds", "w.json"]) == 2
    assert "features.q: the baseline has no such feature" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_a_page_of_no_runs_is_refused_before_anything_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--history-page", "x.html", "--output", "out", "--report", "r.html"]
    assert main(["check", "july.csv", "--baseline", "baseline", *given]) == 2
    assert "--history DIR, too" in capsys.readouterr().err
    assert not Path("out").exists()
    assert not Path("r.html").exists()


@pytest.mark.usefixtures("folder")
def test_a_run_in_the_folder_of_runs_itself_is_there_once() -> None:
    given = ["--history", "here", "--output", "here", "--history-page", "x.html"]
    assert main(["check", "july.csv", "--baseline", "baseline", *given]) == 1
    assert len(page_data(Path("x.html"))["batches"]) == 1


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        # A date that all runs have in common tells nothing.
        boto3.client("s3").create_bucket(Bucket="runs-2026-07")
        yield "runs-2026-07"


def test_the_runs_of_a_pipeline_in_s3_go_by_the_time_they_were_written(folder: Path, bucket: str) -> None:
    client = boto3.client("s3")
    for run, name in (("zzz", "2026-06"), ("aaa", "2026-07")):
        for file in sorted((folder / "runs" / name).iterdir()):
            client.upload_file(str(file), bucket, f"flights/{run}/monitor/{file.name}")
        # S3 keeps whole seconds.
        time.sleep(1.1)
    assert history(f"s3://{bucket}/flights/") == 0
    first, last = page_data(folder / "pages" / "history.html")["batches"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", first[0])
    assert (first[2], first[0] < last[0]) == ("", True)
    assert last[2] == (
        "https://console.aws.amazon.com/s3/object/runs-2026-07?prefix=flights%2Faaa%2Fmonitor%2Freport.html"
    )


@pytest.mark.usefixtures("bucket")
def test_reports_in_china_are_linked_to_the_console_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "cn-north-1")
    batch = DatedBatch("2026-07", ("s3://b/r/statistics.json",), "s3://b/r/report.html")
    (link,) = report_links([batch], "page.html")
    assert link == "https://console.amazonaws.cn/s3/object/b?prefix=r%2Freport.html"


def test_a_pattern_of_several_runs_is_no_single_batch(
    folder: Path, bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("2026-06", "2026-07"):
        statistics = folder / "runs" / name / "statistics.json"
        boto3.client("s3").upload_file(str(statistics), bucket, f"flights/{name}/statistics.json")
    pattern = f"s3://{bucket}/flights/*/statistics.json"
    assert main(["explain", "fare", pattern, "--baseline", "baseline"]) == 2
    assert f"{pattern}: is 2 files, s3://{bucket}/flights/2026-06/statistics.json" in capsys.readouterr().err
