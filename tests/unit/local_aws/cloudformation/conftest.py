from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_aws import LocalAws, running

STOP = {"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "stopped"}}
CFN = Path(__file__).parents[4] / "cfn"


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    """A local AWS of each test's own: what a stack leaves behind is part of what is tested."""
    with running() as started:
        yield started


@pytest.fixture
def cloudformation(aws: LocalAws) -> Any:
    return aws.session().client("cloudformation")


@pytest.fixture
def foundation(aws: LocalAws) -> dict[str, str]:
    """The foundation's outputs, and the objects in its bucket that the stage's template names."""
    found = aws.deploy_foundation(CFN / "foundation.yaml", "flights")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("lambda_handler.py", "def handler(event, context): return {}\n")
    s3 = aws.session().client("s3")
    definition = {"Version": "2020-12-01", "Parameters": [], "Steps": [STOP]}
    s3.put_object(Bucket=found.bucket, Key="definition.json", Body=json.dumps(definition).encode())
    s3.put_object(Bucket=found.bucket, Key="code.zip", Body=packed.getvalue())
    s3.put_object(Bucket=found.bucket, Key="numpy.zip", Body=packed.getvalue())
    return {"bucket": found.bucket, "role": found.role_arn}


def parameters(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]
