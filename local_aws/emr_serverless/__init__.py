"""EMR Serverless, as far as a pipeline's step needs it: job runs of Python scripts, by Spark on this machine.

`operations.py` answers `StartJobRun`, `GetJobRun`, `ListJobRuns`, `CancelJobRun` and `GetApplication`; a run
is a thread of its own. `submission.py` reads what is asked of `spark-submit`, `programs.py` finds it on this
machine, `mirror.py` gives Spark the buckets as folders, `work.py` runs the job, `store.py` is what is kept.

Applications are not made here: every id is that of one that is there, has Spark and starts by itself. Where
this machine has no Spark, no id is.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Protocol

from local_aws import moto_seams
from local_aws.emr_serverless.operations import JobRunOperations
from local_aws.emr_serverless.programs import Look
from local_aws.emr_serverless.store import Store

__all__ = ["install"]

_PRETENDED = (
    "CreateApplication",
    "UpdateApplication",
    "DeleteApplication",
    "ListApplications",
    "StartApplication",
    "StopApplication",
)
"""What moto answers about applications, which have no part in what runs here."""


class Host(Protocol):
    """What EMR Serverless needs of the local AWS around it."""

    workdir: Any
    environment: Any
    clock: Any
    kept: Any

    @property
    def inside(self) -> Callable[[str], Any]:
        """Service to boto3 client."""


def install(aws: Host, stack: ExitStack, look: Look) -> Callable[[], bool]:
    """Whether a job run is under way, to be asked; EMR Serverless's operations are answered here.

    Args:
        aws: The local AWS around.
        stack: Gets what is to be done at the end: job runs are stopped.
        look: Finds this machine's Spark when it is needed.
    """
    stores: dict[tuple[str, str], Store] = aws.kept.setdefault("emr-serverless", {})

    def store_of(call: moto_seams.Call) -> Store:
        return stores.setdefault(
            (call.region, call.account_id), Store(call.region, call.account_id, aws.clock)
        )

    for operation in _PRETENDED:
        moto_seams.refuse_action("emr-serverless", operation, "any application id is of one that is there")
    runs = JobRunOperations(store_of, aws.inside, look, aws.workdir, aws.environment)
    stack.callback(runs.close)
    for operation, answer in runs.operations().items():
        moto_seams.replace_action("emr-serverless", operation, answer)
    return lambda: runs.busy
