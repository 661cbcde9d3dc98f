from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from drift_engine.cli import main
from drift_engine.distances import DISTANCES
from tests.tables import Columns, numbers, write_csv

TRAIN: Columns = {"x": numbers(1000), "c": ["a", "b"] * 500}
DRIFTED: Columns = {"x": [*numbers(999, start=900), "oops"], "c": ["a", "b"] * 500}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "train.csv", TRAIN)
    write_csv(tmp_path / "july.csv", DRIFTED)
    assert main(["baseline", "train.csv", "--output", "baseline"]) == 0
    capsys.readouterr()
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on stderr of a command that can't run."""
    try:
        code = main(arguments)
    except SystemExit as error:
        code = error.code  # type: ignore[assignment]
    output = capsys.readouterr()
    assert (code, output.out) == (2, "")
    (line,) = output.err.splitlines()
    assert line.startswith("drift-engine: ")
    return line


def test_a_baseline_is_written(folder: Path) -> None:
    names = sorted(path.name for path in (folder / "baseline").iterdir())
    assert names == ["constraints.json", "statistics.json"]


def test_clean_data_ends_with_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "train.csv", "--baseline", "baseline", "--output", "out"]) == 0
    assert capsys.readouterr().out.startswith("1,000 rows checked, 0 of 2 features drifted, 0 findings")
    assert not (folder / "out" / "constraint_violations.json").exists()


def test_drift_ends_with_1_and_says_how_many_cells_were_no_numbers(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "july.csv", "--baseline", "baseline", "--output", "out"]) == 1
    assert "exceeds threshold: 0.1 (1 cells are not numbers)" in capsys.readouterr().out
    assert (folder / "out" / "constraint_violations.json").exists()


@pytest.mark.usefixtures("folder")
def test_findings_that_chance_explains_are_shown_with_that(capsys: pytest.CaptureFixture[str]) -> None:
    write_csv(Path("gaps.csv"), {"x": [None, *numbers(999)], "c": ["a", "b"] * 500})
    assert main(["check", "gaps.csv", "--baseline", "baseline"]) == 0
    said = capsys.readouterr().out
    assert "x: completeness_check" in said
    assert said.endswith(
        "no alarm: chance or too small an effect explains what Model Monitor's checks found\n"
    )


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("gap", "why"), [(False, "new dates"), (True, "new dates, chance or too small an effect")]
)
def test_findings_that_new_dates_explain_are_shown_with_that(
    capsys: pytest.CaptureFixture[str], gap: bool, why: str
) -> None:
    x = numbers(1000)
    write_csv(Path("old.csv"), {"day": ["2026-01-01", "2026-01-02"] * 500, "x": x})
    write_csv(
        Path("new.csv"), {"day": ["2026-01-03", "2026-01-04"] * 500, "x": [None if gap else "0", *x[1:]]}
    )
    assert main(["baseline", "old.csv", "--output", "days"]) == 0
    assert main(["check", "new.csv", "--baseline", "days"]) == 0
    assert capsys.readouterr().out.endswith(f"no alarm: {why} explain what Model Monitor's checks found\n")


@pytest.mark.usefixtures("folder")
def test_moved_shares_of_known_dates_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    write_csv(Path("old.csv"), {"month": ["2024-01"] * 950 + ["2024-07"] * 50, "x": numbers(1000)})
    write_csv(Path("new.csv"), {"month": ["2024-01"] * 50 + ["2024-07"] * 950, "x": numbers(1000)})
    assert main(["baseline", "old.csv", "--output", "months"]) == 0
    assert main(["check", "new.csv", "--baseline", "months"]) == 1
    assert "no alarm" not in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_a_check_as_json_has_findings_and_features(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "july.csv", "--baseline", "baseline", "--json"]) == 1
    document = printed(capsys)
    assert [each["check"] for each in document["findings"]] == ["data_type_check", "baseline_drift_check"]
    assert document["findings"][0]["not_numeric"] == 1
    worst = document["features"][0]
    assert (worst["name"], worst["type"], worst["verdict"], worst["drifted"]) == (
        "x",
        "Integral",
        "drifted",
        True,
    )
    assert worst["distance"] > worst["threshold"] == 0.1
    assert document["rows"] == 1000


@pytest.mark.usefixtures("folder")
def test_threshold_and_method_of_a_check_stand_before_the_baselines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = ["--threshold", "0.95", "--method", "Simple", "--json"]
    main(["check", "july.csv", "--baseline", "baseline", *given])
    worst = printed(capsys)["features"][0]
    assert (worst["method"], worst["threshold"], worst["verdict"]) == ("simple", 0.95, "ok")


