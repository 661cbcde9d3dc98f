"""The model that `deploy.py cicd --local` copies and approves."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from deployment.errors import ReleaseError
from deployment.verbs import cicd
from deployment.verbs.place import Workplace
from tests.unit.deployment import builders


class SageMaker:
    """A registry with one approved package."""

    def __init__(self, containers: list[dict[str, str]]) -> None:
        self.containers = containers

    def list_model_packages(self, **_: str) -> dict[str, Any]:
        return {"ModelPackageSummaryList": [{"ModelPackageArn": "arn:package/1"}]}

    def describe_model_package(self, ModelPackageName: str) -> dict[str, Any]:  # noqa: N803
        return {
            "ModelPackageArn": ModelPackageName,
            "ModelPackageVersion": 1,
            "InferenceSpecification": {"Containers": self.containers},
        }


@pytest.mark.parametrize("containers", [[{"ModelDataUrl": "s3://b/k"}] * 2, [{"Image": "i"}], []])
def test_a_model_that_no_stage_can_have_is_not_copied(
    tmp_path: Path, containers: list[dict[str, str]]
) -> None:
    place = cast(Workplace, SimpleNamespace(aws=SimpleNamespace(sagemaker=SageMaker(containers))))
    with pytest.raises(ReleaseError, match=rf"arn:package/1 has {len(containers)} container"):
        cicd._approve_a_model(builders.config(tmp_path), place)
