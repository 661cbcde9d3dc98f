"""Job runs by a `spark-submit` that just runs the script: states, reasons, files. Real Spark is elsewhere."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws, Options, running
from local_aws.emr_serverless.programs import NoSparkError, find
from tests.unit.local_aws.support import bucket_with

SUBMIT = f"""#!{sys.executable}
import os, pathlib, subprocess, sys
arguments = sys.argv[1:]
settings, files = [], []
while arguments[0].startswith("--"):
    option, value = arguments.pop(0), arguments.pop(0)
    settings.append(value) if option == "--conf" else files.append((option, value))
for setting in sorted(settings):
    if setting.startswith("spark.sql."):
        print(setting, flush=True)
(root,) = [s.partition("=")[2] for s in settings if ".mounttable.jobs.linkFallback=" in s]
here = [a.replace("s3://jobs", root.removeprefix("file://")) for a in arguments]
sys.exit(subprocess.call([os.environ["PYSPARK_PYTHON"], *here]))
"""
SCRIPTS = {
    "copy.py": "import pathlib, sys\n"
    "source, target = map(pathlib.Path, sys.argv[1:])\n"
    "target.mkdir(parents=True)\n"
    "for each in sorted(source.iterdir()):\n"
    "    (target / each.name).write_bytes(each.read_bytes().upper())\n"
    "    each.unlink()\n"
    "print('copied')\n",
    "fails.py": "import sys\nprint('reading')\nraise ValueError('no column kind')\n",
    "gives_up.py": "import sys\nprint('job: no such column')\nsys.exit(2)\n",
    "sleeps.py": "import time\nprint('begun', flush=True)\ntime.sleep(600)\n",
}


def programs(folder: Path) -> tuple[Path, ...]:
    """The folder, with a `spark-submit` and a `java` in it."""
    for name, text in (("spark-submit", SUBMIT), ("java", "#!/bin/sh\n")):
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    return (folder,)


def put_scripts(aws: LocalAws) -> None:
    objects = {f"scripts/{name}": text.encode() for name, text in SCRIPTS.items()}
    bucket_with(aws, "jobs", {**objects, "data/a.csv": b"x,y", "database.csv": b"other"})


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with running(options=Options(programs=programs(tmp_path_factory.mktemp("programs")))) as started:
        put_scripts(started)
        yield started


def started(
    aws: LocalAws, script: str, *arguments: str, parameters: str = "", **more: Any
) -> Mapping[str, str]:
    """The application and the id of a new job run."""
    submit = {
        "entryPoint": f"s3://jobs/scripts/{script}",
        "entryPointArguments": list(arguments),
        "sparkSubmitParameters": parameters,
    }
    answer = aws.client("emr-serverless").start_job_run(
        applicationId="00f1abc2",
        executionRoleArn="arn:aws:iam::123456789012:role/spark",
        jobDriver={"sparkSubmit": {key: value for key, value in submit.items() if value}},
        **more,
    )
    return {"applicationId": answer["applicationId"], "jobRunId": answer["jobRunId"]}


def when(aws: LocalAws, run: Mapping[str, str], holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The job run as soon as that holds."""
    for _ in range(600):
        found: dict[str, Any] = aws.client("emr-serverless").get_job_run(**run)["jobRun"]
        if holds(found):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def ended(aws: LocalAws, run: Mapping[str, str]) -> dict[str, Any]:
    return when(aws, run, lambda found: found["state"] in ("SUCCESS", "FAILED", "CANCELLED"))


def logged(aws: LocalAws, run: Mapping[str, str]) -> list[str]:
    stream = f"applications/{run['applicationId']}/jobs/{run['jobRunId']}/SPARK_DRIVER/stderr"
    answer = aws.client("logs").get_log_events(logGroupName="/aws/emr-serverless", logStreamName=stream)
    return [event["message"] for event in answer["events"]]


def test_a_job_reads_writes_and_deletes_the_objects_that_its_arguments_name(aws: LocalAws) -> None:
    parameters = (
        "--py-files s3://jobs/scripts/fails.py --conf spark.sql.shuffle.partitions=2 "
        "--conf spark.executor.memory=12g --executor-cores 4 --conf spark.archives=s3://far/env.tar.gz#env"
    )
    run = started(aws, "copy.py", "s3://jobs/data", "s3://jobs/out/new", parameters=parameters, name="copy")
    found = ended(aws, run)
    assert (found["state"], found["stateDetails"], found["name"]) == ("SUCCESS", "", "copy")
    s3 = aws.client("s3")
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket="jobs")["Contents"]]
    assert [key for key in keys if not key.startswith("scripts/")] == ["database.csv", "out/new/a.csv"]
    assert s3.get_object(Bucket="jobs", Key="out/new/a.csv")["Body"].read() == b"X,Y"
    note, passed_over, *rest = logged(aws, run)
    assert "on local[2]" in note
    assert passed_over.endswith("spark.executor.memory, --executor-cores, spark.archives")
    assert rest == ["spark.sql.shuffle.partitions=2", "copied"]
    (listed,) = [
        each
        for each in aws.client("emr-serverless").list_job_runs(applicationId="00f1abc2")["jobRuns"]
        if each["id"] == run["jobRunId"]
    ]
    assert listed["state"] == "SUCCESS"


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("fails.py", "ExitCode: 1. Last few exceptions: ValueError: no column kind..."),
        ("gives_up.py", "ExitCode: 2. Last few exceptions: job: no such column..."),
        ("none.py", "FileNotFoundException: No such file or directory: s3://jobs/scripts/none.py..."),
    ],
)
def test_a_job_that_fails_says_why_as_the_service_does(aws: LocalAws, script: str, says: str) -> None:
    found = ended(aws, started(aws, script))
    assert found["state"] == "FAILED"
    assert found["stateDetails"].startswith("Job failed, please check complete logs in configured logging")
    assert found["stateDetails"].endswith(says)