@pytest.mark.usefixtures("folder")
def test_the_verdict_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    rules = []
    for given in ([], ["--verdict", "model-monitor"], ["--threshold", "0.2"]):
        assert main(["check", "july.csv", "--baseline", "baseline", "--json", *given]) == 1
        rules.append(printed(capsys)["verdict"]["rule"])
    assert rules == ["calibrated", "model-monitor", "model-monitor"]
    given = ["--threshold", "0.2", "--verdict", "calibrated", "--json"]
    main(["check", "july.csv", "--baseline", "baseline", *given])
    document = printed(capsys)
    assert (document["verdict"]["rule"], document["drifted"]) == ("calibrated", True)
    assert document["verdict"]["expected_false_alarms"] == 0.05
    worst = document["features"][0]
    assert worst["adjusted_p_value"] < 1e-6
    assert [test["test"] for test in worst["tests"]] == ["distribution"]


def test_a_shift_that_the_threshold_lets_pass_ends_with_1(folder: Path) -> None:
    near = {"x": numbers(1000, start=130), "c": ["a", "b"] * 500}
    write_csv(folder / "near.csv", near)
    assert main(["check", "near.csv", "--baseline", "baseline"]) == 1
    assert main(["check", "near.csv", "--baseline", "baseline", "--verdict", "model-monitor"]) == 0


def test_threshold_and_method_of_a_baseline_are_written(folder: Path) -> None:
    given = ["--threshold", "0.3", "--method", "Simple", "--categorical-method", "ChiSquared"]
    main(["baseline", "train.csv", "--output", "other", *given])
    config = json.loads((folder / "other" / "constraints.json").read_text())["monitoring_config"]
    assert config["distribution_constraints"] == {
        "perform_comparison": "Enabled",
        "comparison_threshold": 0.3,
        "comparison_method": "Simple",
        "categorical_comparison_threshold": 0.3,
        "categorical_drift_method": "ChiSquared",
    }


@pytest.mark.usefixtures("folder")
def test_strict_mode_is_blind_where_model_monitor_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "july.csv", "--baseline", "baseline", "--strict-model-monitor", "--json"]) == 1
    assert [each["check"] for each in printed(capsys)["findings"]] == ["data_type_check"]


def test_reading_options_are_obeyed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "odd.txt").write_text("größe;1\nmaß;2\n", encoding="latin-1")
    given = ["--format", "csv", "--no-header", "--separator", ";", "--encoding", "latin-1", "--json"]
    assert main(["baseline", "odd.txt", "--output", "odd", *given]) == 0
    first, second = printed(capsys)["features"]
    assert (first["name"], set(first["categories"])) == ("_c0", {"größe", "maß"})
    assert second["inferred_type"] == "Integral"


@pytest.mark.usefixtures("folder")
def test_compare_prints_all_distances_of_each_feature(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "july.csv", "--baseline", "baseline", "--output", "out", "--json"])
    capsys.readouterr()
    assert main(["compare", "out", "baseline/statistics.json", "--json"]) == 0
    x, c = printed(capsys)["features"]
    assert (x["name"], x["kind"], c["name"], c["kind"]) == ("x", "numerical", "c", "categorical")
    assert x["distances"]["simple"] > x["distances"]["robust"] > 0.8
    assert c["distances"]["linf_simple"] == 0.0


@pytest.mark.usefixtures("folder")
def test_compare_judges_only_where_it_is_given_a_threshold() -> None:
    main(["check", "july.csv", "--baseline", "baseline", "--output", "out"])
    assert main(["compare", "out", "baseline"]) == 0
    assert main(["compare", "out", "baseline", "--threshold", "0.1"]) == 1
    assert main(["compare", "out", "baseline", "--threshold", "0.99"]) == 0


@pytest.mark.usefixtures("folder")
def test_describe_shows_every_feature(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "baseline/statistics.json"]) == 0
    head, x, c, rows = capsys.readouterr().out.splitlines()
    assert head.split()[0] == "feature"
    assert x.split()[:4] == ["x", "Integral", "1000", "0"]
    assert c.endswith("a 500, b 500")
    assert rows == "1,000 rows"
    assert main(["describe", "baseline", "--json"]) == 0
    assert [each["name"] for each in printed(capsys)["features"]] == ["x", "c"]


