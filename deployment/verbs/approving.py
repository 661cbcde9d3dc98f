"""approve and reject: the answer to the release pipeline's pending approval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from botocore.exceptions import ClientError

from deployment.aws import Aws, code_of
from deployment.errors import ObserveError
from deployment.stage.config import Config
from deployment.verbs.place import Workplace, confirm
from deployment.verbs.report import Answer

Verdict = Literal["Approved", "Rejected"]
_MOST_CHARACTERS: Final = 512  # PutApprovalResult, ApprovalResult.summary


@dataclass(frozen=True)
class Pending:
    """An approval that the release pipeline waits for; `asks` is its message."""

    pipeline: str
    stage: str
    action: str
    token: str
    asks: str


def answer(
    config: Config, place: Workplace, verdict: Verdict, *, why: str, agreed: str | bool | None
) -> Answer:
    """The answer given to the pending approval of the project's CodePipeline.

    Args:
        config: The stage; its project has the CodePipeline.
        place: Where to work.
        verdict: The answer.
        why: What the CodePipeline keeps as its reason.
        agreed: Whether the user has agreed on the command line.

    Raises:
        ObserveError: There is no such CodePipeline, or it waits for no approval.
        ConfirmationError: The user did not agree.
    """
    waiting = pending(config.names.code_pipeline, place.aws)
    place.screen.heading(f"{waiting.pipeline}, {waiting.stage}: {waiting.action}")
    if waiting.asks:
        place.screen.line(waiting.asks)
    word = "approve" if verdict == "Approved" else "reject"
    confirm(f"{word.capitalize()} it?", place, given=agreed)
    try:
        place.aws.codepipeline.put_approval_result(
            pipelineName=waiting.pipeline,
            stageName=waiting.stage,
            actionName=waiting.action,
            result={"summary": why[:_MOST_CHARACTERS], "status": verdict},
            token=waiting.token,
        )
    except ClientError as error:
        if code_of(error) in {"InvalidApprovalTokenException", "ApprovalAlreadyCompletedException"}:
            raise ObserveError(
                f"Somebody else has answered meanwhile, or a newer release waits ({code_of(error)}): look "
                "again with the same command."
            ) from error
        raise
    place.screen.line(f"{verdict.lower()}: {why}")
    content = {
        "pipeline": waiting.pipeline,
        "stage": waiting.stage,
        "action": waiting.action,
        "asked": waiting.asks,
        "answer": verdict,
        "summary": why,
    }
    return Answer(content)


def pending(pipeline: str, aws: Aws) -> Pending:
    """The approval that the CodePipeline waits for.

    Raises:
        ObserveError: There is no such CodePipeline, or it waits for none.
    """
    try:
        state = aws.codepipeline.get_pipeline_state(name=pipeline)
    except ClientError as error:
        if code_of(error) == "PipelineNotFoundException":
            raise ObserveError(
                f"There is no CodePipeline {pipeline}: deploy cfn/cicd.yaml first, or give --project-name."
            ) from error
        raise
    for stage in state["stageStates"]:
        for action in stage.get("actionStates", []):
            last: dict[str, Any] = action.get("latestExecution", {})
            if last.get("status") == "InProgress" and "token" in last:
                stage_name, name = str(stage["stageName"]), str(action["actionName"])
                run = str(stage["latestExecution"]["pipelineExecutionId"])
                asks = _message(pipeline, run, stage_name, name, aws)
                return Pending(pipeline, stage_name, name, str(last["token"]), asks)
    raise ObserveError(f"The CodePipeline {pipeline} waits for no approval.")


def _message(pipeline: str, run: str, stage: str, action: str, aws: Aws) -> str:
    """What the approval of a run says to whom it asks, its variables filled in."""
    pages = aws.codepipeline.get_paginator("list_action_executions").paginate(
        pipelineName=pipeline, filter={"pipelineExecutionId": run}
    )
    found = (
        entry["input"].get("resolvedConfiguration", {}).get("CustomData", "")
        for page in pages
        for entry in page["actionExecutionDetails"]
        if entry["stageName"] == stage and entry["actionName"] == action
    )
    return str(next(found, ""))
