"""The EMRServerless step beside a service that ends its job run when it likes."""

from __future__ import annotations

import time
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws.clock import Clock
from local_aws.sagemaker.definition import Definition, Step
from local_aws.sagemaker.steps import Work, run_step
from local_aws.sagemaker.store import Execution, StepRun, Store
from local_aws.sagemaker.values import StepError, Values
from tests.unit.local_aws.support import ROLE

JOB = {"ApplicationId": "00a", "ExecutionRoleArn": ROLE, "JobConfig": {"jobDriver": {}}}


class EmrServerless:
    """A client whose job run comes to its end a while after it was cancelled, however it takes that."""

    def __init__(self, refuses: str = "") -> None:
        session = boto3.Session("nobody", "secret", region_name="us-east-1")
        self.exceptions = session.client("emr-serverless").exceptions
        self.looks = 0
        self._refuses = refuses
        self._cancelled = 0.0

    def start_job_run(self, **sent: Any) -> dict[str, Any]:
        return {"applicationId": sent["applicationId"], "jobRunId": "00r"}

    def get_job_run(self, **which: str) -> dict[str, Any]:
        self.looks += 1
        state = "CANCELLING" if self._cancelled else "RUNNING"
        if self._cancelled and time.monotonic() > self._cancelled + 1:
            state = "SUCCESS" if self._refuses else "CANCELLED"
        return {"jobRun": {**which, "state": state, "stateDetails": "Job was cancelled"}}

    def cancel_job_run(self, **which: str) -> dict[str, str]:
        assert not self._cancelled
        self._cancelled = time.monotonic()
        if self._refuses:
            error = {"Error": {"Code": self._refuses, "Message": "it is SUCCESS"}}
            raise self.exceptions.from_code(self._refuses)(error, "CancelJobRun")
        return which


def stopped(client: EmrServerless) -> Work:
    """A step of an execution that is being stopped."""
    step = Step("Profile", "EMRServerless", {"Arguments": JOB}, "Steps[0]")
    execution = Execution({}, Definition({}, {}, {}), "", {}, [], "t", {})
    execution.stop.set()
    clock = Clock()
    values, store = Values(execution, None, clock), Store("us-east-1", "123456789012", clock)
    return Work(step, execution, StepRun("Profile", {}), values, lambda _: client, store)


def test_a_step_that_is_stopped_looks_now_and_then_at_what_becomes_of_its_job_run() -> None:
    client = EmrServerless()
    with pytest.raises(StepError, match="00r is CANCELLED: Job was cancelled"):
        run_step(stopped(client))
    assert client.looks < 10


def test_a_job_run_that_has_just_ended_is_not_cancelled_and_that_is_no_fault() -> None:
    run_step(stopped(EmrServerless("ValidationException")))


def test_a_cancel_that_is_refused_for_another_reason_fails_the_step() -> None:
    with pytest.raises(StepError, match="CancelJobRun: it is SUCCESS") as caught:
        run_step(stopped(EmrServerless("InternalServerException")))
    assert isinstance(caught.value.__cause__, ClientError)
