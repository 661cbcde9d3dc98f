"""What people and functions do to a pipeline: approvals, transitions, answers to jobs; and its state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from local_aws.codepipeline.store import ActionRun, Job, Pipeline, Store, Transition
from local_aws.codepipeline.views import state
from local_aws.errors import ServiceError, invalid
from local_aws.moto_seams import Call

Answer = Mapping[str, Any]
_VARIABLES_LIMIT = 122_880  # bytes of a job's output variables


class InterventionOperations:
    """The state, approvals, transitions and jobs of pipelines.

    Args:
        stores: Region and account to what is kept there.
    """

    def __init__(self, stores: Callable[[Call], Store]) -> None:
        self._stores = stores

    def operations(self) -> dict[str, Callable[[Call], Answer]]:
        """Operation to the method that answers it."""
        return {
            "GetPipelineState": self.state,
            "PutApprovalResult": self.approve,
            "EnableStageTransition": self.open,
            "DisableStageTransition": self.shut,
            "PutJobSuccessResult": self.job_succeeded,
            "PutJobFailureResult": self.job_failed,
        }

    def state(self, call: Call) -> Answer:
        """What is where in the pipeline."""
        return state(self._stores(call).pipeline(call.parameters["name"]))

    def approve(self, call: Call) -> Answer:
        """When the approval, or the rejection, was given; the execution goes on, or fails."""
        sent = call.parameters
        pipeline = self._stores(call).pipeline(sent["pipelineName"])
        run = _pending(pipeline, sent["stageName"], sent["actionName"])
        with pipeline.changed:
            if run is None or run.token != sent["token"]:
                message = f"The token {sent['token']} is not that of the approval that waits"
                raise ServiceError("InvalidApprovalTokenException", message)
            if run.answer is not None or run.status != "InProgress":
                raise ServiceError("ApprovalAlreadyCompletedException", "The approval has been answered")
            run.answer = dict(sent["result"])
            pipeline.changed.notify_all()
        return {"approvedAt": datetime.now(UTC)}

    def open(self, call: Call) -> Answer:
        """Nothing; the way into the stage is open."""
        return self._turn(call, Transition(enabled=True))

    def shut(self, call: Call) -> Answer:
        """Nothing; the way into the stage is closed."""
        return self._turn(call, Transition(enabled=False, reason=call.parameters["reason"]))

    def _turn(self, call: Call, transition: Transition) -> Answer:
        sent = call.parameters
        pipeline = self._stores(call).pipeline(sent["pipelineName"])
        names = [stage["name"] for stage in pipeline.declaration["stages"]]
        stage = pipeline.stage(sent["stageName"])["name"]
        if sent["transitionType"] == "Outbound":
            following = names[names.index(stage) + 1 :]
            if not following:
                raise invalid(f"The last stage {stage} has no outbound transition")
            stage = following[0]
        elif stage == names[0]:
            raise invalid(f"The first stage {stage} has no inbound transition")
        with pipeline.changed:
            pipeline.transitions[stage] = transition
            pipeline.changed.notify_all()
        return {}

    def job_succeeded(self, call: Call) -> Answer:
        """Nothing; the action that gave the job goes on, or asks again where it got a token for that."""
        variables = call.parameters.get("outputVariables", {})
        if sum(len(f"{key}{value}".encode()) for key, value in variables.items()) > _VARIABLES_LIMIT:
            raise ServiceError("OutputVariablesSizeExceededException", "The output variables are too large")
        job = self._job(call)
        job.success = dict(call.parameters)
        job.answered.set()
        return {}

    def job_failed(self, call: Call) -> Answer:
        """Nothing; the action that gave the job fails."""
        job = self._job(call)
        job.failure = dict(call.parameters["failureDetails"])
        job.answered.set()
        return {}

    def _job(self, call: Call) -> Job:
        identifier = call.parameters["jobId"]
        job = self._stores(call).jobs.get(identifier)
        if job is None:
            raise ServiceError("JobNotFoundException", f"There is no job {identifier}")
        if job.answered.is_set():
            raise ServiceError("InvalidJobStateException", f"The job {identifier} has been answered")
        return job


def _pending(pipeline: Pipeline, stage: str, action: str) -> ActionRun | None:
    """The last run of an action, or None; `ActionNotFoundException` where there is no such action."""
    if action not in [declared["name"] for declared in pipeline.stage(stage)["actions"]]:
        raise ServiceError("ActionNotFoundException", f"The stage {stage} has no action {action}")
    latest = pipeline.latest_in(stage)
    return None if latest is None else latest.latest(stage).get(action)
