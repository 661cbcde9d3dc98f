"""One build, from its source to its artifacts, exported variables and log."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local_aws.codebuild import machine
from local_aws.codebuild.buildspec import Artifacts, Buildspec, BuildspecError, read
from local_aws.codebuild.script import Ran, exported, ran, script
from local_aws.codebuild.store import Build
from local_aws.containers.job_log import write_log
from local_aws.subprocesses import Child, Finished, run

_RUNS_COMMANDS = ("install", "pre_build", "build", "post_build")


class _PhaseError(Exception):
    """A phase failed; the message is the phase's, the code its `statusCode`."""

    def __init__(self, phase: str, code: str, message: str) -> None:
        super().__init__(message)
        self.phase = phase
        self.code = code


@dataclass
class Worker:
    """Runs builds.

    Attributes:
        clients: Service to boto3 client.
        workdir: Where builds get their temporary folders.
        environment: What a child process needs to reach the local AWS.
    """

    clients: Callable[[str], Any]
    workdir: Path
    environment: Mapping[str, str]

    def build(self, build: Build) -> None:
        """The build has ended, as its description says."""
        described = build.description
        log: list[str] = []
        try:
            with tempfile.TemporaryDirectory(prefix="build-", dir=self.workdir) as name:
                status = _Run(self, build, described, Path(name), log).whole()
        except _PhaseError as error:
            log.append(f"[Container] {error.phase}: {error}")
            context = {"statusCode": error.code, "message": str(error)[:2000]}
            _phase(described, error.phase, "FAILED", datetime.now(UTC), context=context)
            status = "FAILED"
        except BaseException:
            # A bug of ours: the build ends for whoever waits for it, and the thread reports the bug.
            described.update(buildStatus="FAULT", buildComplete=True, endTime=datetime.now(UTC))
            raise
        logs = described["logs"]
        if logs["cloudWatchLogs"]["status"] == "ENABLED":
            write_log(
                self.clients("logs"), logs["groupName"], logs["streamName"], log, described["startTime"]
            )
        _phase(described, "COMPLETED", "SUCCEEDED", datetime.now(UTC))
        described.update(currentPhase="COMPLETED", endTime=datetime.now(UTC), buildStatus=status)
        described["buildComplete"] = True


