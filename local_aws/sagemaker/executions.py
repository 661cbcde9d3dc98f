"""The operations on pipeline executions. Each execution runs in a thread of its own."""

from __future__ import annotations

import secrets
import string
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from local_aws.clock import Clock
from local_aws.errors import ServiceError, invalid
from local_aws.moto_seams import Call
from local_aws.sagemaker.announcements import Publish, execution_changed
from local_aws.sagemaker.interpreter import run_execution
from local_aws.sagemaker.paging import page
from local_aws.sagemaker.parameters import started_with
from local_aws.sagemaker.store import Execution, Pipeline, Store, newest_first

_ID_LETTERS = string.ascii_lowercase + string.digits
_NOT_DONE = ("SelectiveExecutionConfig", "PipelineVersionId", "PipelineVersionAlias", "MlflowExperimentName")
_SUMMARY = (
    "PipelineExecutionArn",
    "PipelineExecutionStatus",
    "PipelineExecutionDescription",
    "PipelineExecutionDisplayName",
)


def _utc(moment: datetime) -> datetime:
    """A time of a request, which moto reads as UTC without saying so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class ExecutionOperations:
    """Start, describe, list, stop and retry executions.

    Args:
        stores: Region and account to what SageMaker keeps there.
        clients: Service to boto3 client, for the steps.
        publish: Gets the events of their changes of status.
    """

    def __init__(
        self, stores: Callable[[Call], Store], clients: Callable[[str], Any], publish: Publish
    ) -> None:
        self._stores = stores
        self._clients = clients
        self._publish = publish
        self._closing = False
        self._running: dict[threading.Thread, Execution] = {}

    def operations(self) -> dict[str, Callable[[Call], Mapping[str, Any]]]:
        """Operation to the method that answers it."""
        return {
            "StartPipelineExecution": self.start,
            "RetryPipelineExecution": self.retry,
            "StopPipelineExecution": self.stop,
            "DescribePipelineExecution": self.describe,
            "ListPipelineExecutions": self.list,
            "ListPipelineExecutionSteps": self.steps,
            "ListPipelineParametersForExecution": self.parameters,
            "DescribePipelineDefinitionForExecution": self.definition,
        }

    def close(self) -> None:
        """Every execution has been stopped and its thread has ended; nobody is told."""
        self._closing = True
        for execution in list(self._running.values()):
            execution.stop.set()
        for thread in list(self._running):
            thread.join()

    def start(self, call: Call) -> Mapping[str, Any]:
        """The new execution's ARN, or that of the one which the same token started."""
        store, sent = self._stores(call), call.parameters
        for key in _NOT_DONE:
            if key in sent:
                raise ServiceError(
                    "NotImplemented", f"The local AWS does not do StartPipelineExecution with {key}"
                )
        with store.lock:
            pipeline = store.pipeline(sent["PipelineName"])
            token = sent.get("ClientRequestToken", "")
            for earlier in pipeline.executions.values():
                if token and earlier.token == token:
                    return {"PipelineExecutionArn": earlier.arn}
            execution = _new_execution(pipeline, sent, store.clock)
            pipeline.executions[execution.arn] = execution
            pipeline.description["LastRunTime"] = execution.description["CreationTime"]
        self._run(execution, pipeline, store, "")
        return {"PipelineExecutionArn": execution.arn}

    def retry(self, call: Call) -> Mapping[str, Any]:
        """The ARN of the execution, which goes on after the steps of it that have succeeded."""
        store, sent = self._stores(call), call.parameters
        with store.lock:
            execution = store.execution(sent["PipelineExecutionArn"])
            if execution.retry_token == sent["ClientRequestToken"]:
                return {"PipelineExecutionArn": execution.arn}
            description = execution.description
            status = description["PipelineExecutionStatus"]
            if status not in ("Failed", "Stopped"):
                raise invalid(
                    f"Only executions that are Failed or Stopped can be retried; this one is {status}."
                )
            execution.retry_token = sent["ClientRequestToken"]
            for name, run in list(execution.steps.items()):
                if run.summary["StepStatus"] != "Succeeded":
                    del execution.steps[name]
            execution.stop.clear()
            description.pop("FailureReason", None)
            description.update(
                {"PipelineExecutionStatus": "Executing", "LastModifiedTime": store.clock.now()}
            )
            if "ParallelismConfiguration" in sent:
                description["ParallelismConfiguration"] = sent["ParallelismConfiguration"]
        pipeline = store.pipeline(description["PipelineArn"])
        self._run(execution, pipeline, store, status)
        return {"PipelineExecutionArn": execution.arn}

    def stop(self, call: Call) -> Mapping[str, Any]:
        """The ARN of the execution, which is `Stopping` until its current step has been stopped."""
        execution = self._stores(call).execution(call.parameters["PipelineExecutionArn"])
        if execution.description["PipelineExecutionStatus"] != "Executing":
            status = execution.description["PipelineExecutionStatus"]
            raise invalid(f"Only pipelines with Executing status can be stopped; this one is {status}.")
        execution.description["PipelineExecutionStatus"] = "Stopping"
        execution.stop.set()
        return {"PipelineExecutionArn": execution.arn}

    def describe(self, call: Call) -> Mapping[str, Any]:
        """Everything about the execution."""
        return self._stores(call).execution(call.parameters["PipelineExecutionArn"]).description

    def list(self, call: Call) -> Mapping[str, Any]:
        """The pipeline's executions, newest first unless asked otherwise."""
        sent = call.parameters
        found: list[dict[str, Any]] = []
        for execution in self._stores(call).pipeline(sent["PipelineName"]).executions.values():
            description = execution.description
            started = description["CreationTime"]
            if _utc(sent.get("CreatedAfter", started)) <= started <= _utc(sent.get("CreatedBefore", started)):
                summary = {key: description[key] for key in _SUMMARY if key in description}
                summary["StartTime"] = started
                if "FailureReason" in description:
                    summary["PipelineExecutionFailureReason"] = description["FailureReason"]
                found.append(summary)
        ordered = newest_first(found, "StartTime", sent.get("SortOrder", "Descending"))
        return page(ordered, "PipelineExecutionSummaries", sent)

    def steps(self, call: Call) -> Mapping[str, Any]:
        """The steps that have started, the last one first unless asked otherwise."""
        sent = call.parameters
        execution = self._stores(call).execution(sent["PipelineExecutionArn"])
        started = [dict(run.summary) for run in list(execution.steps.values())]
        ordered = started if sent.get("SortOrder") == "Ascending" else started[::-1]
        return page(ordered, "PipelineExecutionSteps", sent)

    def parameters(self, call: Call) -> Mapping[str, Any]:
        """The parameters that the execution was started with."""
        execution = self._stores(call).execution(call.parameters["PipelineExecutionArn"])
        return page(execution.sent_parameters, "PipelineParameters", call.parameters)

    def definition(self, call: Call) -> Mapping[str, Any]:
        """The definition that the execution runs."""
        execution = self._stores(call).execution(call.parameters["PipelineExecutionArn"])
        created = execution.description["CreationTime"]
        return {"PipelineDefinition": execution.definition_text, "CreationTime": created}

    @property
    def busy(self) -> bool:
        """Whether an execution runs."""
        return bool(self._running)

    def _run(self, execution: Execution, pipeline: Pipeline, store: Store, previous: str) -> None:
        def run() -> None:
            try:
                run_execution(execution, store, self._clients)
                if not self._closing:
                    execution_changed(self._publish, execution.description, "Executing")
            finally:
                self._running.pop(thread, None)
                store.forget(pipeline)

        execution_changed(self._publish, execution.description, previous)

        thread = threading.Thread(target=run, name=f"execution-{execution.id}", daemon=True)
        self._running[thread] = execution
        thread.start()


