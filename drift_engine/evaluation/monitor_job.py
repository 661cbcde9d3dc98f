"""Where the files of a monitor's processing job are, as `DescribeProcessingJob` tells it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from drift_engine.evaluation.errors import JobFilesError, JobNotCompletedError
from drift_engine.verdicts import RULES, Rule

_DEFAULT_PATHS = {
    "baseline_statistics": "/opt/ml/processing/baseline/stats/statistics.json",
    "baseline_constraints": "/opt/ml/processing/baseline/constraints/constraints.json",
    "output_path": "/opt/ml/processing/output",
}


@dataclass(frozen=True)
class S3Object:
    """A file in S3."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> S3Object:
        """The object of an `s3://bucket/key`."""
        match = re.fullmatch(r"s3://([^/]+)/?(.*?)/*", uri)
        if match is None:
            raise JobFilesError(f"{uri!r} is no s3:// address")
        return cls(match[1], match[2])

    def below(self, name: str) -> S3Object:
        """The object of this name under this prefix."""
        return S3Object(self.bucket, f"{self.key}/{name}" if self.key else name)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True)
class JobFiles:
    """Where the job's files are in S3, whether it ran in strict mode, and who decides what drifted.

    `thresholds` is the stage's `thresholds.json`; None where it has none. `exclude` names the columns that
    the job left out, by name or place.
    """

    baseline_statistics: S3Object
    baseline_constraints: S3Object
    output: S3Object
    strict: bool
    rule: Rule = "calibrated"
    thresholds: S3Object | None = None
    exclude: tuple[str, ...] = ()


def locate(job: Mapping[str, Any]) -> JobFiles:
    """Where a completed job's files are.

    Args:
        job: the answer of DescribeProcessingJob.

    Raises:
        JobNotCompletedError: the job is not Completed.
        JobFilesError: no input holds the baseline, it is not plain which output is the monitor's, or the
            job's variable `drift_verdict` names no rule.
    """
    name, status = job.get("ProcessingJobName", "?"), job.get("ProcessingJobStatus", "?")
    if status != "Completed":
        reason = job.get("FailureReason") or job.get("ExitMessage") or "it gave no reason"
        raise JobNotCompletedError(f"the processing job {name} is {status}: {reason}")
    environment = {**_DEFAULT_PATHS, **(job.get("Environment") or {})}
    thresholds = environment.get("drift_thresholds")
    return JobFiles(
        _input(job, environment["baseline_statistics"]),
        _input(job, environment["baseline_constraints"]),
        _output(job, environment["output_path"]),
        str(environment.get("strict_model_monitor", "")).lower() in {"enabled", "true"},
        _rule(str(environment.get("drift_verdict") or RULES[0])),
        _input(job, thresholds) if thresholds else None,
        tuple(re.findall(r"[^,\s](?:[^,]*[^,\s])?", environment.get("exclude_features_attribute", ""))),
    )


def _rule(name: str) -> Rule:
    for rule in RULES:
        if rule == name:
            return rule
    raise JobFilesError(f"the job's variable drift_verdict, {name!r}, is none of {', '.join(RULES)}")


def _input(job: Mapping[str, Any], path: str) -> S3Object:
    """Where the file lies that the job saw at `path`: below the input that is mounted nearest to it."""
    wanted = PurePosixPath(path)
    nearest: tuple[int, S3Object] | None = None
    for mounted in (item.get("S3Input") or {} for item in job.get("ProcessingInputs") or []):
        folder = PurePosixPath(mounted.get("LocalPath") or "")
        depth = len(folder.parts) if folder.is_absolute() and wanted.is_relative_to(folder) else 0
        if depth > (nearest[0] if nearest else 0):
            nearest = depth, S3Object.parse(mounted["S3Uri"])
    if nearest is None:
        raise JobFilesError(f"no input of the processing job holds {path}, which its environment names")
    depth, source = nearest
    relative = wanted.parts[depth:]
    itself = len(relative) == 1 and PurePosixPath(source.key).name == wanted.name
    return source if itself else source.below("/".join(relative))


def _output(job: Mapping[str, Any], path: str) -> S3Object:
    outputs = [
        output["S3Output"]
        for output in (job.get("ProcessingOutputConfig") or {}).get("Outputs") or []
        if output.get("S3Output")
    ]
    there = [output for output in outputs if output.get("LocalPath", "").rstrip("/") == path.rstrip("/")]
    chosen = there or outputs
    if len(chosen) != 1:
        raise JobFilesError(f"{len(chosen)} outputs of the processing job could be the monitor's ({path})")
    return S3Object.parse(chosen[0]["S3Uri"])
