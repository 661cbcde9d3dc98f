from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from drift_engine.cli import main
from tests.tables import numbers, write_csv

CHECK = ["check", "t.csv", "--baseline", "baseline"]
BASELINE = ["baseline", "t.csv"]
PROFILE = ["profile", "t.csv"]
HISTORY = ["history", "t.csv", "--baseline", "baseline"]
MERGE = ["merge", "t.profile"]
SUGGEST = ["thresholds", "suggest", "--baseline-data", "t.csv", "--batch-rows", "10"]
FORMS = ("report", "png", "junit", "sarif", "markdown", "verdicts", "message")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "t.csv", {"x": numbers(100)})
    assert main(["baseline", "t.csv", "--output", "baseline"]) == 0
    assert main(["profile", "t.csv", "--output", "t.profile"]) == 0
    capsys.readouterr()
    return tmp_path


def held(folder: Path) -> dict[str, str]:
    """What lies in the folder, by path: a digest of each file."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in folder.rglob("*")
    }


def refused(arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The one line of a command that ends with 2 and leaves the folder as it was."""
    before = held(folder)
    try:
        code: object = main(arguments)
    except SystemExit as error:
        code = error.code
    output = capsys.readouterr()
    assert (code, output.out) == (2, "")
    assert held(folder) == before
    (line,) = output.err.splitlines()
    return line


@pytest.mark.parametrize(
    "arguments",
    [
        [*BASELINE, "--output", "s3://bkt/out"],
        [*CHECK, "--output", "s3://bkt/out"],
        [*PROFILE, "--output", "s3://bkt/t.profile"],
        [*MERGE, "--output", "s3://bkt/out"],
        [*SUGGEST, "--output", "s3://bkt/thresholds.json"],
        [*CHECK, "--history", "runs", "--history-page", "s3://bkt/page.html"],
        [*HISTORY, "--html", "s3://bkt/page.html"],
        [*HISTORY, "--html", "page.html", "--reports", "s3://bkt/reports"],
        ["compare", "baseline", "baseline", "--report", "s3://bkt/out"],
        *([*CHECK, f"--{form}", "s3://bkt/out"] for form in FORMS),
    ],
)
def test_an_output_in_s3_is_refused_and_no_local_folder_of_that_name_made(
    arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused(arguments, folder, capsys)
    assert f"{arguments[-1]}: outputs are local paths" in line
    assert "aws s3 cp" in line


@pytest.mark.parametrize(
    "command", [["check", "t.csv"], ["explain", "x", "t.csv"], ["replay", "t.csv"], ["history", "t.csv"]]
)
def test_a_baseline_in_s3_is_refused_even_where_a_local_folder_has_that_name(
    command: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "s3:" / "bkt").mkdir(parents=True)
    (folder / "baseline").rename(folder / "s3:" / "bkt" / "baseline")
    line = refused([*command, "--baseline", "s3://bkt/baseline"], folder, capsys)
    assert "s3://bkt/baseline: a baseline is a local folder" in line


@pytest.mark.parametrize("output", ["baseline", "./baseline/", "other/../baseline", "link"])
def test_a_check_is_not_written_into_its_baselines_folder(
    output: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "link").symlink_to("baseline")
    line = refused([*CHECK, "--output", output], folder, capsys)
    assert f"--output {output}: is the baseline's folder" in line


def test_a_report_does_not_replace_a_file_of_the_baseline(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused([*CHECK, "--verdicts", "baseline/statistics.json"], folder, capsys)
    assert "--verdicts baseline/statistics.json: is a file of the baseline" in line


@pytest.mark.parametrize("arguments", [PROFILE, SUGGEST], ids=["profile", "thresholds"])
@pytest.mark.parametrize("name", [".", "..", "/", "baseline", "missing/"])
def test_a_folder_is_no_name_of_a_file_to_write(
    arguments: list[str], name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"{name}: is a folder; name a file" in refused([*arguments, "--output", name], folder, capsys)


@pytest.mark.parametrize("form", FORMS)
def test_a_report_needs_a_files_name(form: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "/: is a folder; name a file" in refused([*CHECK, f"--{form}", "/"], folder, capsys)
    assert "is empty; name a file" in refused([*CHECK, f"--{form}", ""], folder, capsys)


@pytest.mark.parametrize("arguments", [BASELINE, CHECK, MERGE])
def test_an_empty_output_is_not_the_current_folder(
    arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "is empty; name a folder" in refused([*arguments, "--output", ""], folder, capsys)


def test_a_file_is_no_folder_to_write_to_or_to_compare_with(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused([*BASELINE, "--output", "t.csv"], folder, capsys)
    assert "argument --output: t.csv: is a file; give a folder" in line
    line = refused(["check", "t.csv", "--baseline", "t.csv"], folder, capsys)
    assert (
        "argument --baseline: t.csv: is a file; give the folder with the baseline's statistics.json" in line
    )


def test_a_name_with_an_end_of_line_is_refused_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "s3://a b" in refused([*BASELINE, "--output", "s3://a\nb"], folder, capsys)


def test_the_current_folder_and_a_device_may_be_written_to(folder: Path) -> None:
    assert main([*BASELINE, "--output", "."]) == 0
    assert (folder / "statistics.json").exists()
    assert main([*CHECK, "--message", "/dev/null"]) == 0
