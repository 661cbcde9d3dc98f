from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drift_engine import check as check_here
from drift_engine import make_baseline as make_baseline_here
from drift_engine.errors import DataError
from drift_engine.job import run as run_monitor
from drift_engine.parts import read_part
from drift_engine.readers import ReadOptions
from drift_engine.run import state_of_source

pytest.importorskip("pyspark", reason="pyspark is not here: .ci/engine-on-other-pythons runs these tests")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

from drift_engine.spark import job  # noqa: E402
from drift_engine.spark.arguments import asked  # noqa: E402

ROOT = Path(__file__).parents[2]


def run(spark: Any, *arguments: str | Path) -> str:
    out = io.StringIO()
    job.run(spark, asked([str(argument) for argument in arguments]), out)
    return out.getvalue()


def batch(path: Path, rows: int, shift: float) -> Path:
    draw = np.random.default_rng(rows)
    lines = ["amount,kind,note"]
    for amount, kind in zip(draw.normal(shift, 1, rows), draw.integers(0, 3, rows), strict=True):
        lines.append(f'{amount:.3f},{"abc"[kind]},"say ""{kind}"", twice"')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


ODD = 'x,k,"na me",z,x\n1.5,a,"q, ""w""",,1\n2,,"",1,""\n7\n\n1,2,3,4,5,6\n 8 ,"ä",5" pipe,\\,-0\n'


def test_csv_is_read_as_the_engines_own_reader_reads_it(spark: Any, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text(ODD, encoding="utf-8")
    run(
        spark,
        "--do",
        "profile",
        "--data",
        tmp_path / "odd.csv",
        "--format",
        "csv",
        "--output",
        tmp_path / "out",
    )
    made = read_part(tmp_path / "out" / "batch.profile")
    assert made.names == ("x0", "k", "na me", "z", "x4")
    assert made.to_bytes() == state_of_source(tmp_path / "odd.csv", ReadOptions()).to_bytes()
    assert names(tmp_path / "out") == {"batch.profile"}


def test_json_lines_are_flattened_as_the_engines_own_reader_does(spark: Any, tmp_path: Path) -> None:
    lines = [
        {"a": 1, "b": {"c": "x", "d.e": None}, "list": [1, 2]},
        {"a": 2.5, "b": {"c": "y"}, "t": True},
        {"a": "n", "late": ""},
    ]
    (tmp_path / "rows.json").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    run(
        spark,
        "--do",
        "baseline",
        "--data",
        tmp_path / "rows.json",
        "--format",
        "json",
        "--output",
        tmp_path / "o",
    )
    here = make_baseline_here(tmp_path / "rows.json").statistics
    made = json.loads((tmp_path / "o" / "statistics.json").read_text(encoding="utf-8"))
    types = {each["name"]: each["inferred_type"] for each in made["features"]}
    assert types == {each.name: each.inferred_type for each in here.features}


def test_a_profile_by_spark_is_what_the_monitor_step_checks(spark: Any, tmp_path: Path) -> None:
    old, new = batch(tmp_path / "old.csv", 3000, 0.0), batch(tmp_path / "new.csv", 2000, 2.0)
    make_baseline_here(old).save(tmp_path / "baseline")
    lines = new.read_text(encoding="utf-8").splitlines(keepends=True)[1:]
    (tmp_path / "new.csv.out").write_text("".join(lines), encoding="utf-8")
    given = ("--do", "profile", "--data", tmp_path / "new.csv.out", "--format", "csv", "--header", "false")
    run(spark, *given, "--output", tmp_path / "profile")
    environment = {
        "dataset_format": '{"profile": {}}',
        "dataset_source": str(tmp_path / "profile"),
        "baseline_statistics": str(tmp_path / "baseline/statistics.json"),
        "baseline_constraints": str(tmp_path / "baseline/constraints.json"),
        "output_path": str(tmp_path / "monitor"),
        "output_message_file": str(tmp_path / "message"),
    }
    run_monitor(environment, io.StringIO(), datetime(2026, 1, 1, tzinfo=timezone.utc))
    check_here(new, tmp_path / "baseline").save(tmp_path / "here")
    for name in ("statistics.json", "constraint_violations.json"):
        assert (tmp_path / "monitor" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


def test_a_later_check_without_findings_leaves_no_violations_behind(spark: Any, tmp_path: Path) -> None:
    data = batch(tmp_path / "data.csv", 1000, 0.0)
    make_baseline_here(data).save(tmp_path / "baseline")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "constraint_violations.json").write_text("{}", encoding="utf-8")
    given = ("--do", "check", "--data", data, "--format", "csv", "--baseline", tmp_path / "baseline")
    said = run(spark, *given, "--output", tmp_path / "out")
    assert "1,000 rows checked, 0 of 3 features drifted" in said
    files = {"statistics.json", "constraints.json", "report.html", "verdicts.json", "message.txt"}
    assert names(tmp_path / "out") == files


def test_what_is_not_there_is_one_line_and_nothing_is_written(spark: Any, tmp_path: Path) -> None:
    for given in (("parquet", tmp_path / "nowhere"), ("table", "no_such_table")):
        with pytest.raises(DataError) as caught:
            run(
                spark,
                "--do",
                "profile",
                "--format",
                given[0],
                "--data",
                given[1],
                "--output",
                tmp_path / "out",
            )
        assert str(given[1]) in str(caught.value)
        assert "\tat " not in str(caught.value)
    data = batch(tmp_path / "data.csv", 10, 0.0)
    check = ("--do", "check", "--data", data, "--format", "csv", "--baseline", tmp_path / "none")
    with pytest.raises(DataError, match=r"none/statistics\.json: .*FileNotFoundException"):
        run(spark, *check, "--output", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("spark")
def test_spark_submit_checks_with_the_engine_from_a_zip(tmp_path: Path) -> None:
    old, new = batch(tmp_path / "old.csv", 4000, 0.0), batch(tmp_path / "new.csv", 2500, 2.0)
    make_baseline_here(old).save(tmp_path / "baseline")
    check_here(new, tmp_path / "baseline").save(tmp_path / "here")
    with zipfile.ZipFile(tmp_path / "engine.zip", "w") as archive:
        for path in sorted((ROOT / "drift_engine").rglob("*")):
            if path.suffix in {".py", ".css", ".js", ".c", ".h"}:
                archive.write(path, path.relative_to(ROOT))
    arguments = ("--do", "check", "--data", new, "--format", "csv", "--baseline", tmp_path / "baseline")
    done = submit(tmp_path, [*map(str, arguments), "--output", str(tmp_path / "out")])
    assert done.returncode == 0, done.stderr
    assert "2,500 rows checked, 1 of 3 features drifted" in done.stdout
    for name in ("statistics.json", "constraints.json", "constraint_violations.json"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


def submit(folder: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run the job's script from another folder, with nothing of this checkout on Python's path."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [
        str(Path(sys.executable).with_name("spark-submit")),
        *("--master", "local[2]", "--py-files", str(folder / "engine.zip")),
        *("--conf", "spark.ui.enabled=false", "--conf", "spark.sql.shuffle.partitions=2"),
        str(ROOT / "pipeline_definition/steps/spark_job.py"),
    ]
    return subprocess.run(
        [*command, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
