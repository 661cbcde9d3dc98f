"""What the local CodePipeline keeps of pipelines and their executions."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local_aws.errors import ServiceError

Declaration = Mapping[str, Any]
"""A pipeline, stage or action in the API's spelling."""


@dataclass(frozen=True)
class Location:
    """Where an artifact lies."""

    bucket: str
    key: str


KEPT_EXECUTIONS = 100
"""How many executions of a pipeline that have ended are remembered: memory stays as it is."""


@dataclass
class ActionRun:
    """One run of an action.

    Attributes:
        stage: The stage's name.
        declaration: The action as declared.
        configuration: Its configuration with every variable resolved.
        status: InProgress, Succeeded, Failed or Abandoned.
        token: What an approval must bring; empty for other actions.
        answer: An approval's result, once there is one.
        external_id: The build, the change set or the like.
        error: `code` and `message` of a failure.
        revision: What a source action found.
    """

    stage: str
    declaration: Declaration
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    configuration: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, Location] = field(default_factory=dict)
    outputs: dict[str, Location] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    status: str = "InProgress"
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated_by: str = ""
    summary: str = ""
    token: str = ""
    answer: Mapping[str, str] | None = None
    external_id: str = ""
    error: Mapping[str, str] | None = None
    revision: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        """The action's name."""
        return str(self.declaration["name"])


@dataclass
class Execution:
    """One execution of a pipeline, as it was declared at the start.

    Attributes:
        number: Which one of the pipeline's, from 1.
        declaration: The pipeline.
        trigger: `triggerType` and `triggerDetail`.
        variables: The pipeline's variables.
        namespaces: What actions gave, by namespace.
        artifacts: Where the artifacts lie, by name.
        stages: Status of each stage that it has entered.
        stop: Set when nothing new is to be begun.
        abandon: Set when what runs is to be left alone as well.
    """

    number: int
    declaration: Declaration
    trigger: Mapping[str, str]
    token: str
    variables: dict[str, str]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "InProgress"
    status_summary: str = ""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))
    namespaces: dict[str, dict[str, str]] = field(default_factory=dict)
    artifacts: dict[str, Location] = field(default_factory=dict)
    stages: dict[str, str] = field(default_factory=dict)
    runs: list[ActionRun] = field(default_factory=list)
    stop_reason: str | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    abandon: threading.Event = field(default_factory=threading.Event)

    def latest(self, stage: str) -> dict[str, ActionRun]:
        """The last run of each action of a stage, by the action's name."""
        return {run.name: run for run in self.runs if run.stage == stage}


@dataclass
class Transition:
    """The way into a stage."""

    enabled: bool = True
    reason: str = ""
    changed: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Pipeline:
    """A pipeline.

    Attributes:
        declaration: What `GetPipeline` answers.
        transitions: The way into each stage.
        executions: By id, oldest first; of those that have ended the last `KEPT_EXECUTIONS`.
        holders: The execution that is in a stage now.
        waiting: The executions that wait for a stage.
        changed: Held for every change, and told of it.
    """

    declaration: Declaration
    arn: str
    tags: dict[str, str]
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))
    transitions: dict[str, Transition] = field(default_factory=dict)
    executions: dict[str, Execution] = field(default_factory=dict)
    holders: dict[str, Execution] = field(default_factory=dict)
    waiting: dict[str, list[Execution]] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def name(self) -> str:
        """The pipeline's name."""
        return str(self.declaration["name"])

    def transition(self, stage: str) -> Transition:
        """The way into a stage, open unless somebody has closed it."""
        return self.transitions.setdefault(stage, Transition())

    def stage(self, name: str) -> Declaration:
        """The stage, or the service's `StageNotFoundException`."""
        for stage in self.declaration["stages"]:
            if stage["name"] == name:
                return dict(stage)
        raise ServiceError("StageNotFoundException", f"Stage '{name}' not found in pipeline '{self.name}'")

    def execution(self, identifier: str) -> Execution:
        """The execution, or the service's `PipelineExecutionNotFoundException`."""
        if identifier not in self.executions:
            message = f"The pipeline {self.name} has no execution {identifier}"
            raise ServiceError("PipelineExecutionNotFoundException", message)
        return self.executions[identifier]

    def woken(self) -> None:
        """What ran when its process ended has been stopped; a stage can be retried from there."""
        self.holders.clear()
        self.waiting.clear()
        for execution in self.executions.values():
            if execution.status in ("InProgress", "Stopping"):
                execution.status = "Stopped"
            for stage, status in execution.stages.items():
                execution.stages[stage] = "Stopped" if status == "InProgress" else status
            for run in execution.runs:
                run.status = "Abandoned" if run.status == "InProgress" else run.status

    @property
    def next_number(self) -> int:
        """The number of the next execution; those that are forgotten count too."""
        return 1 + max((one.number for one in self.executions.values()), default=0)

    def forget(self) -> None:
        """The oldest executions that have ended are gone, down to as many as are kept.

        The latest in a stage stays, however old: it is the stage's state, and may be retried.
        """
        latest = {id(self.latest_in(stage["name"])) for stage in self.declaration["stages"]}
        ended = [
            one
            for one in self.executions.values()
            if one.status not in ("InProgress", "Stopping") and id(one) not in latest
        ]
        for one in ended[: max(0, len(ended) - KEPT_EXECUTIONS)]:
            del self.executions[one.id]

    def latest_in(self, stage: str) -> Execution | None:
        """The execution that entered a stage last, or None."""
        entered = [one for one in list(self.executions.values()) if stage in one.stages]
        return max(entered, key=lambda one: one.number, default=None)


@dataclass
class Job:
    """What a Lambda function is asked to do for an action, and what it has answered."""

    answered: threading.Event = field(default_factory=threading.Event)
    success: Mapping[str, Any] | None = None
    failure: Mapping[str, Any] | None = None


@dataclass
class Store:
    """Everything of an account and region."""

    region: str
    account_id: str
    pipelines: dict[str, Pipeline] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def arn(self, name: str) -> str:
        """A pipeline's ARN."""
        return f"arn:aws:codepipeline:{self.region}:{self.account_id}:{name}"

    def pipeline(self, name: str) -> Pipeline:
        """The pipeline, or the service's `PipelineNotFoundException`."""
        if name not in self.pipelines:
            message = f"Account '{self.account_id}' does not have a pipeline with name '{name}'"
            raise ServiceError("PipelineNotFoundException", message)
        return self.pipelines[name]
