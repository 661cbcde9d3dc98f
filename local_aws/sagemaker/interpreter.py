"""An execution, step by step: a step runs when everything that it needs has succeeded; one at a time.

A failed step fails the execution; the steps that need it do not run, the others still do. A condition's
branch that is not taken does not run and fails nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from local_aws.sagemaker.definition import Step
from local_aws.sagemaker.steps import Work, run_step
from local_aws.sagemaker.store import Execution, StepRun, Store
from local_aws.sagemaker.values import StepError, Values

log = logging.getLogger(__name__)

FAILED = "Step failure: One or multiple steps failed."


def run_execution(execution: Execution, store: Store, clients: Callable[[str], Any]) -> None:
    """The execution has ended: Succeeded, Failed with the first failed step's reason, or Stopped.

    Args:
        execution: It is changed in place, as `DescribePipelineExecution` sees it.
        store: Where jobs are kept.
        clients: Service to boto3 client.
    """
    values = Values(execution, clients("s3"))
    failures: list[str] = []
    while not execution.stop.is_set():
        step = _next(execution)
        if step is None:
            break
        run = StepRun(step.name, _summary(step))
        execution.steps[step.name] = run
        try:
            run_step(Work(step, execution, run, values, clients, store))
        except StepError as error:
            run.summary["FailureReason"] = str(error)
            failures.append(f"{step.name}: {error}")
            log.info("step %s of %s failed: %s", step.name, execution.arn, error)
        except BaseException:
            # A bug of ours: the execution ends for whoever waits for it, and the thread reports the bug.
            _end(execution, "Failed", "InternalError: the local AWS failed; its traceback is on stderr.")
            raise
        failed = "FailureReason" in run.summary
        stopped = failed and execution.stop.is_set()
        run.summary["EndTime"] = datetime.now(UTC)
        run.summary["StepStatus"] = "Stopped" if stopped else "Failed" if failed else "Succeeded"
    if execution.stop.is_set():
        _end(execution, "Stopped", "")
    elif failures:
        _end(execution, "Failed", f"{FAILED} {failures[0]}")
    else:
        _end(execution, "Succeeded", "")


def _next(execution: Execution) -> Step | None:
    """The first step that has not started and whose needs have succeeded, in the order of the definition."""
    for step in execution.definition.steps.values():
        if step.name not in execution.steps and _is_ready(step, execution):
            return step
    return None


def _is_ready(step: Step, execution: Execution) -> bool:
    for name in execution.definition.needs[step.name]:
        run = execution.steps.get(name)
        if run is None or run.summary["StepStatus"] != "Succeeded":
            return False
    for condition, branch in step.scope:
        taken = "IfSteps" if execution.steps[condition].properties["Outcome"] == "True" else "ElseSteps"
        if taken != branch:
            return False
    return True


def _summary(step: Step) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "StepName": step.name,
        "StartTime": datetime.now(UTC),
        "StepStatus": "Executing",
        "AttemptCount": 1,
    }
    for key, source in (("StepDisplayName", "DisplayName"), ("StepDescription", "Description")):
        if source in step.body:
            summary[key] = step.body[source]
    return summary


def _end(execution: Execution, status: str, reason: str) -> None:
    if reason:
        execution.description["FailureReason"] = reason[:1300]
    execution.description["LastModifiedTime"] = datetime.now(UTC)
    execution.description["PipelineExecutionStatus"] = status
