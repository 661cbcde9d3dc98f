"""What there is to say of a step that failed and is tried again.

SageMaker lists such a step as Executing all along, with the number of the attempt and the last job that it
made. While it waits, that job's description has the reason, and the definition's `RetryPolicies` the wait.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from deployment.aws import Aws

# How the FailureReason of a job begins, and the exception type that a retry policy has for it.
# Source: SageMaker developer guide, "Retry Policy for Pipeline Steps".
_KINDS: Final = {
    "InternalServerError": "SageMaker.JOB_INTERNAL_ERROR",
    "CapacityError": "SageMaker.CAPACITY_ERROR",
}


class Running(Protocol):
    """A step as `ListPipelineExecutionSteps` has it."""

    @property
    def name(self) -> str:
        """Its name in the definition."""

    @property
    def status(self) -> str:
        """SageMaker's word, such as Executing."""

    @property
    def attempt(self) -> int:
        """The number of the attempt, from 1."""

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What it made."""


class Retries:
    """Tells each failed attempt, and each attempt after the first, once.

    Args:
        execution: The run's ARN.
        aws: The AWS.
    """

    def __init__(self, execution: str, aws: Aws) -> None:
        self._pipeline = execution.rpartition(":pipeline/")[2].partition("/")[0]
        self._aws = aws
        self._begun: set[tuple[str, int]] = set()
        self._failed: set[str] = set()

    def lines(self, steps: Sequence[Running]) -> Iterator[str]:
        """A line for each of the steps that has failed, or been begun again, since the last look."""
        for step in steps:
            if step.status != "Executing":
                continue
            begun = (step.name, step.attempt)
            reason = self._failure(step)
            if step.attempt > 1 and begun not in self._begun:
                self._begun.add(begun)
                # A job takes longer than a look: one that has failed by now is the attempt's before.
                why = f"; the one before failed: {reason}" if reason else ""
                yield _line("Again", step.name, f"attempt {step.attempt} has begun{why}")
            elif reason and (seconds := self._wait(step, reason)) is not None:
                again = f"RetryPolicies have it tried again after {seconds:g} s"
                yield _line("Retrying", step.name, f"attempt {step.attempt} failed: {reason}; {again}")

    def _failure(self, step: Running) -> str:
        """Why the last job that the step made failed; empty where it did not, or that was given already."""
        for key in ("TransformJob", "ProcessingJob"):
            arn = str(step.metadata.get(key, {}).get("Arn", ""))
            if arn and arn not in self._failed:
                job = _job(key, arn.rpartition("/")[2], self._aws)
                if job[f"{key}Status"] == "Failed":
                    self._failed.add(arn)
                    return " ".join(str(job.get("FailureReason", "SageMaker gives no reason")).split())
        return ""

    def _wait(self, step: Running, reason: str) -> float | None:
        """Seconds until the next attempt, by the deployed definition; None where there is none."""
        kind = next((kind for start, kind in _KINDS.items() if reason.startswith(start)), None)
        definition = self._aws.sagemaker.describe_pipeline(PipelineName=self._pipeline)["PipelineDefinition"]
        for policy in _policies(json.loads(definition), step.name):
            if kind in policy["ExceptionType"] and step.attempt <= int(
                policy.get("MaxAttempts", step.attempt)
            ):
                wait = float(policy.get("IntervalSeconds", 1))
                return wait * float(policy.get("BackoffRate", 2.0)) ** (step.attempt - 1)
        return None


def _policies(part: Any, name: str) -> Iterator[Mapping[str, Any]]:
    """The retry policies of the step of that name, at any depth of the definition."""
    if isinstance(part, dict):
        if part.get("Name") == name and "Type" in part:
            yield from part.get("RetryPolicies", ())
        for value in part.values():
            yield from _policies(value, name)
    elif isinstance(part, list):
        for value in part:
            yield from _policies(value, name)


def _job(key: str, name: str, aws: Aws) -> Mapping[str, Any]:
    if key == "TransformJob":
        found: Mapping[str, Any] = aws.sagemaker.describe_transform_job(TransformJobName=name)
    else:
        found = aws.sagemaker.describe_processing_job(ProcessingJobName=name)
    return found


def _line(word: str, step: str, says: str) -> str:
    return f"{word:<9}  {step:<14} {'':>9}  {says}"
