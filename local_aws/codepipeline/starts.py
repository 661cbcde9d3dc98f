"""Starts of executions, whatever they are started by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from local_aws.codepipeline.runner import Runner, Start
from local_aws.codepipeline.store import Execution, Pipeline, Store
from local_aws.errors import ServiceError, invalid


@dataclass(frozen=True)
class Cause:
    """Why an execution starts: CodePipeline's type of trigger, and which one of that type."""

    type: str
    detail: str = ""


CREATED = Cause("CreatePipeline")


@dataclass(frozen=True)
class Starts:
    """Starts executions.

    Attributes:
        runner: Runs them.
    """

    runner: Runner

    def start(
        self,
        store: Store,
        pipeline: Pipeline,
        cause: Cause,
        variables: Sequence[Mapping[str, str]] = (),
        token: str = "",
    ) -> Execution:
        """The execution, which has begun; or the one that the same token has started before.

        Args:
            store: Where the pipeline is kept.
            pipeline: The pipeline.
            cause: What starts it.
            variables: Values of the pipeline's variables, those that are not their defaults.
            token: The caller's `clientRequestToken`; empty for none.

        Raises:
            ServiceError: A variable is unknown, or has neither a value nor a default.
        """
        with pipeline.changed:
            for earlier in pipeline.executions.values():
                if token and earlier.token == token:
                    return earlier
            execution = Execution(
                number=pipeline.next_number,
                declaration=pipeline.declaration,
                trigger={"triggerType": cause.type, "triggerDetail": cause.detail},
                token=token,
                variables=_values(pipeline, variables),
            )
            pipeline.executions[execution.id] = execution
        self.runner.begin(store, pipeline, execution, Start())
        return execution

    def retry(self, store: Store, pipeline: Pipeline, stage: str, execution: Execution, mode: str) -> None:
        """The failed stage runs again, and what comes after it.

        Args:
            store: Where the pipeline is kept.
            pipeline: The pipeline.
            stage: The stage's name.
            execution: The one that failed in it.
            mode: FAILED_ACTIONS, or ALL_ACTIONS for those too that have succeeded.

        Raises:
            ServiceError: It did not fail there, or another execution has come so far since.
        """
        with pipeline.changed:
            if execution.stages.get(stage) not in ("Failed", "Stopped"):
                message = f"The stage {stage} has not failed in the execution {execution.id}"
                raise ServiceError("StageNotRetryableException", message)
            if pipeline.latest_in(stage) is not execution:
                message = f"The execution {execution.id} is not the latest in the stage {stage}"
                raise ServiceError("NotLatestPipelineExecutionException", message)
            execution.status = "InProgress"
            execution.stop.clear()
            execution.abandon.clear()
        latest = execution.latest(stage).values()
        done = frozenset(run.name for run in latest if run.status == "Succeeded")
        names = [declared["name"] for declared in execution.declaration["stages"]]
        begin = Start(names.index(stage), done if mode == "FAILED_ACTIONS" else frozenset())
        self.runner.begin(store, pipeline, execution, begin)


def _values(pipeline: Pipeline, given: Sequence[Mapping[str, str]]) -> dict[str, str]:
    declared = {each["name"]: each.get("defaultValue") for each in pipeline.declaration.get("variables", ())}
    values = {each["name"]: each["value"] for each in given}
    unknown = sorted(set(values) - set(declared))
    if unknown:
        raise invalid(f"The pipeline {pipeline.name} has no variable {', '.join(unknown)}")
    whole = {**declared, **values}
    missing = [name for name, value in whole.items() if value is None]
    if missing:
        raise invalid(f"The pipeline {pipeline.name} needs a value of {', '.join(missing)}")
    return {name: str(value) for name, value in whole.items()}
