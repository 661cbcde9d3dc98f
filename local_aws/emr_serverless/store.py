"""What the local EMR Serverless keeps: the job runs of an account and region."""

from __future__ import annotations

import secrets
import string
import threading
from dataclasses import dataclass, field
from typing import Any

from local_aws.clock import Clock
from local_aws.errors import ServiceError

FINAL = frozenset({"SUCCESS", "FAILED", "CANCELLED"})
KEPT_RUNS = 500
"""How many job runs that have ended are remembered: memory stays as it is."""

RELEASE = "emr-7.11.0"  # has Spark 3.5.6, as requirements-spark.txt
_LETTERS = string.ascii_lowercase + string.digits


@dataclass
class JobRun:
    """A job run.

    Attributes:
        description: What `GetJobRun` answers; it changes while the run is under way.
        token: The `clientToken` of the start.
        stop: Set when the run is to be cancelled.
    """

    description: dict[str, Any]
    token: str
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def id(self) -> str:
        """The run's id."""
        return str(self.description["jobRunId"])

    @property
    def ended(self) -> bool:
        """Whether its state is final."""
        return self.description["state"] in FINAL


@dataclass
class Store:
    """Everything of an account and region.

    Attributes:
        region: The region.
        account_id: The account.
        clock: The time of everything in it.
        runs: By application and id, oldest first; of those that have ended the last `KEPT_RUNS`.
        lock: Held while something is looked up and then changed.
    """

    region: str
    account_id: str
    clock: Clock
    runs: dict[tuple[str, str], JobRun] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def arn(self, application: str, run: str = "") -> str:
        """The ARN of an application, or of a job run of it."""
        arn = f"arn:aws:emr-serverless:{self.region}:{self.account_id}:/applications/{application}"
        return f"{arn}/jobruns/{run}" if run else arn

    def new_id(self) -> str:
        """An id as the service's are: small letters and digits, 00 first."""
        return "00" + "".join(secrets.choice(_LETTERS) for _ in range(14))

    def run(self, application: str, identifier: str) -> JobRun:
        """The job run, or the service's `ResourceNotFoundException`."""
        found = self.runs.get((application, identifier))
        if found is None:
            message = f"Job run {identifier} of the application {application} does not exist"
            raise ServiceError("ResourceNotFoundException", message, 404)
        return found

    def move(self, run: JobRun, state: str, **more: Any) -> bool:
        """Whether the run is now in that state, with more of its description; it leaves no final one."""
        with self.lock:
            if run.ended:
                return False
            run.description.update(more, state=state)
            return True

    def forget(self) -> None:
        """The oldest job runs that have ended are gone, down to as many as are kept."""
        with self.lock:
            ended = [key for key, run in self.runs.items() if run.ended]
            for key in ended[: max(0, len(ended) - KEPT_RUNS)]:
                del self.runs[key]
