"""An execution, stage by stage: one execution in a stage at a time, a stage's actions by their run order.

Before a stage an execution waits while another one is in it or while the way into it is closed. In the mode
SUPERSEDED one that waits gives way to a newer one that waits for the same stage, and ends; in the mode QUEUED
they go in one by one, the oldest first.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from local_aws.codepipeline import artifacts
from local_aws.codepipeline.actions import ACTIONS, kind_of
from local_aws.codepipeline.actions.work import AbandonedError, ActionError, Work
from local_aws.codepipeline.declaration import run_order
from local_aws.codepipeline.repositories import Repositories
from local_aws.codepipeline.store import ActionRun, Declaration, Execution, Pipeline, Store
from local_aws.codepipeline.variables import VariableError, resolve

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Start:
    """Where an execution begins: the number of a stage, and the actions in it that need not run again."""

    stage: int = 0
    done: frozenset[str] = frozenset()


class Runner:
    """Runs executions, each in a thread of its own.

    Args:
        clients: Service to boto3 client.
        repositories: The local git repositories.
    """

    def __init__(self, clients: Callable[[str], Any], repositories: Repositories) -> None:
        self._clients = clients
        self._repositories = repositories
        self._running: dict[threading.Thread, tuple[Pipeline, Execution]] = {}

    def begin(self, store: Store, pipeline: Pipeline, execution: Execution, start: Start) -> None:
        """The execution runs.

        Args:
            store: Where the pipeline is kept.
            pipeline: The pipeline.
            execution: One of its executions, in progress.
            start: Where it begins.
        """

        def run() -> None:
            try:
                self._run(store, pipeline, execution, start)
            finally:
                self._running.pop(thread, None)

        thread = threading.Thread(target=run, name=f"release-{execution.id}", daemon=True)
        self._running[thread] = pipeline, execution
        thread.start()

    @property
    def busy(self) -> bool:
        """Whether an action runs that waits for nobody's approval."""
        running = [execution for _, execution in list(self._running.values())]
        return any(run.status == "InProgress" and not run.token for one in running for run in list(one.runs))

    def close(self) -> None:
        """Every execution has been abandoned and its thread has ended."""
        for pipeline, execution in list(self._running.values()):
            halt(pipeline, execution, abandon=True)
        for thread in list(self._running):
            thread.join()

    def _run(self, store: Store, pipeline: Pipeline, execution: Execution, start: Start) -> None:
        for number, stage in enumerate(execution.declaration["stages"]):
            if number < start.stage:
                continue
            if not _enter(pipeline, execution, stage["name"]):
                return
            done = start.done if number == start.stage else frozenset()
            try:
                status = self._stage(store, pipeline, execution, stage, done)
            except BaseException:
                # A bug of ours: the execution ends for whoever waits for it, and the thread reports the bug.
                _leave(pipeline, execution, stage["name"], "Failed")
                raise
            _leave(pipeline, execution, stage["name"], status)
            if status != "Succeeded":
                return
        _end(pipeline, execution, "Succeeded")

    def _stage(
        self,
        store: Store,
        pipeline: Pipeline,
        execution: Execution,
        stage: Declaration,
        done: frozenset[str],
    ) -> str:
        left = [action for action in stage["actions"] if action["name"] not in done]
        for _, group in groupby(sorted(left, key=run_order), key=run_order):
            if execution.stop.is_set():
                return "Stopped"
            runs = [ActionRun(stage["name"], action) for action in group]
            with pipeline.changed:
                execution.runs += runs
            with ThreadPoolExecutor(len(runs)) as pool:
                works = [
                    Work(self._clients, self._repositories, store, pipeline, execution, one) for one in runs
                ]
                for _ in pool.map(_act, works):
                    pass
            statuses = {run.status for run in runs}
            if "Abandoned" in statuses:
                return "Stopped"
            if "Failed" in statuses:
                return "Failed"
        return "Succeeded"