def test_a_bucket_that_is_not_there_fails_the_job(aws: LocalAws) -> None:
    found = ended(aws, started(aws, "copy.py", "s3://nowhere/data", "s3://jobs/out/2"))
    assert "The specified bucket does not exist (s3://nowhere/data" in found["stateDetails"]


def test_a_job_run_is_cancelled_once(aws: LocalAws) -> None:
    client = aws.client("emr-serverless")
    run = started(aws, "sleeps.py")
    when(aws, run, lambda found: found["state"] == "RUNNING")
    assert client.cancel_job_run(**run)["jobRunId"] == run["jobRunId"]
    assert ended(aws, run)["state"] == "CANCELLED"
    with pytest.raises(ClientError, match="is CANCELLED and cannot be cancelled"):
        client.cancel_job_run(**run)


def test_the_same_token_starts_one_job_run(aws: LocalAws) -> None:
    first = started(aws, "gives_up.py", clientToken="t-1")
    assert started(aws, "gives_up.py", clientToken="t-1") == first
    ended(aws, first)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"jobDriver": {"hive": {"query": "s3://jobs/q.sql"}}}, "jobDriver: other than sparkSubmit"),
        (
            {"jobDriver": {"sparkSubmit": {"entryPoint": "s3://jobs/job.jar"}}},
            "other than a Python script in S3",
        ),
        ({"parameters": "--packages a:b:1"}, "sparkSubmitParameters: --packages"),
        ({"parameters": "--conf"}, "sparkSubmitParameters: --conf has no value"),
        ({"parameters": "--conf x"}, "--conf 'x' should be key=value"),
        ({"parameters": "--conf 'x=1"}, "sparkSubmitParameters: No closing quotation"),
        ({"mode": "STREAMING"}, "mode STREAMING"),
    ],
)
def test_what_is_not_done_is_refused_and_nothing_starts(
    aws: LocalAws, changes: dict[str, Any], says: str
) -> None:
    client = aws.client("emr-serverless")
    driver = {"sparkSubmit": {"entryPoint": "s3://jobs/scripts/copy.py"}}
    if "parameters" in changes:
        driver["sparkSubmit"]["sparkSubmitParameters"] = changes.pop("parameters")
    request = {"applicationId": "00refused", "executionRoleArn": "arn:aws:iam::123456789012:role/spark"}
    with pytest.raises(ClientError) as error:
        client.start_job_run(**{**request, "jobDriver": driver, **changes})
    assert error.value.response["Error"]["Code"] == "ValidationException"
    assert says in error.value.response["Error"]["Message"]
    assert client.list_job_runs(applicationId="00refused")["jobRuns"] == []


def test_applications_are_there_and_are_not_made(aws: LocalAws) -> None:
    client = aws.client("emr-serverless")
    application = client.get_application(applicationId="00f1abc2")["application"]
    assert (application["type"], application["releaseLabel"][:5]) == ("Spark", "emr-7")
    with pytest.raises(ClientError, match="any application id is of one that is there"):
        client.create_application(name="a", releaseLabel="emr-7.11.0", type="Spark")


def test_a_step_that_is_stopped_cancels_its_job_run(aws: LocalAws) -> None:
    sagemaker = aws.client("sagemaker")
    role = "arn:aws:iam::123456789012:role/spark"
    job = {"jobDriver": {"sparkSubmit": {"entryPoint": "s3://jobs/scripts/sleeps.py"}}}
    arguments = {"ApplicationId": "00stopped", "ExecutionRoleArn": role, "JobConfig": job}
    step = {"Name": "Profile", "Type": "EMRServerless", "Arguments": arguments}
    definition = json.dumps({"Version": "2020-12-01", "Steps": [step]})
    sagemaker.create_pipeline(PipelineName="stopped", RoleArn=role, PipelineDefinition=definition)
    execution = sagemaker.start_pipeline_execution(PipelineName="stopped")["PipelineExecutionArn"]
    client = aws.client("emr-serverless")
    for _ in range(600):
        runs = client.list_job_runs(applicationId="00stopped", states=["RUNNING"])["jobRuns"]
        if runs:
            break
        time.sleep(0.05)
    sagemaker.stop_pipeline_execution(PipelineExecutionArn=execution, ClientRequestToken="t" * 32)
    run = {"applicationId": "00stopped", "jobRunId": runs[0]["id"]}
    assert ended(aws, run)["state"] == "CANCELLED"
    (listed,) = steps_of(sagemaker, execution)
    assert listed["StepStatus"] == "Stopped"
    assert listed["Metadata"] == {
        "EMRServerless": {"ApplicationId": "00stopped", "JobRunId": run["jobRunId"]}
    }


def steps_of(sagemaker: Any, execution: str) -> list[dict[str, Any]]:
    for _ in range(600):
        found = sagemaker.describe_pipeline_execution(PipelineExecutionArn=execution)
        if found["PipelineExecutionStatus"] not in ("Executing", "Stopping"):
            break
        time.sleep(0.05)
    answer = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=execution)
    return list(answer["PipelineExecutionSteps"])


def test_a_machine_without_spark_or_java_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(NoSparkError, match=r"pip install -r requirements-spark\.txt"):
        find((tmp_path,))
    (tmp_path / "spark-submit").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "spark-submit").chmod(0o755)
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("JAVA_HOME", raising=False)
        with pytest.raises(NoSparkError, match="install Java 17"):
            find((tmp_path,))
