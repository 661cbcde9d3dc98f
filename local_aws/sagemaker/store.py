"""What the local SageMaker keeps: pipelines, executions, models and jobs of one account and region."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local_aws.clock import Clock
from local_aws.errors import ServiceError, invalid
from local_aws.sagemaker.caching import Cached
from local_aws.sagemaker.definition import Definition

FINAL = frozenset({"Completed", "Failed", "Stopped"})
KEPT_EXECUTIONS = 100
"""How many executions of a pipeline that have ended are remembered: memory stays as it is."""
KEPT_JOBS = 500


@dataclass
class Job:
    """A transform or processing job.

    Attributes:
        kind: `transform-job` or `processing-job`.
        description: What `Describe...` answers; it changes while the job runs.
        tags: Its tags.
        stop: Set when the job is to be stopped.
        ended: Set when its status is final.
    """

    kind: str
    description: dict[str, Any]
    tags: list[dict[str, str]]
    stop: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)


@dataclass
class StepRun:
    """A step of an execution that has started.

    Attributes:
        name: The step's name.
        summary: What `ListPipelineExecutionSteps` answers about it.
        properties: What `Get` reads from it: the description of what it made.
    """

    name: str
    summary: dict[str, Any]
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass
class Execution:
    """One execution of a pipeline.

    Attributes:
        description: What `DescribePipelineExecution` answers; it changes while the execution runs.
        definition: The pipeline's definition at the start.
        definition_text: The same as it was sent.
        parameters: Every parameter's value, of its own type.
        sent_parameters: The values that the start was called with, strings.
        token: The `ClientRequestToken` of the start.
        cache: The pipeline's runs of steps that may be used again, by `caching.key`.
        steps: The steps that have started, in that order.
        stop: Set when the execution is to be stopped.
        retry_token: The `ClientRequestToken` of the last retry.
    """

    description: dict[str, Any]
    definition: Definition
    definition_text: str
    parameters: dict[str, Any]
    sent_parameters: list[dict[str, str]]
    token: str
    cache: dict[str, Cached]
    steps: dict[str, StepRun] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)
    retry_token: str = ""

    @property
    def arn(self) -> str:
        """The execution's ARN."""
        return str(self.description["PipelineExecutionArn"])

    @property
    def id(self) -> str:
        """The last part of the ARN, of twelve characters."""
        return self.arn.rsplit("/", 1)[-1]


@dataclass
class Pipeline:
    """A pipeline.

    Attributes:
        description: What `DescribePipeline` answers.
        definition: Its definition, checked.
        tags: Its tags.
        executions: By ARN, oldest first; of those that have ended the last `KEPT_EXECUTIONS`.
        cache: Runs of steps that may be used again, by `caching.key`.
    """

    description: dict[str, Any]
    definition: Definition
    tags: list[dict[str, str]]
    executions: dict[str, Execution] = field(default_factory=dict)
    cache: dict[str, Cached] = field(default_factory=dict)


@dataclass
class Store:
    """Everything that the local SageMaker keeps of an account and region.

    Attributes:
        region: The region.
        account_id: The account.
        pipelines: By name.
        models: `DescribeModel`'s answers by name.
        model_tags: Tags of models by name.
        jobs: By kind and name; of those that have ended the last `KEPT_JOBS`.
        lock: Held while something is looked up and then changed.
        clock: The time of everything in it.
    """

    region: str
    account_id: str
    clock: Clock
    pipelines: dict[str, Pipeline] = field(default_factory=dict)
    models: dict[str, dict[str, Any]] = field(default_factory=dict)
    model_tags: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    jobs: dict[tuple[str, str], Job] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def arn(self, kind: str, name: str) -> str:
        """The ARN of a resource, such as `arn:aws:sagemaker:us-east-1:123456789012:pipeline/p`."""
        return f"arn:aws:sagemaker:{self.region}:{self.account_id}:{kind}/{name}"

    def pipeline(self, name_or_arn: str) -> Pipeline:
        """The pipeline of a name or ARN, or the service's `ResourceNotFound`."""
        name = name_or_arn.rsplit("/", 1)[-1]
        if name not in self.pipelines:
            raise ServiceError("ResourceNotFound", f"Pipeline '{self.arn('pipeline', name)}' does not exist.")
        return self.pipelines[name]

    def execution(self, arn: str) -> Execution:
        """The execution of an ARN, or the service's `ResourceNotFound`."""
        for pipeline in self.pipelines.values():
            if arn in pipeline.executions:
                return pipeline.executions[arn]
        raise ServiceError("ResourceNotFound", f"Pipeline execution '{arn}' does not exist.")

    def job(self, kind: str, name: str) -> Job:
        """The job of a kind and name, or the service's `ValidationException`."""
        if (kind, name) not in self.jobs:
            raise invalid(f"Could not find requested job with name: {name}")
        return self.jobs[kind, name]

    def forget(self, pipeline: Pipeline) -> None:
        """The oldest executions and jobs that have ended are gone, down to as many as are kept."""
        with self.lock:
            ended = [
                arn
                for arn, execution in pipeline.executions.items()
                if execution.description["PipelineExecutionStatus"] not in ("Executing", "Stopping")
            ]
            for arn in ended[: max(0, len(ended) - KEPT_EXECUTIONS)]:
                del pipeline.executions[arn]
            over = [key for key, job in self.jobs.items() if job.ended.is_set()]
            for key in over[: max(0, len(over) - KEPT_JOBS)]:
                del self.jobs[key]
            if len(pipeline.cache) > KEPT_EXECUTIONS:
                del pipeline.cache[next(iter(pipeline.cache))]

    def tags(self, arn: str) -> list[dict[str, str]] | None:
        """The tags of a resource that is kept here, to be read or changed; None for any other resource."""
        kind, _, name = arn.split(":", 5)[-1].partition("/")
        if kind == "pipeline" and name in self.pipelines:
            return self.pipelines[name].tags
        if kind == "model" and name in self.model_tags:
            return self.model_tags[name]
        job = self.jobs.get((kind, name))
        return job.tags if job is not None else None


def newest_first(summaries: list[dict[str, Any]], key: str, order: str) -> list[dict[str, Any]]:
    """The summaries by a time, in the order that a list operation was asked for, descending by default."""

    def when(summary: dict[str, Any]) -> datetime:
        value: datetime = summary[key]
        return value

    ascending = sorted(summaries, key=when)
    return ascending if order == "Ascending" else ascending[::-1]