def halt(pipeline: Pipeline, execution: Execution, *, abandon: bool) -> None:
    """The execution begins nothing new; what runs is waited for, unless it is abandoned too."""
    with pipeline.changed:
        execution.stop.set()
        if abandon:
            execution.abandon.set()
        pipeline.changed.notify_all()


def _enter(pipeline: Pipeline, execution: Execution, stage: str) -> bool:
    """Whether the execution is in the stage now; else it has ended."""
    superseding = execution.declaration.get("executionMode", "SUPERSEDED") == "SUPERSEDED"
    with pipeline.changed:
        line = pipeline.waiting.setdefault(stage, [])
        line.append(execution)
        pipeline.changed.notify_all()
        while True:
            end = _end_of_waiting(line, execution, superseding)
            first = min(line, key=lambda one: one.number) is execution
            free = stage not in pipeline.holders and pipeline.transition(stage).enabled
            if end or (free and (first or superseding)):
                break
            pipeline.changed.wait()
        line.remove(execution)
        if not end:
            pipeline.holders[stage] = execution
            execution.stages[stage] = "InProgress"
        pipeline.changed.notify_all()
    if end:
        _end(pipeline, execution, end)
    return not end


def _end_of_waiting(line: list[Execution], execution: Execution, superseding: bool) -> str:
    """The status with which an execution ends that waits; empty where it waits on."""
    if execution.stop.is_set():
        return "Stopped"
    newer = any(other.number > execution.number for other in line)
    return "Superseded" if superseding and newer else ""


def _leave(pipeline: Pipeline, execution: Execution, stage: str, status: str) -> None:
    with pipeline.changed:
        del pipeline.holders[stage]
        execution.stages[stage] = status
        pipeline.changed.notify_all()
    if status != "Succeeded":
        _end(pipeline, execution, status)


def _end(pipeline: Pipeline, execution: Execution, status: str) -> None:
    with pipeline.changed:
        execution.status, execution.updated = status, datetime.now(UTC)
        pipeline.forget()
        pipeline.changed.notify_all()


def _act(work: Work) -> None:
    """The action has been run, as its run says."""
    run, execution = work.run, work.execution
    kind, declared = ACTIONS[kind_of(run.declaration)], run.declaration
    status, error = "Failed", None
    try:
        run.configuration = resolve(declared.get("configuration", {}), dict(_known(execution)))
        run.inputs = {each["name"]: execution.artifacts[each["name"]] for each in _of(declared, "input")}
        run.outputs = {
            each["name"]: artifacts.new_location(execution.declaration, each["name"])
            for each in _of(declared, "output")
        }
        result = kind.run(work)
    except AbandonedError:
        status = "Abandoned"
    except ActionError as failed:
        error = {"code": failed.code, "message": str(failed)[:5000]}
    except VariableError as failed:
        error = {"code": "InvalidVariableReference", "message": str(failed)}
    except (ClientError, ParamValidationError) as failed:
        error = {"code": "JobFailed", "message": " ".join(str(failed).split())[:5000]}
    else:
        status = "Succeeded"
        run.variables, run.summary = dict(result.variables), result.summary
    with work.pipeline.changed:
        run.status, run.error, run.updated = status, error, datetime.now(UTC)
        if status == "Succeeded":
            execution.artifacts.update(run.outputs)
            if "namespace" in declared:
                execution.namespaces[declared["namespace"]] = run.variables
        execution.updated = run.updated
        work.pipeline.changed.notify_all()
    log.info("%s %s: %s %s", work.pipeline.name, run.name, status, error or "")


def _of(declared: Declaration, side: str) -> list[Mapping[str, str]]:
    found: list[Mapping[str, str]] = declared.get(f"{side}Artifacts", [])
    return found


def _known(execution: Execution) -> Iterator[tuple[str, Mapping[str, str]]]:
    yield "codepipeline", {"PipelineExecutionId": execution.id}
    yield "variables", execution.variables
    yield from execution.namespaces.items()
