"""How long the local AWS takes to start, for a week of daily batches, and whether its memory stays flat.

`python benchmarks/local_aws.py week` and `python benchmarks/local_aws.py memory [--executions 1000]`; each
prints one JSON object. The numbers of a run stand in docs/local_aws.md. The yardstick of the week is the bare
check of the same batch, `python -m drift_engine check`, seven times in the same run: on a busy machine both
wait, so what counts is the ratio of processor times.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3

ROOT = Path(__file__).resolve().parents[1]
PROJECT = "examples/flights"
DAYS = 7
SETTLED = 100  # executions, after which memory is to be flat
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.0-5"
ROLE = "arn:aws:iam::123456789012:role/pipeline"


@contextmanager
def server(*arguments: str) -> Iterator[tuple[int, dict[str, str], dict[str, str]]]:
    """A server's process id, the environment that it says to use, and its batches by name."""
    command = [sys.executable, "-m", "local_aws", "serve", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        exported: dict[str, str] = {}
        batches: dict[str, str] = {}
        for line in process.stdout or ():
            if line.startswith("export "):
                key, _, value = line[7:].strip().partition("=")
                exported[key] = value
            elif line.startswith("batch "):
                name, _, uri = line[6:].strip().partition(": ")
                batches[name] = uri
            elif line.startswith("Ready"):
                break
        try:
            yield process.pid, {**os.environ, **exported}, batches
        finally:
            process.terminate()
            process.wait()


def client(service: str, environment: dict[str, str]) -> Any:
    """A client of the server."""
    make: Any = boto3.Session(
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        region_name=environment["AWS_REGION"],
    ).client
    return make(service, endpoint_url=environment["AWS_ENDPOINT_URL"])


def week() -> dict[str, Any]:
    """Seconds to start, to deploy, and for seven scheduled batches one after the other; the yardstick."""
    begun = time.monotonic()
    with server("--project", PROJECT) as (process, environment, batches), TemporaryDirectory() as name:
        started = time.monotonic()
        deploy = [sys.executable, "deploy.py", "--stage", "staging", "--project", PROJECT, "--yes"]
        subprocess.run(deploy, cwd=ROOT, env=environment, check=True, stdout=sys.stderr)
        deployed = time.monotonic()
        give_batch(environment, batches["drifted"])
        yardstick = bare_checks(environment, batches["drifted"], Path(name))
        moving, used = time.monotonic(), processor_seconds(process)
        advance = [sys.executable, "-m", "local_aws", "advance", "7d"]
        told = subprocess.run(advance, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
        moved, used = time.monotonic(), processor_seconds(process) - used
        sagemaker = client("sagemaker", environment)
        runs = {
            name: [run["PipelineExecutionStatus"] for run in listed["PipelineExecutionSummaries"]]
            for name in ("flights-batch-staging", "flights-model-build")
            for listed in [sagemaker.list_pipeline_executions(PipelineName=name)]
        }
    return {
        "start_seconds": round(started - begun, 1),
        "deploy_seconds": round(deployed - started, 1),
        "week_seconds": round(moved - moving, 1),
        "week_processor_seconds": round(used, 1),
        "seven_bare_checks_processor_seconds": round(yardstick, 1),
        "ratio_of_processor_times": round(used / yardstick, 2),
        "executions": runs,
        "happened": told.stdout.splitlines(),
    }


def bare_checks(environment: dict[str, str], batch: str, folder: Path) -> float:
    """The processor seconds of seven checks of the batch, each by the engine's command line in a process."""
    s3, sagemaker = client("s3", environment), client("sagemaker", environment)
    (package,) = sagemaker.list_model_packages(ModelPackageGroupName="flights")["ModelPackageSummaryList"]
    described = sagemaker.describe_model_package(ModelPackageName=package["ModelPackageArn"])
    quality = described["DriftCheckBaselines"]["ModelDataQuality"]
    files = {"baseline/statistics.json": quality["Statistics"]["S3Uri"]}
    files["baseline/constraints.json"] = quality["Constraints"]["S3Uri"]
    bucket, _, prefix = batch.removeprefix("s3://").partition("/")
    for item in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]:
        files[f"batch/{item['Key'].rpartition('/')[2]}"] = f"s3://{bucket}/{item['Key']}"
    for path, uri in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        s3.download_file(bucket, key, str(folder / path))
    check = [sys.executable, "-m", "drift_engine", "check", "--baseline", str(folder / "baseline")]
    check += ["--output", str(folder / "out"), "--report", str(folder / "report.html"), str(folder / "batch")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(DAYS):
        done = subprocess.run(check, cwd=ROOT, check=False, capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise SystemExit(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def processor_seconds(process: int) -> float:
    """What a process and its children that have ended have used of the processor."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def give_batch(environment: dict[str, str], batch: str) -> None:
    """The batch lies where the schedule looks for it."""
    events, s3 = client("events", environment), client("s3", environment)
    (target,) = events.list_targets_by_rule(Rule="sagemaker-flights-batch-staging-schedule")["Targets"]
    (wanted,) = target["SageMakerPipelineParameters"]["PipelineParameterList"]
    bucket, _, prefix = wanted["Value"].removeprefix("s3://").partition("/")
    _, _, source = batch.removeprefix("s3://").partition("/")
    for item in s3.list_objects_v2(Bucket=bucket, Prefix=source)["Contents"]:
        name = item["Key"].rpartition("/")[2]
        s3.copy_object(
            Bucket=bucket,
            Key=f"{prefix.rstrip('/')}/{name}",
            CopySource={"Bucket": bucket, "Key": item["Key"]},
        )


def memory(executions: int) -> dict[str, Any]:
    """The server's resident megabytes after every hundred executions of a small pipeline."""
    resident: dict[int, float] = {}
    with server() as (process, environment, _):
        sagemaker = client("sagemaker", environment)
        make_pipeline(client("s3", environment), sagemaker)
        for count in range(1, executions + 1):
            arn = sagemaker.start_pipeline_execution(PipelineName="small")["PipelineExecutionArn"]
            while True:
                status = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
                if status["PipelineExecutionStatus"] != "Executing":
                    break
                time.sleep(0.02)
            if status["PipelineExecutionStatus"] != "Succeeded":
                raise SystemExit(f"execution {count}: {status}")
            if count % SETTLED == 0:
                resident[count] = round(resident_megabytes(process), 1)
                print(count, resident[count], file=sys.stderr, flush=True)
    settled, last = resident[SETTLED], resident[executions]
    return {"resident_megabytes": resident, "growth_percent": round(100 * (last / settled - 1), 1)}


def make_pipeline(s3: Any, sagemaker: Any) -> None:
    """A pipeline of a processing job, which writes a small file and a line of log, and a condition."""
    s3.create_bucket(Bucket="small")
    lines = (
        "import os, pathlib",
        "root = pathlib.Path(os.environ['DRIFT_ENGINE_ROOT'])",
        "print('counted ' * 20)",
        "(root / 'opt/ml/out/found.json').write_text('{}')",
    )
    script = "\n".join(lines).encode()
    s3.put_object(Bucket="small", Key="count.py", Body=script)
    code = {"S3Uri": "s3://small/count.py", "LocalPath": "/opt/ml/code", "S3DataType": "S3Prefix"}
    cluster = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
    uri = {"Std:Join": {"On": "/", "Values": ["s3://small/runs", {"Get": "Execution.PipelineExecutionId"}]}}
    output = {"S3Uri": uri, "LocalPath": "/opt/ml/out", "S3UploadMode": "EndOfJob"}
    arguments = {
        "RoleArn": ROLE,
        "AppSpecification": {
            "ImageUri": IMAGE,
            "ContainerEntrypoint": ["python3", "-S", "/opt/ml/code/count.py"],
        },
        "ProcessingInputs": [{"InputName": "code", "S3Input": {**code, "S3InputMode": "File"}}],
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "found", "S3Output": output}]},
        "ProcessingResources": {"ClusterConfig": cluster},
    }
    condition = {"Type": "Equals", "LeftValue": 1, "RightValue": 1}
    gate = {"Conditions": [condition], "IfSteps": [], "ElseSteps": []}
    steps = [
        {"Name": "Count", "Type": "Processing", "Arguments": arguments},
        {"Name": "Gate", "Type": "Condition", "Arguments": gate, "DependsOn": ["Count"]},
    ]
    text = json.dumps({"Version": "2020-12-01", "Steps": steps})
    sagemaker.create_pipeline(PipelineName="small", RoleArn=ROLE, PipelineDefinition=text)


def resident_megabytes(process: int) -> float:
    """What a process has in memory now."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024


def main() -> None:
    """One of the two, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("week", "memory"))
    parser.add_argument("--executions", type=int, default=1000)
    arguments = parser.parse_args()
    found = week() if arguments.what == "week" else memory(arguments.executions)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
