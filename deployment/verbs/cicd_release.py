"""One run of the release pipeline, followed action by action to its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from deployment.aws import Aws
from deployment.errors import DeployError
from deployment.verbs.place import Workplace

_SECONDS: Final = 3600
_LOOK_EVERY_SECONDS: Final = 0.2
_ON_ITS_WAY: Final = frozenset({"InProgress", "Stopping"})


@dataclass(frozen=True)
class Ended:
    """A release that has ended.

    Attributes:
        begun: What began it, in words.
        run: The id of the pipeline's execution.
        status: How it ended: `Succeeded`, `Failed`, `Stopped`, `Superseded`.
        answers: What was said to its approvals.
        actions: Its actions as ListActionExecutions describes them, in their order.
    """

    begun: str
    run: str
    status: str
    answers: Sequence[str]
    actions: Sequence[Mapping[str, Any]]

    @property
    def reason(self) -> str:
        """Why it did not succeed: its first action that failed, and what that said."""
        for action in self.actions:
            if action["status"] == "Failed":
                return f"{action['stageName']}.{action['actionName']}: {_said(action)}"
        return "no action of it failed"

    def document(self) -> dict[str, Any]:
        """The release as `--json` prints it."""
        return {
            "begun_by": self.begun,
            "execution": self.run,
            "status": self.status,
            "answers": list(self.answers),
            "actions": [
                {
                    "stage": action["stageName"],
                    "action": action["actionName"],
                    "status": action["status"],
                    "seconds": round((action["lastUpdateTime"] - action["startTime"]).total_seconds(), 1),
                    "summary": _said(action),
                }
                for action in self.actions
            ],
        }


def follow(pipeline: str, run: str, begun: str, answer: Callable[[], str], place: Workplace) -> Ended:
    """The release at its end; each action has been shown as it began and as it ended.

    Args:
        pipeline: The release pipeline's name.
        run: The execution's id.
        begun: What began it, in words.
        answer: Answers the approval that waits, and returns what it said.
        place: Where to work.

    Raises:
        DeployError: It has not ended after an hour.
    """
    codepipeline, start = place.aws.codepipeline, place.clock.now()
    shown: dict[str, str] = {}
    answers: list[str] = []
    while (place.clock.now() - start).total_seconds() < _SECONDS:
        found = codepipeline.get_pipeline_execution(pipelineName=pipeline, pipelineExecutionId=run)
        status = str(found["pipelineExecution"]["status"])
        actions = _actions(pipeline, run, place.aws)
        for action in actions:
            identifier = str(action["actionExecutionId"])
            if shown.get(identifier) != action["status"]:
                shown[identifier] = str(action["status"])
                seconds = (place.clock.now() - start).total_seconds()
                place.screen.line(_line(action, seconds))
                if _waits(action):
                    answers.append(answer())
        if status not in _ON_ITS_WAY:
            place.screen.line(f"release {status}")
            return Ended(begun, run, status, answers, actions)
        place.clock.sleep(_LOOK_EVERY_SECONDS)
    raise DeployError(f"The release {run} of {pipeline} was still going on after {_SECONDS} s.")


def _actions(pipeline: str, run: str, aws: Aws) -> list[Mapping[str, Any]]:
    """The run's actions, the first one first."""
    pages = aws.codepipeline.get_paginator("list_action_executions").paginate(
        pipelineName=pipeline, filter={"pipelineExecutionId": run}
    )
    return list(reversed([action for page in pages for action in page["actionExecutionDetails"]]))


def _waits(action: Mapping[str, Any]) -> bool:
    kind = action["input"]["actionTypeId"]
    return bool(action["status"] == "InProgress" and kind["category"] == "Approval")


def _line(action: Mapping[str, Any], seconds: float) -> str:
    said = _said(action) if action["status"] != "InProgress" else ""
    name = f"{action['stageName']}.{action['actionName']}"
    return f"{seconds:6.1f} s  {name:<30} {action['status']:<11} {said}".rstrip()


def _said(action: Mapping[str, Any]) -> str:
    """What an action says of its end, in one line."""
    result = action["output"].get("executionResult", {})
    text = result.get("errorDetails", {}).get("message") or result.get("externalExecutionSummary", "")
    return " ".join(str(text).split())
