"""An execution, step by step: a step runs as soon as everything that it needs has succeeded.

Steps that do not need each other run side by side, at most as many as `ParallelismConfiguration` says. A
failed step is tried again as its `RetryPolicies` say; when it fails for good so does the execution: the
steps that need it do not run, the others still do. A condition's branch that is not taken does not run and
fails nothing. A step whose cache has a run of the same attributes takes over what that run made.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from local_aws.sagemaker import caching, retries
from local_aws.sagemaker.definition import Step
from local_aws.sagemaker.steps import Work, run_step
from local_aws.sagemaker.store import Execution, StepRun, Store
from local_aws.sagemaker.values import StepError, Values

log = logging.getLogger(__name__)

FAILED = "Step failure: One or multiple steps failed."
LOOK_SECONDS = 0.2
"""How long a move of the clock may go unseen by a step that waits for its next attempt."""
MOST_STEPS = 50
"""How many steps run at once where nobody asks for fewer: a pipeline's limit of steps."""


def run_execution(execution: Execution, store: Store, clients: Callable[[str], Any]) -> None:
    """The execution has ended: Succeeded, Failed with the first failed step's reason, or Stopped.

    Args:
        execution: It is changed in place, as `DescribePipelineExecution` sees it; steps that have succeeded
            in it already, before a retry, do not run again.
        store: Where jobs are kept.
        clients: Service to boto3 client.
    """
    _Interpreter(execution, store, clients).run()


class _Interpreter:
    def __init__(self, execution: Execution, store: Store, clients: Callable[[str], Any]) -> None:
        self._execution = execution
        self._store = store
        self._clients = clients
        self._values = Values(execution, clients("s3"), store.clock)
        self._changed = threading.Condition()
        self._running: set[str] = set()
        self._failures: list[str] = []
        self._broken = False

    def run(self) -> None:
        asked = self._execution.description.get("ParallelismConfiguration", {})
        most = int(asked.get("MaxParallelExecutionSteps", MOST_STEPS))
        with self._changed:
            while True:
                while len(self._running) < most and (step := self._next()) is not None:
                    self._start(step)
                if not self._running:
                    break
                self._changed.wait()
        if self._broken:
            self._end("Failed", "InternalError: the local AWS failed; its traceback is on stderr.")
        elif self._execution.stop.is_set():
            self._end("Stopped", "")
        elif self._failures:
            self._end("Failed", f"{FAILED} {self._failures[0]}")
        else:
            self._end("Succeeded", "")

    def _next(self) -> Step | None:
        """The first step that has not started and whose needs have succeeded, in the definition's order."""
        if self._execution.stop.is_set() or self._broken:
            return None
        for step in self._execution.definition.steps.values():
            if step.name not in self._execution.steps and self._is_ready(step):
                return step
        return None

    def _is_ready(self, step: Step) -> bool:
        for name in self._execution.definition.needs[step.name]:
            run = self._execution.steps.get(name)
            if run is None or run.summary["StepStatus"] != "Succeeded":
                return False
        for condition, branch in step.scope:
            outcome = self._execution.steps[condition].properties["Outcome"]
            if branch != ("IfSteps" if outcome == "True" else "ElseSteps"):
                return False
        return True

    def _start(self, step: Step) -> None:
        run = StepRun(step.name, self._summary(step))
        self._execution.steps[step.name] = run
        self._running.add(step.name)
        name = f"step-{step.name}-{self._execution.id}"
        threading.Thread(target=self._run_step, args=(step, run), name=name, daemon=True).start()

    def _run_step(self, step: Step, run: StepRun) -> None:
        work = Work(step, self._execution, run, self._values, self._clients, self._store)
        finished = False
        try:
            self._try(work)
            finished = True
        except StepError as error:
            run.summary["FailureReason"] = str(error)
            log.info("step %s of %s failed: %s", step.name, self._execution.arn, error)
            finished = True
        finally:
            # Not finished: a bug of ours. The execution ends for whoever waits, the thread reports the bug.
            failed = not finished or "FailureReason" in run.summary
            with self._changed:
                stopped = failed and self._execution.stop.is_set()
                run.summary["EndTime"] = self._store.clock.now()
                run.summary["StepStatus"] = "Stopped" if stopped else "Failed" if failed else "Succeeded"
                if failed:
                    self._failures.append(f"{step.name}: {run.summary.get('FailureReason', '')}")
                self._broken |= not finished
                self._running.discard(step.name)
                self._changed.notify_all()

    def _try(self, work: Work) -> None:
        """The step has succeeded, from the cache or after as many retries as it may have.

        Raises:
            StepError: It has not.
        """
        key = self._cache_key(work)
        if key and self._from_cache(work, key):
            return
        asked = retries.policies(work.step.body, work.step.path)
        counts: dict[retries.RetryPolicy, int] = {}
        while True:
            try:
                run_step(work)
            except StepError as error:
                policy = retries.first_for(error.kind, asked)
                if policy is None:
                    raise
                started = work.run.summary["StartTime"]
                seconds = policy.wait(counts.get(policy, 0), started, self._store.clock.now())
                if seconds is None or not self._waited(seconds):
                    raise
                counts[policy] = counts.get(policy, 0) + 1
                work.run.properties.clear()
                work.run.summary["AttemptCount"] += 1
                log.info("step %s of %s is tried again: %s", work.step.name, self._execution.arn, error)
            else:
                break
        if key:
            found = caching.Cached(
                execution=self._execution.arn,
                ended=self._store.clock.now(),
                metadata=work.run.summary.get("Metadata", {}),
                properties=dict(work.run.properties),
            )
            self._execution.cache[key] = found

    def _waited(self, seconds: float) -> bool:
        """Whether so much time went by, by a clock that somebody may move; not where it is stopped."""
        clock = self._store.clock
        until = clock.now() + timedelta(seconds=seconds)
        while (left := (until - clock.now()).total_seconds()) > 0:
            if self._execution.stop.wait(min(left, LOOK_SECONDS)):
                return False
        return not self._execution.stop.is_set()

    def _cache_key(self, work: Work) -> str:
        """The step's key in the pipeline's cache; nothing where its cache is off."""
        if caching.expires_after(work.step.body, work.step.path) is None:
            return ""
        return caching.key(work.step.name, work.step.type, work.arguments())

    def _from_cache(self, work: Work, key: str) -> bool:
        """Whether an earlier run stands for this one; then its outputs are this one's."""
        found = self._execution.cache.get(key)
        lifetime = caching.expires_after(work.step.body, work.step.path)
        if found is None or lifetime is None or found.ended + lifetime < self._store.clock.now():
            return False
        work.run.properties.update(found.properties)
        work.run.summary["Metadata"] = dict(found.metadata)
        work.run.summary["CacheHitResult"] = {"SourcePipelineExecutionArn": found.execution}
        return True

    def _summary(self, step: Step) -> dict[str, Any]:
        summary: dict[str, Any] = {
            "StepName": step.name,
            "StartTime": self._store.clock.now(),
            "StepStatus": "Executing",
            "AttemptCount": 1,
        }
        for key, source in (("StepDisplayName", "DisplayName"), ("StepDescription", "Description")):
            if source in step.body:
                summary[key] = step.body[source]
        return summary

    def _end(self, status: str, reason: str) -> None:
        description = self._execution.description
        if reason:
            description["FailureReason"] = reason[:1300]
        description["LastModifiedTime"] = self._store.clock.now()
        description["PipelineExecutionStatus"] = status
