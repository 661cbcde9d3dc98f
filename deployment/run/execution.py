"""One run of the pipeline: started, and followed step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from deployment.aws import Aws
from deployment.clock import Clock
from deployment.errors import ExecutionError
from deployment.run.retries import Retries
from deployment.run.step_lines import what_it_did

Say = Callable[[str], None]

_RUNNING: Final = frozenset({"Executing", "Stopping"})
_STEP_ENDED: Final = frozenset({"Succeeded", "Failed", "Stopped"})
_LONGEST_SECONDS: Final = 24 * 3600
# What ListPipelineExecutionSteps has about a step, and the type of step that it belongs to.
_TYPES: Final = {
    "EMRServerless": "EMRServerless",
    "Model": "Model",
    "TransformJob": "Transform",
    "ProcessingJob": "Processing",
    "Lambda": "Lambda",
    "Condition": "Condition",
    "Fail": "Fail",
    "TrainingJob": "Training",
    "RegisterModel": "RegisterModel",
}


@dataclass(frozen=True)
class Step:
    """One step of a run.

    Attributes:
        name: Its name in the pipeline definition.
        type: Its type there; empty where it never came so far as to have one.
        status: SageMaker's word, such as Succeeded.
        seconds: How long it took; None while it runs.
        reason: Why it failed; empty where it didn't.
        metadata: What SageMaker says about it.
        attempt: The number of the attempt, from 1.
    """

    name: str
    type: str
    status: str
    seconds: float | None
    started: datetime | None
    reason: str
    metadata: Mapping[str, Any]
    attempt: int = 1


@dataclass(frozen=True)
class Execution:
    """A run, ended or not."""

    arn: str
    status: str
    reason: str
    started: datetime
    steps: tuple[Step, ...]

    def step(self, step_type: str) -> Step | None:
        """The first step of this type that succeeded, or None."""
        found = (step for step in self.steps if step.type == step_type and step.status == "Succeeded")
        return next(found, None)

    @property
    def found_drift(self) -> bool:
        """Whether the Evaluate Drift Lambda answered 400: drift, or columns that can't be compared."""
        evaluated = self.step("Lambda")
        outputs = [] if evaluated is None else evaluated.metadata["Lambda"].get("OutputParameters", [])
        return any(float(entry["Value"]) == 400 for entry in outputs if entry["Name"] == "statusCode")

    @property
    def failed_on_drift(self) -> bool:
        """Whether the run failed because the stage says that drift is a failure, and nothing else did."""
        failed = [step.type for step in self.steps if step.status == "Failed"]
        return self.status == "Failed" and failed == ["Fail"]


def start(pipeline: str, parameters: Mapping[str, str], token: str, aws: Aws) -> str:
    """The ARN of a new run.

    Args:
        pipeline: The pipeline's name.
        parameters: Values that differ from the definition's defaults.
        token: 32 to 128 characters that make the call safe to repeat.
        aws: The AWS.
    """
    answer = aws.sagemaker.start_pipeline_execution(
        PipelineName=pipeline,
        PipelineParameters=[{"Name": name, "Value": value} for name, value in parameters.items()],
        ClientRequestToken=token,
    )
    return str(answer["PipelineExecutionArn"])


def follow(arn: str, aws: Aws, clock: Clock, say: Say) -> Execution:
    """The run, once it has ended; each step is said as it ends, and as it is tried again.

    Raises:
        ExecutionError: The run takes longer than a day.
    """
    told: set[str] = set()
    retries = Retries(arn, aws)
    for _ in clock.until(_LONGEST_SECONDS):
        # The run first: a step that ended before it did is then never missed.
        run = aws.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
        seen = steps(arn, aws)
        for text in retries.lines(seen):
            say(text)
        for step in seen:
            if step.status in _STEP_ENDED and step.name not in told:
                told.add(step.name)
                say(line(step, aws))
        if run["PipelineExecutionStatus"] not in _RUNNING:
            return _execution(run, seen)
    raise ExecutionError(f"The run {arn} has not ended after a day.")


def recent(pipeline: str, count: int, aws: Aws) -> tuple[Execution, ...]:
    """The newest runs of a pipeline as they are now, the newest first; none where it never ran."""
    answer = aws.sagemaker.list_pipeline_executions(
        PipelineName=pipeline, SortBy="CreationTime", SortOrder="Descending", MaxResults=count
    )
    return tuple(now(entry["PipelineExecutionArn"], aws) for entry in answer["PipelineExecutionSummaries"])


def now(arn: str, aws: Aws) -> Execution:
    """A run as it is now."""
    run = aws.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    return _execution(run, steps(arn, aws))


def _execution(run: Mapping[str, Any], seen: tuple[Step, ...]) -> Execution:
    return Execution(
        arn=str(run["PipelineExecutionArn"]),
        status=str(run["PipelineExecutionStatus"]),
        reason=str(run.get("FailureReason", "")),
        started=run["CreationTime"],
        steps=seen,
    )


def steps(arn: str, aws: Aws) -> tuple[Step, ...]:
    """The steps of a run so far, in the order in which they began."""
    pages = aws.sagemaker.get_paginator("list_pipeline_execution_steps").paginate(
        PipelineExecutionArn=arn, SortOrder="Ascending"
    )
    return tuple(_step(entry) for page in pages for entry in page["PipelineExecutionSteps"])


def _step(entry: Mapping[str, Any]) -> Step:
    metadata = entry.get("Metadata", {})
    started, ended = entry.get("StartTime"), entry.get("EndTime")
    return Step(
        name=str(entry["StepName"]),
        type=next((kind for key, kind in _TYPES.items() if key in metadata), ""),
        status=str(entry["StepStatus"]),
        seconds=round((ended - started).total_seconds(), 3) if started and ended else None,
        started=started,
        reason=str(entry.get("FailureReason", "")),
        metadata=metadata,
        attempt=int(entry.get("AttemptCount", 1)),
    )


def line(step: Step, aws: Aws) -> str:
    """What a person reads of a step that has ended."""
    took = "" if step.seconds is None else f"{step.seconds:.1f} s"
    did = step.reason if step.status != "Succeeded" else what_it_did(step.type, step.metadata, aws)
    return f"{step.status:<9}  {step.name:<14} {took:>9}  {did}"


def failure(execution: Execution) -> str:
    """Why a run failed: the reason of the first step that did, else the run's own."""
    for step in execution.steps:
        if step.status == "Failed":
            return f"the step {step.name} failed: {' '.join(step.reason.split())}"
    return f"it is {execution.status}: {execution.reason or 'SageMaker gives no reason'}"
