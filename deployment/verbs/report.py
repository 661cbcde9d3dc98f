"""What a command did: the JSON object that `--json` prints, and the exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from deployment.observe.facts import StackFacts
from deployment.plan.actions import Action
from deployment.plan.cost import Cost
from deployment.plan.plan_document import cost_document
from deployment.plan.plan_document import document as plan_document
from deployment.run.execution import Execution, failure
from deployment.run.outcome import Outcome

if TYPE_CHECKING:
    from deployment.verbs.status import InUse

FINE: Final = 0
FOUND: Final = 1  # drift, or a check that failed
COULD_NOT_RUN: Final = 2
PENDING: Final = 3  # a plan with something to do


class Report(Protocol):
    """What every command hands back."""

    @property
    def exit_code(self) -> int:
        """The command's exit code."""

    @property
    def fault(self) -> str | None:
        """What stderr should say, or None."""

    def document(self) -> dict[str, Any]:
        """The JSON object."""


@dataclass(frozen=True)
class Answer:
    """The report of a command that has an object of its own to show."""

    content: Mapping[str, Any]
    exit_code: int = FINE
    fault: str | None = None

    def document(self) -> dict[str, Any]:
        """The JSON object."""
        return dict(self.content)


@dataclass(frozen=True)
class StageReport:
    """What plan, apply, start and status did; `execution`, `outcome` and `outputs` are there of a run.

    Attributes:
        cost: The plan's estimate.
        pending: Whether this is a plan with something to do.
        in_use: The deployed model and baseline.
        recent: The last runs, the newest first.
    """

    actions: Sequence[Action]
    stack_name: str
    stack: StackFacts | None
    execution: Execution | None = None
    outcome: Outcome | None = None
    outputs: Mapping[str, str] | None = None
    cost: Cost | None = None
    pending: bool = False
    in_use: InUse | None = None
    recent: Sequence[Execution] = field(default=())

    @property
    def exit_code(self) -> int:
        """3 for a plan with something to do, 1 for a run that found drift, 2 for one without a verdict."""
        if self.fault:
            return COULD_NOT_RUN
        if self.pending:
            return PENDING
        return FOUND if self.execution is not None and self.execution.found_drift else FINE

    @property
    def fault(self) -> str | None:
        """Why the run has no verdict, or None; that it failed on drift is a verdict, and so is going on."""
        run = self.execution
        if run is None or run.status in {"Succeeded", "Executing"} or run.failed_on_drift:
            return None
        return f"The run {run.arn} has no verdict: {failure(run)}"

    def document(self) -> dict[str, Any]:
        """The object, with the same keys whatever the command did; null where there is nothing to say."""
        return {
            "plan": plan_document(self.actions),
            "stack": {"name": self.stack_name, "status": self.stack.status if self.stack else None},
            **run_document(self.execution, self.outcome),
            "outputs": dict(self.outputs) if self.outputs is not None else None,
            "cost": cost_document(self.cost) if self.cost else None,
            "model": asdict(self.in_use) if self.in_use else None,
            "runs": [_execution(run) for run in self.recent],
        }


def run_document(execution: Execution | None, outcome: Outcome | None) -> dict[str, Any]:
    """What a run did and found, which is also what `run.json` says."""
    return {
        "execution": None if execution is None else _execution(execution),
        "features": None if outcome is None else _features(outcome),
        "metrics": None if outcome is None else dict(outcome.metrics),
        "alarms": None if outcome is None else _alarms(outcome),
        "retrain": None if outcome is None else _retraining(outcome),
    }


def _execution(execution: Execution) -> dict[str, Any]:
    steps = [
        {"name": step.name, "type": step.type, "status": step.status, "seconds": step.seconds}
        for step in execution.steps
    ]
    return {"arn": execution.arn, "status": execution.status, "steps": steps}


def _features(outcome: Outcome) -> list[dict[str, Any]]:
    return [
        {
            "name": feature.name,
            "type": feature.type,
            "distance": feature.distance,
            "threshold": feature.threshold,
            "drifted": feature.drifted,
        }
        for feature in outcome.features
    ]


def _alarms(outcome: Outcome) -> list[dict[str, Any]]:
    return [{"name": alarm.name, "state": alarm.state, "reason": alarm.reason} for alarm in outcome.alarms]


def _retraining(outcome: Outcome) -> dict[str, Any]:
    retraining = outcome.retraining
    return {
        "pipeline": retraining.pipeline,
        "started": retraining.execution is not None,
        "execution": retraining.execution,
        "reason": retraining.reason,
    }