@dataclass
class _Run:
    """A build under way."""

    worker: Worker
    build: Build
    described: dict[str, Any]
    folder: Path
    log: list[str]
    control: Path = field(init=False)

    def whole(self) -> str:
        """The build's status."""
        self.control = self.folder / "control"
        (self.control / "exported").mkdir(parents=True)
        source = self.folder / "src"
        source.mkdir()
        self._phase_of("DOWNLOAD_SOURCE", lambda: self._download(source))
        try:
            spec = read(_spec_text(self.described["source"].get("buildspec", ""), source))
            text = script(spec, self.control)
        except BuildspecError as error:
            raise _PhaseError("DOWNLOAD_SOURCE", "YAML_FILE_ERROR", str(error)) from error
        finished = self._run_script(spec, text, source)
        phases = ran(self.control)
        failed = self._tell(phases, finished)
        self.described["exportedEnvironmentVariables"] = exported(spec, self.control)
        if finished.stopped or finished.timed_out:
            return "STOPPED" if finished.stopped else "TIMED_OUT"
        if spec.artifacts is not None and "build" in [phase.name for phase in phases]:
            artifacts = spec.artifacts
            self._phase_of("UPLOAD_ARTIFACTS", lambda: self._upload(source, artifacts))
        return "FAILED" if failed else "SUCCEEDED"

    def _phase_of(self, name: str, work: Callable[[], None]) -> None:
        self.described["currentPhase"] = name
        started = datetime.now(UTC)
        try:
            work()
        except (ClientError, OSError, zipfile.BadZipFile) as error:
            raise _PhaseError(name, "CLIENT_ERROR", f"{name}: {error}") from error
        _phase(self.described, name, "SUCCEEDED", started)

    def _download(self, source: Path) -> None:
        asked = self.described["source"]
        if asked["type"] == "NO_SOURCE":
            return
        bucket, _, key = asked["location"].partition("/")
        body = self.worker.clients("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            archive.extractall(source)  # zipfile takes drives and '..' out of names

    def _run_script(self, spec: Buildspec, text: str, source: Path) -> Finished:
        self.described["currentPhase"] = "BUILD"
        file = self.control / "build.sh"
        file.write_text(text, encoding="utf-8")
        notes = machine.runtime_notes(spec.runtimes)
        described = self.described
        environment = {
            **machine.prepare(self.folder, notes),
            **self.worker.environment,
            **spec.variables,
            **{item["name"]: item["value"] for item in described["environment"]["environmentVariables"]},
            "AWS_SDK_UA_APP_ID": described["projectName"][-50:],
            "CODEBUILD_BUILD_ARN": described["arn"],
            "CODEBUILD_BUILD_ID": described["id"],
            "CODEBUILD_BUILD_IMAGE": described["environment"]["image"],
            "CODEBUILD_BUILD_NUMBER": str(described["buildNumber"]),
            "CODEBUILD_CI": "true",
            "CODEBUILD_INITIATOR": described["initiator"],
            "CODEBUILD_RESOLVED_SOURCE_VERSION": described.get("resolvedSourceVersion", ""),
            "CODEBUILD_SRC_DIR": str(source),
        }
        limit = described["timeoutInMinutes"] * 60
        finished = run(Child((f"/bin/{spec.shell}", str(file)), source, environment, limit), self.build.stop)
        self.log += [*notes, *finished.lines]
        return finished

    def _tell(self, phases: list[Ran], finished: Finished) -> bool:
        """Whether a phase has failed; all are in the build's description."""
        failed = False
        for phase in phases:
            status, reason = "FAILED" if phase.reason else "SUCCEEDED", phase.reason
            if phase.ended is None:
                status = "STOPPED" if finished.stopped else "TIMED_OUT" if finished.timed_out else "FAILED"
                reason = reason or f"The shell ended with status {finished.code}"
            failed = failed or status != "SUCCEEDED"
            context = {"statusCode": "COMMAND_EXECUTION_ERROR", "message": reason} if reason else {}
            _phase(self.described, phase.name.upper(), status, phase.started, phase.ended, context)
        return failed

    def _upload(self, source: Path, artifacts: Artifacts) -> None:
        target = self.build.artifacts
        if target["type"] == "NO_ARTIFACTS":
            return
        base = source / artifacts.base
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in _matching(base, artifacts):
                archive.write(file, file.name if artifacts.flat else file.relative_to(base).as_posix())
        if not archive.infolist():
            raise OSError(f"no matching artifact paths found: {', '.join(artifacts.files)}")
        parts = [target.get("path", ""), target["name"]]
        key = "/".join(part.strip("/") for part in parts if part.strip("/"))
        bucket = target["location"]
        self.worker.clients("s3").put_object(Bucket=bucket, Key=key, Body=packed.getvalue())
        self.described["artifacts"] = {"location": f"arn:aws:s3:::{bucket}/{key}"}


def _spec_text(asked: str, source: Path) -> str:
    """The buildspec's text: given inline, or a file of the source."""
    if "\n" in asked:
        return asked
    file = source / (asked or "buildspec.yml")
    if not file.is_file():
        raise BuildspecError(f"YAML_FILE_ERROR: the source has no {asked or 'buildspec.yml'}")
    return file.read_text(encoding="utf-8")


def _matching(base: Path, artifacts: Artifacts) -> Iterator[Path]:
    """The files that the globs name, each once, in order of their names."""
    found = {path for pattern in artifacts.files for path in base.glob(_glob(pattern)) if path.is_file()}
    left_out = {path for pattern in artifacts.exclude for path in base.glob(_glob(pattern))}
    yield from sorted(found - left_out)


def _glob(pattern: str) -> str:
    """The pattern as pathlib has it, whose `**/*` takes files in the folder itself too, as CodeBuild's."""
    return pattern.removeprefix("./").lstrip("/")


def _phase(
    described: dict[str, Any],
    name: str,
    status: str,
    started: datetime,
    ended: datetime | None = None,
    context: Mapping[str, str] | None = None,
) -> None:
    until = ended or datetime.now(UTC)
    described["phases"].append(
        {
            "phaseType": name,
            "phaseStatus": status,
            "startTime": started,
            "endTime": until,
            "durationInSeconds": int((until - started).total_seconds()),
            "contexts": [dict(context)] if context else [],
        }
    )
