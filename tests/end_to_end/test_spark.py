"""A stage whose batch Spark profiles, on this machine's Spark: `monitor.analyzer: drift-engine-spark`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import deploy
from local_aws import LocalAwsError, Options
from local_aws.emr_serverless.programs import find, places
from tests.end_to_end.conftest import ROOT, TAXIS, Account

SPARK: dict[str, Any] = {
    "analyzer": "drift-engine-spark",
    "spark": {
        "application_id": "00f1abc2def34567",
        "job_role_arn": "arn:aws:iam::123456789012:role/drift-spark",
        "python_archive_uri": "s3://another-bucket/spark/environment.tar.gz",
        "submit_parameters": "--conf spark.executor.memory=12g --conf spark.sql.files.maxPartitionBytes=1g",
    },
}
FILES = ("statistics.json", "constraints.json", "constraint_violations.json", "verdicts.json")


@pytest.fixture
def spark() -> None:
    """This machine has Spark; the gate makes it before these tests."""
    try:
        find(places())
    except LocalAwsError as error:
        pytest.skip(str(error))


def project(folder: Path, monitor: dict[str, Any]) -> Path:
    """The taxis with that monitor."""
    shutil.copytree(TAXIS, folder)
    file = folder / "stages" / "staging.json"
    stage = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**stage, "monitor": monitor}), encoding="utf-8")
    return folder


def deployed(folder: Path, monitor: dict[str, Any]) -> int:
    """The exit code of `deploy.py --local` of the taxis with that monitor; its files are in `folder`/out."""
    words = ["--local", "--json", "--stage", "staging", "--project", str(project(folder / "taxis", monitor))]
    return deploy.main([*words, "--out", str(folder / "out"), "--cache", str(ROOT / ".cache")], {})


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_a_batch_that_spark_profiles_is_judged_as_one_that_the_monitor_reads_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert deployed(tmp_path / "alone", {"analyzer": "drift-engine"}) == 1  # drift
    capsys.readouterr()
    assert deployed(tmp_path / "spark", SPARK) == 1
    document = json.loads(capsys.readouterr().out)
    steps = {step["name"]: step for step in document["execution"]["steps"]}
    assert (steps["ProfileBatch"]["type"], steps["ProfileBatch"]["status"]) == ("EMRServerless", "Succeeded")
    for name in FILES:
        alone, by_spark = (
            (tmp_path / way / "out" / "local" / "staging" / name).read_bytes() for way in ("alone", "spark")
        )
        assert by_spark == alone, name


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_a_spark_job_that_fails_ends_the_run_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {**SPARK["spark"], "submit_parameters": "--conf spark.sql.files.maxPartitionBytes=lots"}
    assert deployed(tmp_path, {**SPARK, "spark": wrong}) != 0
    said = capsys.readouterr()
    steps = {step["name"]: step["status"] for step in json.loads(said.out)["execution"]["steps"]}
    assert steps == {"CreateModel": "Succeeded", "Transform": "Succeeded", "ProfileBatch": "Failed"}
    assert "the step ProfileBatch failed" in said.err
    assert "is FAILED: Job failed, please check complete logs" in said.err
    assert "IllegalArgumentException" in said.err


@pytest.mark.parametrize("account", [Options(programs=())], indirect=True)
def test_a_machine_without_spark_is_told_before_anything_is_uploaded(
    account: Account, tmp_path: Path
) -> None:
    taxis = project(tmp_path / "taxis", SPARK)
    for verb in ("plan", "apply"):
        done = account.deploy(verb, project=taxis)
        assert done.code == 2
        (line,) = done.err.splitlines()
        assert line.startswith("deploy.py: monitor.spark.application_id: the Spark job can't run: ")
        assert "pip install -r requirements-spark.txt" in line
    assert (account.stacks, account.uploads) == ([], [])
    doctor = account.deploy("doctor", project=taxis)
    assert (doctor.code, "requirements-spark.txt" in doctor.out) == (1, True)
