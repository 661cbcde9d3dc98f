"""What a command did, as the JSON object that `--json` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deployment.observe.facts import StackFacts
from deployment.plan.actions import Action
from deployment.plan.plan_document import document as plan_document
from deployment.run.execution import Execution, failure
from deployment.run.outcome import Outcome


@dataclass(frozen=True)
class Report:
    """What a command did; `execution`, `outcome` and `outputs` are there where it ran the pipeline."""

    actions: Sequence[Action]
    stack_name: str
    stack: StackFacts | None
    execution: Execution | None = None
    outcome: Outcome | None = None
    outputs: Mapping[str, str] | None = None

    @property
    def found_drift(self) -> bool:
        """Whether a run was made and the Evaluate Drift Lambda answered that the batch drifted."""
        return self.execution is not None and self.execution.found_drift

    @property
    def fault(self) -> str | None:
        """Why the run has no verdict, or None; that it failed on drift is a verdict."""
        run = self.execution
        if run is None or run.status == "Succeeded" or run.failed_on_drift:
            return None
        return f"The run {run.arn} has no verdict: {failure(run)}"

    def document(self) -> dict[str, Any]:
        """The object, with the same keys whatever the command did; null where there is nothing to say."""
        return {
            "plan": plan_document(self.actions),
            "stack": {"name": self.stack_name, "status": self.stack.status if self.stack else None},
            **run_document(self.execution, self.outcome),
            "outputs": dict(self.outputs) if self.outputs is not None else None,
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
