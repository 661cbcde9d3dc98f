"""SageMaker that runs what it is asked for.

A pipeline's definition is read and checked when the pipeline is made (`definition.py`, `references.py`,
`arguments.py`); an execution is interpreted in a thread (`interpreter.py`), its functions and conditions
resolved (`values.py`), each step by its row of `STEPS` (`steps.py`), through the same operations that a
client may call (`models.py`, `jobs.py`). `pipelines.py` and `executions.py` hold the operations on these;
`store.py` is what is kept. All else of SageMaker is moto's, and so are model packages but for the deletion
(`model_packages.py`).

`retries.py` and `caching.py` are `RetryPolicies` and `CacheConfig`.

Not done, and refused: step types other than `STEP_TYPES`, selective executions, pipeline versions. Without
effect on one machine: `PipelineExperimentConfig`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Protocol

from local_aws import moto_seams
from local_aws.sagemaker.executions import ExecutionOperations
from local_aws.sagemaker.jobs import JobOperations, Place
from local_aws.sagemaker.model_packages import ModelPackageOperations
from local_aws.sagemaker.models import ModelOperations
from local_aws.sagemaker.pipelines import PipelineOperations
from local_aws.sagemaker.store import Store

__all__ = ["install"]

_PRETENDED = (
    "CreateTrainingJob",
    "CreateHyperParameterTuningJob",
    "CreateAutoMLJob",
    "CreateAutoMLJobV2",
    "CreateCompilationJob",
    "CreateEndpoint",
    "Search",
)
"""What moto answers as if it had been done, or without what is kept here."""


class Host(Protocol):
    """What SageMaker needs of the local AWS around it."""

    workdir: Any
    environment: Any
    events: Any
    clock: Any
    kept: Any
    faults: Any

    @property
    def inside(self) -> Callable[[str], Any]:
        """Service to boto3 client."""


def install(aws: Host, stack: ExitStack) -> Callable[[], bool]:
    """Whether an execution runs, to be asked; SageMaker's operations that run something are answered here.

    Args:
        aws: The local AWS around.
        stack: Gets what is to be done at the end: executions and jobs are stopped.
    """
    stores: dict[tuple[str, str], Store] = aws.kept.setdefault("sagemaker", {})

    def store_of(call: moto_seams.Call) -> Store:
        key = (call.region, call.account_id)
        return stores.setdefault(key, Store(call.region, call.account_id, aws.clock))

    for operation in _PRETENDED:
        moto_seams.refuse_action("sagemaker", operation, "it runs transform and processing jobs")
    jobs = JobOperations(store_of, aws.inside, Place(aws.workdir, aws.environment, aws.faults.dies))
    executions = ExecutionOperations(store_of, aws.inside, aws.events.publish)
    stack.callback(jobs.close)
    stack.callback(executions.close)
    for group in (
        PipelineOperations(store_of, aws.inside),
        executions,
        ModelOperations(store_of, aws.inside),
        ModelPackageOperations(aws.events.publish),
        jobs,
    ):
        for operation, answer in group.operations().items():
            moto_seams.replace_action("sagemaker", operation, answer)
    return lambda: executions.busy
