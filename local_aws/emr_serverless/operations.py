"""The operations on job runs. Each runs in a thread of its own."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.containers.job_log import write_log
from local_aws.emr_serverless.programs import Look, NoSparkError, Spark
from local_aws.emr_serverless.store import RELEASE, JobRun, Store
from local_aws.emr_serverless.submission import Submission, submission_of
from local_aws.emr_serverless.work import Outcome, Place, work
from local_aws.errors import ServiceError, invalid
from local_aws.moto_seams import Call

log = logging.getLogger(__name__)

LOG_GROUP = "/aws/emr-serverless"
_MINUTES = 720  # executionTimeoutMinutes' default
_MOST_MINUTES = 10_080  # and what 0 comes to
_SUMMARY = (
    "applicationId",
    "arn",
    "createdAt",
    "createdBy",
    "executionRole",
    "name",
    "releaseLabel",
    "state",
    "stateDetails",
    "updatedAt",
)

Answer = Mapping[str, Any]


class JobRunOperations:
    """Start, describe, list and cancel job runs.

    Args:
        stores: Region and account to what is kept there.
        clients: Service to boto3 client.
        look: Finds this machine's Spark.
        workdir: Where runs get their temporary folders.
        environment: What a child process needs to reach the local AWS.
    """

    def __init__(
        self,
        stores: Callable[[Call], Store],
        clients: Callable[[str], Any],
        look: Look,
        workdir: Path,
        environment: Mapping[str, str],
    ) -> None:
        self._stores = stores
        self._clients = clients
        self._look = look
        self._workdir = workdir
        self._environment = environment
        self._running: dict[threading.Thread, JobRun] = {}

    def operations(self) -> dict[str, Callable[[Call], Answer]]:
        """Operation to the method that answers it."""
        return {
            "StartJobRun": self.start,
            "GetJobRun": self.describe,
            "ListJobRuns": self.list,
            "CancelJobRun": self.cancel,
            "GetApplication": self.application,
        }

    @property
    def busy(self) -> bool:
        """Whether a job run is under way."""
        return bool(self._running)

    def close(self) -> None:
        """Every job run has been stopped and its thread has ended."""
        for run in list(self._running.values()):
            run.stop.set()
        for thread in list(self._running):
            thread.join()

    def application(self, call: Call) -> Answer:
        """The application of any id, where this machine has Spark."""
        self._spark()
        store, identifier = self._stores(call), call.parameters["applicationId"]
        now = store.clock.now()
        described = {
            "applicationId": identifier,
            "name": "local",
            "arn": store.arn(identifier),
            "releaseLabel": RELEASE,
            "type": "Spark",
            "state": "STARTED",
            "createdAt": now,
            "updatedAt": now,
            "autoStartConfiguration": {"enabled": True},
        }
        return {"application": described}

    def start(self, call: Call) -> Answer:
        """The new job run's id and ARN; it runs."""
        store, sent = self._stores(call), call.parameters
        application, token = sent["applicationId"], sent["clientToken"]
        asked, spark = submission_of(sent), self._spark()
        with store.lock:
            before = [run for (of, _), run in store.runs.items() if (of, run.token) == (application, token)]
            run = before[0] if before else _new_run(store, sent)
            store.runs[application, run.id] = run
        if not before:
            self._begin(store, run, asked, spark)
        return {"applicationId": application, "jobRunId": run.id, "arn": run.description["arn"]}

    def describe(self, call: Call) -> Answer:
        """Everything about the job run."""
        return {"jobRun": dict(self._found(call).description)}

    def list(self, call: Call) -> Answer:
        """The application's job runs, the newest first, on one page."""
        sent = call.parameters
        found = [
            {"id": run.id, **{key: run.description[key] for key in _SUMMARY if key in run.description}}
            for (application, _), run in reversed(list(self._stores(call).runs.items()))
            if application == sent["applicationId"]
            and run.description["state"] in (sent.get("states") or [run.description["state"]])
        ]
        return {"jobRuns": found}

    def cancel(self, call: Call) -> Answer:
        """The job run's id; it is being cancelled."""
        store, run = self._stores(call), self._found(call)
        with store.lock:
            if not store.move(run, "CANCELLING"):
                raise invalid(f"Job run {run.id} is {run.description['state']} and cannot be cancelled")
            run.stop.set()
        return {"applicationId": run.description["applicationId"], "jobRunId": run.id}

    def _found(self, call: Call) -> JobRun:
        return self._stores(call).run(call.parameters["applicationId"], call.parameters["jobRunId"])

    def _spark(self) -> Spark:
        try:
            return self._look()
        except NoSparkError as error:
            raise ServiceError("ValidationException", str(error)) from error

    def _begin(self, store: Store, run: JobRun, asked: Submission, spark: Spark) -> None:
        def go() -> None:
            outcome = Outcome("FAILED", "Internal error: the local AWS failed; its traceback is on stderr.")
            try:
                outcome = self._run(store, run, asked, spark)
            finally:
                try:
                    self._end(store, run, outcome)
                finally:
                    self._running.pop(thread, None)
                    store.forget()

        thread = threading.Thread(target=go, name=f"job-run-{run.id}", daemon=True)
        self._running[thread] = run
        thread.start()

    def _run(self, store: Store, run: JobRun, asked: Submission, spark: Spark) -> Outcome:
        root = self._workdir / "job-runs" / run.id
        root.mkdir(parents=True)
        limit = (run.description["executionTimeoutMinutes"] or _MOST_MINUTES) * 60.0
        try:
            with store.lock:
                if not run.stop.is_set():
                    store.move(run, "RUNNING")
            place = Place(root, self._environment, run.stop, limit)
            return work(self._clients("s3"), asked, spark, place)
        finally:
            shutil.rmtree(root, ignore_errors=True)

    def _end(self, store: Store, run: JobRun, outcome: Outcome) -> None:
        now = store.clock.now()
        application = run.description["applicationId"]
        stream = f"applications/{application}/jobs/{run.id}/SPARK_DRIVER/stderr"
        ended = {
            "stateDetails": outcome.details,
            "updatedAt": now,
            "endedAt": now,
            "totalExecutionDurationSeconds": int((now - run.description["createdAt"]).total_seconds()),
        }
        # The log first: who sees that a run has ended may read it.
        try:
            write_log(self._clients("logs"), LOG_GROUP, stream, outcome.log, now)
        except (BotoCoreError, ClientError) as error:
            log.warning("job run %s: its log can't be written: %s", run.id, error)
        finally:
            store.move(run, outcome.state, **ended)
        if outcome.details:
            log.info("job run %s: %s", run.id, outcome.details)


def _new_run(store: Store, sent: Mapping[str, Any]) -> JobRun:
    now, identifier = store.clock.now(), store.new_id()
    kept = ("name", "jobDriver", "tags", "configurationOverrides")
    description = {
        "applicationId": sent["applicationId"],
        "jobRunId": identifier,
        "arn": store.arn(sent["applicationId"], identifier),
        "createdBy": f"arn:aws:iam::{store.account_id}:root",
        "createdAt": now,
        "updatedAt": now,
        "startedAt": now,
        "executionRole": sent["executionRoleArn"],
        "state": "SUBMITTED",
        "stateDetails": "",
        "releaseLabel": RELEASE,
        "executionTimeoutMinutes": sent.get("executionTimeoutMinutes", _MINUTES),
        **{key: sent[key] for key in kept if key in sent},
    }
    return JobRun(description, sent["clientToken"])
