"""`GetPipelineState`: what is where in a pipeline."""

from __future__ import annotations

from typing import Any

from local_aws.codepipeline.store import ActionRun, Declaration, Execution, Pipeline


def state(pipeline: Pipeline) -> dict[str, Any]:
    """The pipeline's stages with the way into each, the execution in it and its actions."""
    with pipeline.changed:
        stages = [_stage(pipeline, stage) for stage in pipeline.declaration["stages"]]
    return {
        "pipelineName": pipeline.name,
        "pipelineVersion": pipeline.declaration["version"],
        "stageStates": stages,
        "created": pipeline.created,
        "updated": pipeline.updated,
    }


def _stage(pipeline: Pipeline, stage: Declaration) -> dict[str, Any]:
    name = stage["name"]
    transition, latest = pipeline.transition(name), pipeline.latest_in(name)
    way: dict[str, Any] = {"enabled": transition.enabled}
    if not transition.enabled:
        way |= {"disabledReason": transition.reason, "lastChangedAt": transition.changed}
    runs: dict[str, ActionRun] = {} if latest is None else latest.latest(name)
    found: dict[str, Any] = {
        "stageName": name,
        "inboundTransitionState": way,
        "inboundExecutions": [_execution(one, one.status) for one in pipeline.waiting.get(name, ())],
        "actionStates": [_action(action, runs.get(action["name"])) for action in stage["actions"]],
    }
    if latest is not None:
        found["latestExecution"] = _execution(latest, latest.stages[name])
    if found["inboundExecutions"]:
        found["inboundExecution"] = found["inboundExecutions"][-1]
    return found


def _execution(execution: Execution, status: str) -> dict[str, Any]:
    return {"pipelineExecutionId": execution.id, "status": status, "type": "STANDARD"}


def _action(action: Declaration, run: ActionRun | None) -> dict[str, Any]:
    if run is None:
        return {"actionName": action["name"]}
    latest: dict[str, Any] = {
        "actionExecutionId": run.id,
        "status": run.status,
        "lastStatusChange": run.updated,
        **({"summary": run.summary[:2048]} if run.summary else {}),
        **({"lastUpdatedBy": run.updated_by} if run.updated_by else {}),
        **({"externalExecutionId": run.external_id} if run.external_id else {}),
        **({"errorDetails": dict(run.error)} if run.error else {}),
    }
    if run.token and run.status == "InProgress":
        latest["token"] = run.token
    found: dict[str, Any] = {"actionName": action["name"], "latestExecution": latest}
    if run.revision is not None:
        found["currentRevision"] = {
            "revisionId": run.revision["revisionId"],
            "revisionChangeId": run.revision["revisionId"][:100],
            "created": run.revision["created"],
        }
    return found


def result_of(run: ActionRun) -> dict[str, Any]:
    """The run's result, as `ListActionExecutions` has it."""
    return {
        **({"externalExecutionId": run.external_id} if run.external_id else {}),
        **({"externalExecutionSummary": run.summary} if run.summary else {}),
        **({"errorDetails": dict(run.error)} if run.error else {}),
    }
