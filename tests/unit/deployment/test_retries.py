"""While a step waits to be tried again, it is said that it failed, why, and when it goes on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deployment.run.execution import Step
from deployment.run.retries import Retries
from tests.unit.deployment import fakes

RUN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/taxis-batch-staging/execution/e1"
JOB = "arn:aws:sagemaker:us-east-1:123456789012:transform-job/"
DIED = "InternalServerError: We encountered\n an internal error."
POLICY = {"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "IntervalSeconds": 60, "MaxAttempts": 3}


class SageMaker:
    """Jobs that fail for the reasons that they are named with; all others are in progress."""

    def __init__(self, **reasons: str) -> None:
        self._reasons = reasons

    def describe_pipeline(self, PipelineName: str) -> dict[str, str]:  # noqa: N803
        assert PipelineName == "taxis-batch-staging"
        step = {"Name": "Score", "Type": "Transform", "RetryPolicies": [{**POLICY, "BackoffRate": 1.5}]}
        gate = {"Name": "Gate", "Type": "Condition", "Arguments": {"IfSteps": [step], "ElseSteps": []}}
        return {"PipelineDefinition": json.dumps({"Steps": [gate]})}

    def describe_transform_job(self, TransformJobName: str) -> dict[str, Any]:  # noqa: N803
        reason = self._reasons.get(TransformJobName)
        failed = {"TransformJobStatus": "Failed", "FailureReason": reason}
        return failed if reason else {"TransformJobStatus": "InProgress"}


def score(job: str = "", attempt: int = 1, status: str = "Executing") -> Step:
    metadata = {"TransformJob": {"Arn": f"{JOB}{job}"}} if job else {}
    return Step("Score", "Transform", status, None, fakes.NOON, "", metadata, attempt)


def said(sagemaker: SageMaker, *looks: Step) -> list[str]:
    retries = Retries(RUN, fakes.aws(sagemaker=sagemaker))
    return [" ".join(line.split()) for step in looks for line in retries.lines([step])]


def test_a_failed_attempt_is_told_once_with_its_reason_and_the_wait() -> None:
    sagemaker = SageMaker(a=DIED, b=DIED)
    looks = [score(), score("a"), score("a"), score("a", 2), score("b", 2), score("b", 3), score("c", 3)]
    reason = "InternalServerError: We encountered an internal error."
    assert said(sagemaker, *looks) == [
        f"Retrying Score attempt 1 failed: {reason}; RetryPolicies have it tried again after 60 s",
        "Again Score attempt 2 has begun",
        f"Retrying Score attempt 2 failed: {reason}; RetryPolicies have it tried again after 90 s",
        "Again Score attempt 3 has begun",
    ]


def test_an_attempt_that_nobody_saw_fail_is_told_with_the_next_one() -> None:
    (line,) = said(SageMaker(a=DIED), score("a", 2), score("b", 2))
    assert line.startswith("Again Score attempt 2 has begun; the one before failed: InternalServerError")


@pytest.mark.parametrize(
    "looks",
    [
        (score("b", 4), score("a", 4)),  # of the policy's three retries none is left
        (score("wrong"),),  # no policy is about it
        (score("a", status="Failed"),),  # told as the step's end
    ],
)
def test_what_is_not_tried_again_is_not_told_so(looks: tuple[Step, ...]) -> None:
    found = said(SageMaker(a=DIED, wrong="AlgorithmError: exit code 1"), *looks)
    assert not any("Retrying" in line for line in found)