def test_the_frequent_values_of_a_column_of_many_are_shown_and_in_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, made = tmp_path / "users.csv", tmp_path / "made"
    data.write_text("user\n" + "guest\n" * 400 + "".join(f"u{number}\n" for number in range(1600)))
    assert main(["baseline", str(data), "--output", str(made)]) == 0
    assert "\nuser: most frequent of more than 512 values: guest, at least 1" in capsys.readouterr().out
    assert all(b"guest" not in file.read_bytes() for file in made.iterdir())
    assert main(["describe", str(made)]) == 0
    assert "guest" not in capsys.readouterr().out
    assert main(["profile", str(data), "--output", f"{made}/part.profile"]) == 0
    capsys.readouterr()
    assert main(["describe", f"{made}/part.profile", "--json"]) == 0
    ((guest,),) = (each["frequent"] for each in printed(capsys)["features"])
    assert guest["value"] == "guest"
    assert guest["at_least"] <= 0.2 <= guest["at_most"]


def test_metrics_lists_the_table_of_distances(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in DISTANCES)
    assert main(["metrics", "--json"]) == 0
    assert [each["name"] for each in printed(capsys)["distances"]] == list(DISTANCES)


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("drift-engine 0.")


@pytest.mark.parametrize("command", ["baseline", "check", "compare", "describe", "metrics", "job"])
def test_every_commands_help_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"drift-engine {command}" in capsys.readouterr().out.split("Example: ")[1]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "required"),
        (["check", "train.csv"], "--baseline"),
        (["nonsense"], "nonsense"),
        (["check", "nowhere.csv", "--baseline", "baseline"], "nowhere.csv"),
        (["check", "train.csv", "--baseline", "nowhere"], "nowhere/statistics.json: there is no such file"),
        (["compare", "baseline", "train.csv"], "train.csv: is no statistics.json"),
        (
            ["describe", "s3://bkt/statistics.json"],
            "s3://bkt/statistics.json: is read from this machine only",
        ),
        (
            ["describe", "train.csv"],
            "train.csv: is no statistics.json: give one, a folder with one, or a .profile",
        ),
        (["baseline", "train.csv", "--output", "train.csv"], "train.csv: is a file; give a folder"),
        (["check", "train.csv", "--baseline", "baseline", "--report", "./train.csv"], "is the data itself"),
        (["profile", "train.csv", "--output", "train.csv"], "is the data itself"),
        (["baseline", "train.csv", "--output", "x", "--separator", "ab"], "separator"),
        (["baseline", "train.csv", "--output", "x", "--encoding", "klingon"], "encoding"),
        (["baseline", "train.csv", "--output", "x", "--threshold", "nan"], "--threshold"),
        (["baseline", "train.csv", "--output", "x", "--method", "KS"], "--method"),
    ],
)
def test_what_cannot_run_is_one_line_on_stderr_and_ends_with_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in refused(arguments, capsys)


def test_the_module_runs_as_a_program(folder: Path) -> None:
    arguments = ["check", folder / "july.csv", "--baseline", folder / "baseline"]
    command = [sys.executable, "-m", "drift_engine", *map(str, arguments)]
    done = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_reader_that_leaves_early_causes_no_traceback(folder: Path) -> None:
    root = Path(__file__).parents[3]
    write_csv(folder / "wide.csv", {f"column{n}": ["1"] for n in range(5000)})
    main(["baseline", "wide.csv", "--output", "wide"])
    command = f"{sys.executable} -m drift_engine describe {folder}/wide | head -1"
    done = subprocess.run(["sh", "-c", command], cwd=root, capture_output=True, check=False)
    assert done.stderr == b""


def test_statistics_without_a_common_column_are_not_compared(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_csv(folder / "other.csv", {"y": numbers(10)})
    assert main(["baseline", "other.csv", "--output", "other"]) == 0
    capsys.readouterr()
    assert "no column in common" in refused(["compare", "other", "baseline"], capsys)


def test_a_deviation_beyond_the_range_is_said_to_be_too_large(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_csv(tmp_path / "far.csv", {"x": [f"{n}e300" for n in range(1, 100)], "y": numbers(99)})
    assert main(["baseline", str(data), "--output", str(tmp_path / "b")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "too large" in lines[1]
    assert "5e+301" in lines[1]
    assert "too large" not in lines[2]
    report = tmp_path / "r.html"
    assert main(["check", str(data), "--baseline", str(tmp_path / "b"), "--report", str(report)]) == 0
    assert "too large" in report.read_text(encoding="utf-8")
