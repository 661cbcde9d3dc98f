"""A processing job: its inputs are downloaded, its entrypoint runs in a clean subprocess, its outputs are
uploaded.

The container's root is a temporary folder: `/opt/ml/...` in local paths, in the entrypoint, its arguments
and the environment's values means `<folder>/opt/ml/...`. A script that needs the root itself reads
`DRIFT_ENGINE_ROOT`. The subprocess sees the job's environment, a PATH, and unless the job is isolated from
the network, the local AWS. It does not see this process's environment or folder, so code that S3 did not
bring is not importable.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_aws.containers import container_of
from local_aws.containers.container import Command, ContainerError
from local_aws.containers.transfer import S3Uri, download, upload
from local_aws.subprocesses import Child, run, search_path

MESSAGE_FILE = "opt/ml/output/message"
MESSAGE_LIMIT = 1024


@dataclass
class Outcome:
    """How a processing job ended.

    Attributes:
        log: The lines that it wrote.
        exit_message: What the container wrote to `/opt/ml/output/message`, at most 1,024 characters.
        failure: Why it failed; empty when it did not.
        stopped: Whether somebody stopped it.
    """

    log: list[str] = field(default_factory=list)
    exit_message: str = ""
    failure: str = ""
    stopped: bool = False


@dataclass(frozen=True)
class Room:
    """Where a job runs.

    Attributes:
        root: The temporary folder that stands for the container's `/`.
        environment: What a child needs to reach the local AWS.
        stop: Set when the job is to be stopped.
    """

    root: Path
    environment: Mapping[str, str]
    stop: threading.Event

    def path(self, inside: str) -> Path:
        """Where a path of the container lies on this machine."""
        return self.root / inside.lstrip("/")

    def mapped(self, value: str) -> str:
        """The value, moved below the root if it is a path below /opt/ml."""
        return str(self.path(value)) if value == "/opt/ml" or value.startswith("/opt/ml/") else value


def run_processing(s3: Any, job: Mapping[str, Any], room: Room) -> Outcome:
    """How the job ended; its outputs lie in S3 if it completed.

    Args:
        s3: A boto3 client of S3.
        job: The `CreateProcessingJob` request.
        room: Where it runs.
    """
    outcome = Outcome()
    try:
        _refuse_what_is_not_done(job)
        command = _command(job, room)
        if command.note:
            outcome.log.append(command.note)
        _bring_inputs(s3, job, room)
        code = _run(command, job, room, outcome)
        message = room.path(MESSAGE_FILE)
        if message.is_file():
            outcome.exit_message = message.read_text(encoding="utf-8", errors="replace").strip()[
                :MESSAGE_LIMIT
            ]
        if code == 0:
            _take_outputs(s3, job, room)
        elif not outcome.stopped and not outcome.failure:
            reason = outcome.exit_message or _last_line(outcome.log)
            outcome.failure = f"AlgorithmError: {reason}, exit code: {code}"
    except ContainerError as error:
        outcome.failure = str(error)
    return outcome


def _refuse_what_is_not_done(job: Mapping[str, Any]) -> None:
    cluster = job["ProcessingResources"]["ClusterConfig"]
    refused: list[str] = []
    if cluster["InstanceCount"] != 1:
        refused.append(
            f"InstanceCount {cluster['InstanceCount']} (a processing job runs on one instance here)"
        )
    for item in job.get("ProcessingInputs", []):
        source = item.get("S3Input")
        if source is None:
            refused.append(f"input {item['InputName']} without S3Input")
        elif source["S3DataType"] != "S3Prefix" or source.get("S3InputMode", "File") != "File":
            refused.append(
                f"input {item['InputName']}: S3DataType other than S3Prefix, S3InputMode other than File"
            )
        elif source.get("S3CompressionType", "None") != "None":
            refused.append(f"input {item['InputName']}: S3CompressionType {source['S3CompressionType']}")
    for item in job.get("ProcessingOutputConfig", {}).get("Outputs", []):
        if "S3Output" not in item or item["S3Output"]["S3UploadMode"] != "EndOfJob":
            refused.append(f"output {item['OutputName']} other than S3Output with S3UploadMode EndOfJob")
    if refused:
        raise ContainerError(f"the local AWS does not do {'; '.join(refused)}")


def _command(job: Mapping[str, Any], room: Room) -> Command:
    application = job["AppSpecification"]
    stands_for = container_of(application["ImageUri"])
    if stands_for.command is None:
        raise ContainerError(
            f"what stands for the image {application['ImageUri']} here runs no processing jobs"
        )
    entrypoint = [*application.get("ContainerEntrypoint", []), *application.get("ContainerArguments", [])]
    return stands_for.command([room.mapped(argument) for argument in entrypoint])


def _bring_inputs(s3: Any, job: Mapping[str, Any], room: Room) -> None:
    for folder in ("opt/ml/output", "opt/ml/config", "tmp"):
        room.path(folder).mkdir(parents=True, exist_ok=True)
    for item in job.get("ProcessingInputs", []):
        source = item["S3Input"]
        download(s3, S3Uri.parse(source["S3Uri"]), room.path(source["LocalPath"]))
    for item in job.get("ProcessingOutputConfig", {}).get("Outputs", []):
        room.path(item["S3Output"]["LocalPath"]).mkdir(parents=True, exist_ok=True)
    configuration = room.path("opt/ml/config/processingjobconfig.json")
    configuration.write_text(json.dumps(job, default=str), encoding="utf-8")


def _take_outputs(s3: Any, job: Mapping[str, Any], room: Room) -> None:
    for item in job.get("ProcessingOutputConfig", {}).get("Outputs", []):
        if not item.get("AppManaged", False):
            target = item["S3Output"]
            upload(s3, room.path(target["LocalPath"]), S3Uri.parse(target["S3Uri"]))


def _environment(command: Command, job: Mapping[str, Any], room: Room) -> dict[str, str]:
    isolated = job.get("NetworkConfig", {}).get("EnableNetworkIsolation", False)
    environment = {
        "PATH": search_path(),
        "HOME": str(room.root),
        "TMPDIR": str(room.path("tmp")),
        "LANG": "C.UTF-8",
        "DRIFT_ENGINE_ROOT": str(room.root),
        **({} if isolated else room.environment),
        **{name: room.mapped(value) for name, value in job.get("Environment", {}).items()},
    }
    if command.pythonpath:
        environment["PYTHONPATH"] = os.pathsep.join(str(folder) for folder in command.pythonpath)
    return environment


def _run(command: Command, job: Mapping[str, Any], room: Room, outcome: Outcome) -> int:
    """The exit code; the outcome has the log, and says so if the job was stopped or ran too long."""
    limit = job.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", 86_400)
    child = Child(command.arguments, room.path("tmp"), _environment(command, job, room), limit)
    finished = run(child, room.stop)
    outcome.log.extend(finished.lines)
    outcome.stopped = finished.stopped
    if finished.timed_out:
        outcome.failure = f"ClientError: the job ran longer than its MaxRuntimeInSeconds, {limit}"
    return finished.code


def _last_line(log: list[str]) -> str:
    written = [line for line in log if line.strip()]
    return written[-1].strip() if written else "no line in the log"
