"""What no job run, nor who waits for it, may be left with when something goes wrong at its end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from local_aws import LocalAws, running
from local_aws.clock import Clock
from local_aws.containers.container import ContainerError
from local_aws.emr_serverless.mirror import Mirror
from local_aws.emr_serverless.operations import LOG_GROUP, JobRunOperations
from local_aws.emr_serverless.programs import find
from local_aws.emr_serverless.store import JobRun, Store
from local_aws.errors import ServiceError
from local_aws.moto_seams import Call
from tests.unit.local_aws.emr_serverless.test_job_runs import programs, put_scripts
from tests.unit.local_aws.support import ROLE, bucket_with

APPLICATION = "00f1abc2"


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    with running() as started:
        put_scripts(started)
        yield started


@pytest.fixture
def store(aws: LocalAws) -> Store:
    return Store("us-east-1", "123456789012", Clock())


@pytest.fixture
def operations(aws: LocalAws, store: Store, tmp_path: Path) -> Iterator[JobRunOperations]:
    """Job runs whose calls have the faults that are injected, other than the local AWS's own."""
    folder = tmp_path / "programs"
    folder.mkdir()
    spark = find(programs(folder))
    found = JobRunOperations(lambda _: store, aws.client, lambda: spark, tmp_path, {})
    yield found
    aws.faults.inject()
    found.close()


def called(operations: JobRunOperations, operation: str, **parameters: Any) -> Mapping[str, Any]:
    call = Call("emr-serverless", operation, parameters, "us-east-1", "123456789012", lambda: None)
    return operations.operations()[operation](call)


def started(operations: JobRunOperations, application: str = APPLICATION, out: str = "out/new") -> str:
    submit = {
        "entryPoint": "s3://jobs/scripts/copy.py",
        "entryPointArguments": ["s3://jobs/data", f"s3://jobs/{out}"],
    }
    sent = {"executionRoleArn": ROLE, "clientToken": "t", "jobDriver": {"sparkSubmit": submit}}
    return str(called(operations, "StartJobRun", applicationId=application, **sent)["jobRunId"])


def ended(operations: JobRunOperations, store: Store, run: str) -> JobRun:
    found = store.run(APPLICATION, run)
    for _ in range(1200):
        if not operations.busy:
            assert found.ended, found.description
            return found
        time.sleep(0.05)
    raise AssertionError(found.description)


def logged(aws: LocalAws, run: str) -> list[str]:
    stream = f"applications/{APPLICATION}/jobs/{run}/SPARK_DRIVER/stderr"
    answer = aws.client("logs").get_log_events(logGroupName=LOG_GROUP, logStreamName=stream)
    return [event["message"] for event in answer["events"]]


def test_a_state_that_is_final_stays(store: Store) -> None:
    run = JobRun({"applicationId": APPLICATION, "jobRunId": "00r", "state": "SUBMITTED"}, "t")
    assert store.move(run, "SUCCESS", stateDetails="")
    assert not store.move(run, "CANCELLING", stateDetails="late")
    assert run.description == {
        "applicationId": APPLICATION,
        "jobRunId": "00r",
        "state": "SUCCESS",
        "stateDetails": "",
    }


def test_a_job_run_that_ends_while_it_is_cancelled_has_ended(
    operations: JobRunOperations, store: Store
) -> None:
    run = JobRun({"applicationId": APPLICATION, "jobRunId": "00r", "state": "RUNNING"}, "t")
    store.runs[APPLICATION, "00r"] = run
    refused: list[ServiceError] = []

    def cancel() -> None:
        try:
            called(operations, "CancelJobRun", applicationId=APPLICATION, jobRunId="00r")
        except ServiceError as error:
            refused.append(error)

    caller = threading.Thread(target=cancel)
    with store.lock:  # as the end of the run holds it
        caller.start()
        caller.join(0.3)
        assert run.description["state"] == "RUNNING"
        store.move(run, "SUCCESS")
    caller.join()
    assert [error.message for error in refused] == ["Job run 00r is SUCCESS and cannot be cancelled"]
    assert (run.description["state"], run.stop.is_set()) == ("SUCCESS", False)


def test_a_log_that_cant_be_written_leaves_the_job_run_its_end(
    aws: LocalAws, operations: JobRunOperations, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    aws.faults.inject("logs:PutLogEvents:AccessDenied")
    run = ended(operations, store, started(operations))
    assert run.description["state"] == "SUCCESS"
    assert f"job run {run.id}: its log can't be written" in caplog.text


def test_an_output_that_s3_refuses_fails_the_job_run_which_keeps_its_log(
    aws: LocalAws, operations: JobRunOperations, store: Store
) -> None:
    bucket_with(aws, "jobs", {"data/a.csv": b"x,y"})
    aws.faults.inject("s3:PutObject:AccessDenied:refused/*")
    run = ended(operations, store, started(operations, out="refused/new"))
    assert run.description["state"] == "FAILED"
    assert "can't be taken back to S3" in run.description["stateDetails"]
    *_, copied, why = logged(aws, run.id)
    assert copied == "copied"
    assert "AccessDenied" in why


def test_a_token_is_of_one_application(operations: JobRunOperations, store: Store) -> None:
    first, other = started(operations, "00one"), started(operations, "00other")
    assert started(operations, "00one") == first
    assert [(of, run.description["applicationId"], run.id) for (of, _), run in store.runs.items()] == [
        ("00one", "00one", first),
        ("00other", "00other", other),
    ]


@pytest.mark.parametrize("key", ["{outside}", "/{outside}", "a//b", "a/../../b", "./a"])
def test_no_key_leads_out_of_its_buckets_folder(aws: LocalAws, tmp_path: Path, key: str) -> None:
    outside = tmp_path / "outside.py"
    key = key.format(outside=outside)
    s3 = bucket_with(aws, "odd", {key: b"print('from S3')"})
    try:
        mirror = Mirror(s3, tmp_path / "s3")
        for address in ("s3://odd", f"s3://odd/{key}", f"s3://odd/{key[:4]}*"):
            with pytest.raises(ContainerError, match="no file can have this name here"):
                mirror.bring(address)
    finally:
        s3.delete_object(Bucket="odd", Key=key)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_outside_is_not_taken_for_an_object(aws: LocalAws, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("print('from the disk')\n", encoding="utf-8")
    mirror = Mirror(aws.client("s3"), tmp_path / "s3")
    for key in (f"{tmp_path}/outside.py", "../../outside.py"):
        with pytest.raises(ContainerError, match="no file can have this name here"):
            mirror.bring(f"s3://jobs/{key}")
