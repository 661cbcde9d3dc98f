"""The operations on transform and processing jobs. Each job runs in a thread of its own."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import ClientError

from local_aws.containers.container import ContainerError
from local_aws.containers.job_log import write_log
from local_aws.containers.processing import Outcome, Room, run_processing
from local_aws.containers.transform import run_transform
from local_aws.errors import ServiceError, invalid
from local_aws.faults import DIED
from local_aws.moto_seams import Call
from local_aws.sagemaker.paging import page
from local_aws.sagemaker.store import FINAL, Job, Store, newest_first

log = logging.getLogger(__name__)

_REASON_LIMIT = 1024


@dataclass(frozen=True)
class Kind:
    """How the two kinds of jobs spell what they have in common.

    Attributes:
        resource: The ARN's kind, such as `transform-job`.
        word: `Transform` or `Processing`.
        log_group: Where its logs go.
    """

    resource: str
    word: str
    log_group: str

    @property
    def name(self) -> str:
        """The key of the job's name."""
        return f"{self.word}JobName"

    @property
    def status(self) -> str:
        """The key of the job's status."""
        return f"{self.word}JobStatus"


TRANSFORM = Kind("transform-job", "Transform", "/aws/sagemaker/TransformJobs")
PROCESSING = Kind("processing-job", "Processing", "/aws/sagemaker/ProcessingJobs")


@dataclass(frozen=True)
class Place:
    """Where jobs run.

    Attributes:
        workdir: Where processing jobs get their temporary folders.
        environment: What a child process needs to reach the local AWS.
        dies: Whether a job of that name is to die.
    """

    workdir: Path
    environment: Mapping[str, str]
    dies: Callable[[str], bool]


