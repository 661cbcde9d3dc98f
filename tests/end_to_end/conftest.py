"""An account on this machine with the taxis project in it, and the command line on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

import deploy
import local_aws
from local_aws import Foundation, LocalAws, Options

ROOT = Path(__file__).parents[2]
TAXIS = Path(__file__).parent / "taxis"
PIPELINE = "taxis-batch-staging"
STACK = f"sagemaker-{PIPELINE}"


@dataclass(frozen=True)
class Done:
    """How a command ended: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """What `--json` printed."""
        return dict(json.loads(self.out))


@dataclass(frozen=True)
class Account:
    """An account with the foundation and the project in it."""

    aws: LocalAws
    foundation: Foundation
    batches: dict[str, str]
    session: boto3.Session
    deploy: Callable[..., Done]

    def client(self, service: str) -> Any:
        """A client of the account."""
        return self.aws.client(service)

    @property
    def stacks(self) -> list[str]:
        """The stacks beside the foundation, whatever became of them."""
        stacks = self.client("cloudformation").describe_stacks()["Stacks"]
        return [stack["StackName"] for stack in stacks if not stack["StackName"].endswith("-foundation")]

    @property
    def uploads(self) -> list[str]:
        """The keys that a deploy put into the bucket."""
        answer = self.client("s3").list_objects_v2(Bucket=self.foundation.bucket, Prefix="deploy/")
        return [entry["Key"] for entry in answer.get("Contents", [])]


@pytest.fixture
def account(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Account]:
    """A fresh account; `deploy(...)` runs the command line on it as on any account of AWS.

    A test that is parametrised with `Options` (`indirect`) has a local AWS with these.
    """
    options: Options = getattr(request, "param", Options())
    with local_aws.running(tmp_path / "aws", options=options) as aws:
        foundation = aws.deploy_foundation(ROOT / "cfn" / "foundation.yaml", "taxis")
        batches = local_aws.set_up_project(aws, TAXIS, foundation, ROOT / ".cache", lambda _: None)
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        variables = {
            "AWS_REGION": aws.region,
            "ARTIFACT_BUCKET": foundation.bucket,
            "SAGEMAKER_PIPELINE_ROLE_ARN": foundation.role_arn,
        }

        def run(*arguments: str, project: Path = TAXIS, agreed: bool = True) -> Done:
            if agreed and (not arguments or arguments[0].startswith("-") or arguments[0] == "apply"):
                arguments = (*arguments, "--yes")
            argv = [
                *arguments,
                "--stage",
                "staging",
                "--project",
                str(project),
                "--out",
                str(tmp_path / "out"),
            ]
            code = deploy.main([*argv, "--cache", str(ROOT / ".cache")], variables)
            written = capsys.readouterr()
            return Done(code, written.out, written.err)

        yield Account(aws, foundation, batches, aws.session(), run)
