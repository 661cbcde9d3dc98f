"""One job run: its files are brought, `spark-submit` runs on two cores, what it wrote is taken back."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_aws.containers.container import ContainerError
from local_aws.emr_serverless.mirror import Mirror
from local_aws.emr_serverless.programs import Spark
from local_aws.emr_serverless.submission import ADDRESS, Submission
from local_aws.subprocesses import Child, Finished, run

_FAILED = (
    "Job failed, please check complete logs in configured logging destination. ExitCode: {}. "
    "Last few exceptions: {}..."
)  # the service's words, as issue 32 of awslabs/amazon-emr-cli cites them
_DETAILS = 256  # StateDetails' limit
_EXCEPTION = re.compile(r"(Exception in thread|Caused by|(\w+\.)*\w*(Error|Exception)\b)")
_QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "WARN"}


@dataclass(frozen=True)
class Place:
    """Where a job runs.

    Attributes:
        root: Its temporary folder.
        environment: What a child needs to reach the local AWS.
        stop: Set when the job is to be cancelled.
        limit: Seconds that it may run.
    """

    root: Path
    environment: Mapping[str, str]
    stop: threading.Event
    limit: float


@dataclass
class Outcome:
    """How a job run ended.

    Attributes:
        state: `SUCCESS`, `FAILED` or `CANCELLED`.
        details: The service's words for why; empty where it succeeded.
        log: The lines of the driver.
    """

    state: str
    details: str = ""
    log: list[str] = field(default_factory=list)


def work(s3: Any, asked: Submission, spark: Spark, place: Place) -> Outcome:
    """How the job ended; what it wrote lies in S3, however that was.

    Args:
        s3: A boto3 client of S3.
        asked: The job.
        spark: This machine's Spark.
        place: Where to run.
    """
    note = f"local AWS: the job runs with {spark.submit} on local[2], Python {spark.python}"
    log = [note]
    if asked.passed_over:
        log.append(f"local AWS: without a meaning here: {', '.join(dict.fromkeys(asked.passed_over))}")
    try:
        mirror = Mirror(s3, place.root / "s3")
        command = list(_command(asked, spark, mirror, place.root))
    except ContainerError as error:
        return Outcome("FAILED", _details(1, str(error)), [*log, str(error)])
    environment = {
        "PATH": spark.search,
        "HOME": str(place.root),
        "TMPDIR": str(_made(place.root / "tmp")),
        "LANG": "C.UTF-8",
        "PYSPARK_PYTHON": str(spark.python),
        "SPARK_LOCAL_IP": "127.0.0.1",
        **place.environment,
        **asked.variables,
    }
    finished = run(Child(command, place.root / "tmp", environment, place.limit), place.stop)
    outcome = _outcome(finished, [*log, *finished.lines], place)
    try:
        mirror.take_back()
    except ContainerError as error:
        outcome.log.append(str(error))
        if outcome.state == "SUCCESS":
            return Outcome("FAILED", _details(1, str(error)), outcome.log)
    return outcome


def _command(asked: Submission, spark: Spark, mirror: Mirror, root: Path) -> Iterator[str]:
    yield from (str(spark.submit), "--master", "local[2]")
    settings = {**_QUIET, **asked.settings, **mirror.settings, "spark.local.dir": str(_made(root / "spark"))}
    for key, value in settings.items():
        yield from ("--conf", f"{key}={value}")
    for option, addresses in asked.files:
        yield from (option, ",".join(_here(address, mirror) for address in addresses.split(",")))
    for argument in asked.arguments:
        for address in ADDRESS.findall(argument):
            mirror.bring(address)
    yield _here(asked.script, mirror)
    yield from asked.arguments


def _here(address: str, mirror: Mirror) -> str:
    path = mirror.bring(address)
    if not path.is_file():
        raise ContainerError(f"java.io.FileNotFoundException: No such file or directory: {address}")
    return str(path)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _outcome(finished: Finished, log: list[str], place: Place) -> Outcome:
    if finished.stopped:
        return Outcome("CANCELLED", "Job was cancelled", log)
    if finished.timed_out:
        limit = f"{place.limit / 60:g} minutes"
        return Outcome("CANCELLED", f"Job was cancelled: it ran longer than its time limit, {limit}", log)
    if finished.code == 0:
        return Outcome("SUCCESS", "", log)
    found = [line.strip() for line in finished.lines if _EXCEPTION.match(line.strip())]
    written = [line.strip() for line in finished.lines if line.strip()]
    return Outcome("FAILED", _details(finished.code, " ".join(found[-2:] or written[-1:])), log)


def _details(code: int, said: str) -> str:
    room = _DETAILS - len(_FAILED.format(code, ""))
    return _FAILED.format(code, said[:room])
