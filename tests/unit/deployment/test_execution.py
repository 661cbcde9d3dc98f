from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from deployment.errors import ExecutionError
from deployment.run import execution
from tests.unit.deployment import fakes
from tests.unit.deployment.fakes import NOON, Paginator

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/p/execution/e1"


def entry(
    name: str, status: str, metadata: dict[str, Any], seconds: float | None = 2, **more: Any
) -> dict[str, Any]:
    """A step as ListPipelineExecutionSteps has it."""
    ended = {} if seconds is None else {"EndTime": NOON + timedelta(seconds=seconds)}
    return {"StepName": name, "StepStatus": status, "StartTime": NOON, "Metadata": metadata, **ended, **more}


LAMBDA = {"Lambda": {"Arn": "a", "OutputParameters": [{"Name": "statusCode", "Value": "400"}]}}
FAIL = {"Fail": {"ErrorMessage": "Drift found"}}


class SageMaker:
    """A run whose status and steps change with every look; the last look stays."""

    def __init__(self, *looks: tuple[str, list[dict[str, Any]]]) -> None:
        self._looks = list(looks)
        self.started: dict[str, Any] = {}

    def start_pipeline_execution(self, **request: Any) -> dict[str, str]:
        self.started = request
        return {"PipelineExecutionArn": ARN}

    def describe_pipeline_execution(self, **_: str) -> dict[str, Any]:
        status = self._looks[0][0]
        return {
            "PipelineExecutionArn": ARN,
            "PipelineExecutionStatus": status,
            "CreationTime": NOON,
            "FailureReason": "",
        }

    def get_paginator(self, _: str) -> Paginator:
        def pages(**_: str) -> Iterator[dict[str, Any]]:
            steps = self._looks.pop(0)[1] if len(self._looks) > 1 else self._looks[0][1]
            yield {"PipelineExecutionSteps": steps[:1]}
            yield {"PipelineExecutionSteps": steps[1:]}

        return Paginator(pages)


def followed(sagemaker: SageMaker) -> tuple[execution.Execution, list[str]]:
    said: list[str] = []
    found = execution.follow(ARN, fakes.aws(sagemaker=sagemaker), fakes.clock(), said.append)
    return found, said


def test_a_run_is_started_with_its_batch_and_a_token() -> None:
    sagemaker = SageMaker(("Executing", []))
    arn = execution.start("p", {"DataInputUri": "s3://b/k"}, "t" * 32, fakes.aws(sagemaker=sagemaker))
    assert arn == ARN
    assert sagemaker.started == {
        "PipelineName": "p",
        "PipelineParameters": [{"Name": "DataInputUri", "Value": "s3://b/k"}],
        "ClientRequestToken": "t" * 32,
    }


def test_each_step_is_told_once_as_it_ends() -> None:
    condition = {"Condition": {"Outcome": "True"}}
    ended = entry("Gate", "Succeeded", condition)
    running = entry("Evaluate", "Executing", {}, None)
    found, said = followed(
        SageMaker(
            ("Executing", [entry("Gate", "Executing", {}, None)]),
            ("Executing", [ended, running]),
            ("Executing", [ended, running]),
            ("Succeeded", [ended, entry("Evaluate", "Succeeded", LAMBDA, 61.25)]),
        )
    )
    assert [line.split() for line in said] == [
        ["Succeeded", "Gate", "2.0", "s", "the", "condition", "is", "True"],
        ["Succeeded", "Evaluate", "61.2", "s"],
    ]
    assert [(step.name, step.type, step.seconds) for step in found.steps] == [
        ("Gate", "Condition", 2.0),
        ("Evaluate", "Lambda", 61.25),
    ]


def test_a_failed_step_is_told_with_its_reason() -> None:
    failed = entry(
        "Transform", "Failed", {"TransformJob": {"Arn": "a"}}, FailureReason="ClientError:\n no rows"
    )
    found, said = followed(SageMaker(("Failed", [failed])))
    assert "no rows" in said[0]
    assert execution.failure(found) == "the step Transform failed: ClientError: no rows"
    assert not found.failed_on_drift


def test_a_run_that_fails_because_of_drift_is_a_verdict() -> None:
    found, _ = followed(SageMaker(("Failed", [entry("E", "Succeeded", LAMBDA), entry("F", "Failed", FAIL)])))
    assert found.failed_on_drift
    assert found.found_drift


@pytest.mark.parametrize(("code", "drift"), [("200", False), ("400", True), ("400.0", True)])
def test_drift_is_what_the_lambda_answered(code: str, drift: bool) -> None:
    metadata = {"Lambda": {"Arn": "a", "OutputParameters": [{"Name": "statusCode", "Value": code}]}}
    found, _ = followed(SageMaker(("Succeeded", [entry("E", "Succeeded", metadata)])))
    assert found.found_drift is drift


def test_a_run_without_a_failed_step_tells_its_own_status() -> None:
    found, _ = followed(SageMaker(("Stopped", [])))
    assert execution.failure(found) == "it is Stopped: SageMaker gives no reason"


def test_a_run_that_never_ends_is_given_up() -> None:
    with pytest.raises(ExecutionError, match="has not ended after a day"):
        execution.follow(
            ARN, fakes.aws(sagemaker=SageMaker(("Executing", []))), fakes.clock(step=600), lambda _: None
        )