class JobOperations:
    """Create, describe, list and stop jobs of both kinds.

    Args:
        stores: Region and account to what SageMaker keeps there.
        clients: Service to boto3 client.
        place: Where they run.
    """

    def __init__(self, stores: Callable[[Call], Store], clients: Callable[[str], Any], place: Place) -> None:
        self._stores = stores
        self._clients = clients
        self._place = place
        self._running: dict[threading.Thread, Job] = {}

    def operations(self) -> dict[str, Callable[[Call], Mapping[str, Any]]]:
        """Operation to the method that answers it."""
        return {
            "CreateTransformJob": self.create_transform,
            "DescribeTransformJob": lambda call: self._describe(call, TRANSFORM),
            "ListTransformJobs": lambda call: self._list(call, TRANSFORM),
            "StopTransformJob": lambda call: self._stop(call, TRANSFORM),
            "CreateProcessingJob": self.create_processing,
            "DescribeProcessingJob": lambda call: self._describe(call, PROCESSING),
            "ListProcessingJobs": lambda call: self._list(call, PROCESSING),
            "StopProcessingJob": lambda call: self._stop(call, PROCESSING),
        }

    def close(self) -> None:
        """Every job has been stopped and its thread has ended."""
        for job in list(self._running.values()):
            job.stop.set()
        for thread in list(self._running):
            thread.join()

    def create_transform(self, call: Call) -> Mapping[str, Any]:
        """The new job's ARN; the job runs."""
        store, sent = self._stores(call), call.parameters
        model = store.models.get(sent["ModelName"])
        if model is None:
            raise invalid(f'Could not find model "{store.arn("model", sent["ModelName"])}".')
        snapshot = dict(model)

        def work(job: Job) -> Outcome:
            lines = run_transform(self._clients("s3"), job.description, snapshot)
            return Outcome(log=lines, stopped=job.stop.is_set())

        return self._create(store, sent, TRANSFORM, work)

    def create_processing(self, call: Call) -> Mapping[str, Any]:
        """The new job's ARN; the job runs."""

        def work(job: Job) -> Outcome:
            root = self._place.workdir / "jobs" / job.description["ProcessingJobName"]
            root.mkdir(parents=True)
            try:
                room = Room(root, self._place.environment, job.stop)
                return run_processing(self._clients("s3"), job.description, room)
            finally:
                shutil.rmtree(root, ignore_errors=True)

        return self._create(self._stores(call), call.parameters, PROCESSING, work)

    def _create(
        self, store: Store, sent: Mapping[str, Any], kind: Kind, work: Callable[[Job], Outcome]
    ) -> Mapping[str, Any]:
        name = sent[kind.name]
        arn = store.arn(kind.resource, name)
        now = store.clock.now()
        description = {key: value for key, value in sent.items() if key != "Tags"}
        description.update({f"{kind.word}JobArn": arn, kind.status: "InProgress", "CreationTime": now})
        description.update({f"{kind.word}StartTime": now, "LastModifiedTime": now})
        job = Job(kind.resource, description, list(sent.get("Tags", [])))
        with store.lock:
            if (kind.resource, name) in store.jobs:
                raise ServiceError(
                    "ResourceInUse", f"Job name must be unique within an AWS account: {name} exists"
                )
            store.jobs[kind.resource, name] = job

        def run() -> None:
            try:
                self._run(job, kind, work, store)
            finally:
                job.ended.set()
                self._running.pop(thread, None)

        thread = threading.Thread(target=run, name=name, daemon=True)
        self._running[thread] = job
        thread.start()
        return {f"{kind.word}JobArn": arn}

    def _run(self, job: Job, kind: Kind, work: Callable[[Job], Outcome], store: Store) -> None:
        description = job.description
        started = description[f"{kind.word}StartTime"]
        outcome = Outcome(failure="InternalServerError: the local AWS failed; its traceback is on stderr.")
        try:
            dies = self._place.dies(description[kind.name])
            outcome = Outcome(failure=DIED) if dies else work(job)
        except ContainerError as error:
            outcome = Outcome(log=[str(error)], failure=str(error))
        except (ClientError, Boto3Error) as error:
            outcome = Outcome(failure=f"ClientError: {error}")
        finally:
            stream = f"{description[kind.name]}/algo-1-{int(started.timestamp() * 1000)}"
            lines = [*outcome.log, *([outcome.failure] if outcome.failure else [])]
            write_log(self._clients("logs"), kind.log_group, stream, lines, store.clock.now())
            if outcome.failure:
                description["FailureReason"] = " ".join(outcome.failure.split())[:_REASON_LIMIT]
                log.info("%s failed: %s", description[kind.name], description["FailureReason"])
            if outcome.exit_message:
                description["ExitMessage"] = outcome.exit_message
            ended = store.clock.now()
            description.update({f"{kind.word}EndTime": ended, "LastModifiedTime": ended})
            status = "Stopped" if outcome.stopped else "Failed" if outcome.failure else "Completed"
            with store.lock:
                description[kind.status] = status

    def _describe(self, call: Call, kind: Kind) -> Mapping[str, Any]:
        description = self._stores(call).job(kind.resource, call.parameters[kind.name]).description
        # DescribeTransformJob, other than ListTransformJobs, has no time of the last change.
        hidden = {"LastModifiedTime"} if kind is TRANSFORM else set()
        return {key: value for key, value in list(description.items()) if key not in hidden}

    def _stop(self, call: Call, kind: Kind) -> Mapping[str, Any]:
        store = self._stores(call)
        job = store.job(kind.resource, call.parameters[kind.name])
        with store.lock:  # a job that ends at this moment must not be Stopping for ever
            if job.description[kind.status] in FINAL:
                raise invalid(f"The job is {job.description[kind.status]} and cannot be stopped.")
            job.description[kind.status] = "Stopping"
        job.stop.set()
        return {}

    def _list(self, call: Call, kind: Kind) -> Mapping[str, Any]:
        sent = call.parameters
        wanted_first = (kind.name, f"{kind.word}JobArn", kind.status, "CreationTime", f"{kind.word}EndTime")
        wanted = (*wanted_first, "LastModifiedTime", "FailureReason", "ExitMessage")
        found: list[dict[str, Any]] = []
        for (resource, name), job in list(self._stores(call).jobs.items()):
            if resource != kind.resource or sent.get("NameContains", "") not in name:
                continue
            if sent.get("StatusEquals") in (None, job.description[kind.status]):
                found.append({key: job.description[key] for key in wanted if key in job.description})
        ordered = newest_first(found, "CreationTime", sent.get("SortOrder", "Descending"))
        return page(ordered, f"{kind.word}JobSummaries", sent)
