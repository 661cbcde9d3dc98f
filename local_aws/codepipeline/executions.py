"""The operations on executions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local_aws.codepipeline.runner import halt
from local_aws.codepipeline.starts import Cause, Starts
from local_aws.codepipeline.store import ActionRun, Execution, Location, Pipeline, Store
from local_aws.codepipeline.views import result_of
from local_aws.errors import ServiceError
from local_aws.moto_seams import Call

Answer = Mapping[str, Any]


class ExecutionOperations:
    """Start, stop, retry, describe and list executions and their actions.

    Args:
        stores: Region and account to what is kept there.
        starts: Starts executions.
    """

    def __init__(self, stores: Callable[[Call], Store], starts: Starts) -> None:
        self._stores = stores
        self._starts = starts

    def operations(self) -> dict[str, Callable[[Call], Answer]]:
        """Operation to the method that answers it."""
        return {
            "StartPipelineExecution": self.start,
            "StopPipelineExecution": self.stop,
            "RetryStageExecution": self.retry,
            "GetPipelineExecution": self.describe,
            "ListPipelineExecutions": self.list,
            "ListActionExecutions": self.actions,
        }

    def start(self, call: Call) -> Answer:
        """The execution's id."""
        store, sent = self._stores(call), call.parameters
        if sent.get("sourceRevisions"):
            message = "The local AWS does not do StartPipelineExecution with sourceRevisions"
            raise ServiceError("NotImplemented", message)
        cause = Cause("StartPipelineExecution", f"arn:aws:iam::{store.account_id}:root")
        execution = self._starts.start(
            store,
            store.pipeline(sent["name"]),
            cause,
            sent.get("variables", []),
            sent.get("clientRequestToken", ""),
        )
        return {"pipelineExecutionId": execution.id}

    def stop(self, call: Call) -> Answer:
        """The execution's id; it is `Stopping` until what runs has ended, or has been abandoned."""
        pipeline, execution = self._found(call)
        abandon = bool(call.parameters.get("abandon"))
        with pipeline.changed:
            if execution.status not in ("InProgress", "Stopping"):
                message = f"The execution {execution.id} is {execution.status}"
                raise ServiceError("PipelineExecutionNotStoppableException", message)
            if execution.status == "Stopping" and not abandon:
                message = f"The execution {execution.id} is being stopped already"
                raise ServiceError("DuplicatedStopRequestException", message)
            execution.status = "Stopping"
            execution.stop_reason = call.parameters.get("reason", "")
        halt(pipeline, execution, abandon=abandon)
        return {"pipelineExecutionId": execution.id}

    def retry(self, call: Call) -> Answer:
        """The execution's id; the stage runs again."""
        pipeline, execution = self._found(call)
        stage, mode = call.parameters["stageName"], call.parameters["retryMode"]
        pipeline.stage(stage)
        self._starts.retry(self._stores(call), pipeline, stage, execution, mode)
        return {"pipelineExecutionId": execution.id}

    def describe(self, call: Call) -> Answer:
        """Everything about the execution."""
        pipeline, execution = self._found(call)
        described = {
            "pipelineName": pipeline.name,
            "pipelineVersion": execution.declaration["version"],
            **_summary(execution),
            "artifactRevisions": [
                {**dict(run.revision or {}), "name": name}
                for run in _sources(execution)
                for name in run.outputs
            ],
            "variables": [
                {"name": name, "resolvedValue": value} for name, value in execution.variables.items()
            ],
        }
        return {"pipelineExecution": described}

    def list(self, call: Call) -> Answer:
        """The pipeline's executions, the newest first."""
        sent = call.parameters
        pipeline = self._stores(call).pipeline(sent["pipelineName"])
        stage = sent.get("filter", {}).get("succeededInStage", {}).get("stageName")
        found = [
            {
                **_summary(one),
                "startTime": one.started,
                "lastUpdateTime": one.updated,
                "sourceRevisions": [_source_revision(run) for run in _sources(one)],
                **({"stopTrigger": {"reason": one.stop_reason}} if one.stop_reason is not None else {}),
            }
            for one in reversed(list(pipeline.executions.values()))
            if stage is None or one.stages.get(stage) == "Succeeded"
        ]
        return _page(found, "pipelineExecutionSummaries", sent)

    def actions(self, call: Call) -> Answer:
        """Every run of an action, the last one first."""
        sent = call.parameters
        pipeline = self._stores(call).pipeline(sent["pipelineName"])
        asked = sent.get("filter", {})
        latest = asked.get("latestInPipelineExecution", {}).get("pipelineExecutionId")
        only = asked.get("pipelineExecutionId", latest)
        found = [
            _action(one, run)
            for one in reversed(list(pipeline.executions.values()))
            if only in (None, one.id)
            for run in reversed(_runs(one, bool(latest)))
        ]
        return _page(found, "actionExecutionDetails", sent)

    def _found(self, call: Call) -> tuple[Pipeline, Execution]:
        pipeline = self._stores(call).pipeline(call.parameters["pipelineName"])
        return pipeline, pipeline.execution(call.parameters["pipelineExecutionId"])


def _runs(execution: Execution, latest: bool) -> list[ActionRun]:
    if not latest:
        return list(execution.runs)
    return list({(run.stage, run.name): run for run in execution.runs}.values())


def _sources(execution: Execution) -> Iterator[ActionRun]:
    yield from (run for run in list(execution.runs) if run.revision is not None)


def _summary(execution: Execution) -> dict[str, Any]:
    return {
        "pipelineExecutionId": execution.id,
        "status": execution.status,
        "trigger": dict(execution.trigger),
        "executionMode": execution.declaration["executionMode"],
        "executionType": "STANDARD",
    }


def _source_revision(run: ActionRun) -> dict[str, Any]:
    revision = run.revision or {}
    shown = {key: revision[key] for key in ("revisionId", "revisionSummary") if key in revision}
    return {"actionName": run.name, **shown}


def _action(execution: Execution, run: ActionRun) -> dict[str, Any]:
    return {
        "pipelineExecutionId": execution.id,
        "actionExecutionId": run.id,
        "pipelineVersion": execution.declaration["version"],
        "stageName": run.stage,
        "actionName": run.name,
        "startTime": run.started,
        "lastUpdateTime": run.updated,
        "status": run.status,
        "input": {
            "actionTypeId": run.declaration["actionTypeId"],
            "configuration": run.declaration.get("configuration", {}),
            "resolvedConfiguration": run.configuration,
            "inputArtifacts": _artifacts(run.inputs),
            **({"namespace": run.declaration["namespace"]} if "namespace" in run.declaration else {}),
        },
        "output": {
            "outputArtifacts": _artifacts(run.outputs),
            "executionResult": result_of(run),
            "outputVariables": run.variables,
        },
    }


def _artifacts(places: Mapping[str, Location]) -> list[dict[str, Any]]:
    return [
        {"name": name, "s3location": {"bucket": place.bucket, "key": place.key}}
        for name, place in places.items()
    ]


def _page(found: list[dict[str, Any]], key: str, sent: Mapping[str, Any]) -> Answer:
    first = int(sent.get("nextToken", 0))
    until = first + int(sent.get("maxResults", 100))
    return {key: found[first:until], **({"nextToken": str(until)} if until < len(found) else {})}
