"""The functions inside cfn/cicd.yaml tell CodePipeline of every failure: it waits for hours for an answer."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from deployment.release import template

CICD = template.read((Path(__file__).parents[3] / "cfn" / "cicd.yaml").read_text(encoding="utf-8"))


class Unreachable:
    """A boto3 whose services can't be reached, but for CodePipeline, which notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def client(self, service: str, **_: str) -> Unreachable:
        self.service = service
        return self if service == "codepipeline" else Unreachable()

    def put_job_failure_result(self, jobId: str, failureDetails: dict[str, str]) -> None:  # noqa: N803
        self.told.append((jobId, failureDetails["message"]))

    def __getattr__(self, _: str) -> Callable[..., None]:
        def call(**_: object) -> None:
            raise EndpointConnectionError(endpoint_url="https://nowhere")

        return call


@pytest.mark.parametrize("name", ["RecordFunction", "StagingRunFunction"])
def test_a_connection_error_fails_the_action_at_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", boto3 := Unreachable())
    module: dict[str, Any] = {}
    exec(CICD["Resources"][name]["Properties"]["Code"]["ZipFile"], module)  # noqa: S102
    place = {"location": {"s3Location": {"bucketName": "b", "objectKey": "k"}}}
    data = {
        "actionConfiguration": {"configuration": {"UserParameters": "taxis-batch-staging"}},
        "inputArtifacts": [place],
        "artifactCredentials": dict.fromkeys(("accessKeyId", "secretAccessKey", "sessionToken"), "x"),
    }
    module["handler"]({"CodePipeline.job": {"id": "job-1", "data": data}}, None)
    ((job, message),) = boto3.told
    assert job == "job-1"
    assert "https://nowhere" in message