def _new_execution(pipeline: Pipeline, sent: Mapping[str, Any], clock: Clock) -> Execution:
    values = started_with(pipeline.definition.parameters, sent.get("PipelineParameters", []))
    identifier = "".join(secrets.choice(_ID_LETTERS) for _ in range(12))
    arn = pipeline.description["PipelineArn"]
    now = clock.now()
    description: dict[str, Any] = {
        "PipelineArn": arn,
        "PipelineExecutionArn": f"{arn}/execution/{identifier}",
        "PipelineExecutionDisplayName": sent.get(
            "PipelineExecutionDisplayName", f"execution-{int(now.timestamp() * 1000)}"
        ),
        "PipelineExecutionStatus": "Executing",
        "CreationTime": now,
        "LastModifiedTime": now,
        "CreatedBy": {},
        "LastModifiedBy": {},
    }
    asked = {**pipeline.description, **sent}
    for key in ("PipelineExecutionDescription", "ParallelismConfiguration"):
        if key in asked:
            description[key] = asked[key]
    return Execution(
        description=description,
        definition=pipeline.definition,
        definition_text=pipeline.description["PipelineDefinition"],
        parameters=values,
        sent_parameters=list(sent.get("PipelineParameters", [])),
        token=sent.get("ClientRequestToken", ""),
        cache=pipeline.cache,
    )
