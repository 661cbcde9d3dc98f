"""What is advised reads and judges as the command before it did: it is typed here, and finds the same."""

from __future__ import annotations

import io
import json
import shlex
from pathlib import Path

import pytest

from drift_engine.cli import main
from tests.tables import numbers

READ = ["--no-header", "--separator", ";", "--format", "csv"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def write(file: str, start: int) -> None:
    rows = zip(numbers(400, start=start), ["a", "b"] * 200, strict=True)
    Path(file).write_text("".join(";".join(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write("train", 0)
    write("my july", 300)


def advised(argv: list[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str]]:
    """The exit code, and the words of the command that a terminal is told to type, none where it is not."""
    with monkeypatch.context() as patched:
        patched.setattr("sys.stderr", terminal := Terminal())
        code = main(argv)
    lines = [line for line in terminal.getvalue().splitlines() if "next: " in line]
    return code, shlex.split(lines[0].partition("next: drift-engine ")[2]) if lines else []


def test_what_is_advised_reads_the_data_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    _, checking = advised(["baseline", "train", "--output", "base", *READ], monkeypatch)
    assert checking[:2] == ["check", "TODAY.csv"]
    checking[1] = "my july"
    code, explaining = advised(checking, monkeypatch)
    assert (code, explaining[:2]) == (1, ["explain", "_c0"])
    assert main(explaining) == 1
    code, reporting = advised(["check", "my july", "--baseline", "base", *READ], monkeypatch)
    assert (code, reporting[-2:]) == (1, ["--report", "report.html"])
    assert main(reporting) == 1


@pytest.mark.parametrize(
    "judging",
    [
        ["--thresholds", "wanted.json"],
        ["--threshold", "0.6"],
        ["--threshold", "0.8", "--verdict", "calibrated"],
        ["--method", "Simple", "--strict-model-monitor"],
        ["--verdict", "model-monitor"],
    ],
)
def test_the_advised_report_judges_as_the_check_did(
    judging: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wish = {"_c0": {"method": "kolmogorov_smirnov", "threshold": 0.2}}
    Path("wanted.json").write_text(json.dumps({"version": 1, "features": wish}), encoding="utf-8")
    assert main(["baseline", "train", "--output", "base", *READ]) == 0
    capsys.readouterr()
    typed = ["check", "my july", "--baseline", "base", *READ, *judging]
    assert (found := advised([*typed, "--json"], monkeypatch))[0] == 1
    first = json.loads(capsys.readouterr().out)
    assert main([*found[1], "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == first


@pytest.mark.parametrize(
    ("judging", "rule"), [([], []), (["--verdict", "model-monitor"], ["--verdict", "model-monitor"])]
)
def test_explain_is_advised_with_the_rule_of_the_check(
    judging: list[str], rule: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["baseline", "train", "--output", "base", *READ]) == 0
    typed = ["check", "my july", "--baseline", "base", *READ, "--report", "r.html"]
    _, words = advised([*typed, *judging], monkeypatch)
    assert words[:3] == ["explain", "_c0", "my july"]
    assert words[len(words) - len(rule) :] == rule
    assert ("--verdict" in words) == bool(rule)


@pytest.mark.parametrize("judging", [["--threshold", "0.2"], ["--strict-model-monitor"]])
def test_no_explanation_is_advised_that_would_judge_otherwise(
    judging: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["baseline", "train", "--output", "base", *READ]) == 0
    typed = ["check", "my july", "--baseline", "base", *READ, "--report", "r.html", *judging]
    assert advised(typed, monkeypatch) == (1, [])
