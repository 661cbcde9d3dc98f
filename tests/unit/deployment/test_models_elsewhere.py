"""A model package of another account: its group by ARN, its files in that account's bucket."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deployment.aws import Aws
from deployment.errors import ObserveError
from deployment.observe.model import model_facts
from deployment.release.assemble import assemble
from deployment.s3uri import S3Uri
from tests.unit.deployment import builders, fakes
from tests.unit.deployment.test_observe import archive

OTHER = "444455556666"
GROUP = f"arn:aws:sagemaker:us-east-1:{OTHER}:model-package-group/taxis"
PACKAGE = f"arn:aws:sagemaker:us-east-1:{OTHER}:model-package/taxis/3"
KEY = f"arn:aws:kms:us-east-1:{OTHER}:key/k"
FILES = {
    "taxis/models/3/model.tar.gz": archive("xgboost-model"),
    "taxis/models/3/statistics.json": b"{}",
    "taxis/models/3/constraints.json": json.dumps(builders.CONSTRAINTS).encode(),
}


class Registry:
    """SageMaker's model registry as another account sees it: everything goes by ARN."""

    def __init__(self, refuses: str = "") -> None:
        self.refuses = refuses

    def get_paginator(self, operation: str) -> fakes.Paginator:
        assert operation == "list_model_packages"

        def pages(ModelPackageGroupName: str, **_: str) -> list[Mapping[str, Any]]:  # noqa: N803
            assert ModelPackageGroupName == GROUP
            if self.refuses:
                raise fakes.refusal(self.refuses, "not authorized", "ListModelPackages")
            return [
                {"ModelPackageSummaryList": [{"ModelPackageArn": PACKAGE, "ModelPackageVersion": 3}]},
            ]

        return fakes.Paginator(pages)

    def describe_model_package(self, ModelPackageName: str) -> dict[str, Any]:  # noqa: N803
        assert ModelPackageName == PACKAGE
        uris = {name.rpartition("/")[2]: f"s3://models-of-another/{name}" for name in FILES}
        container = {"Image": builders.MODEL.image, "ModelDataUrl": uris["model.tar.gz"]}
        quality = {
            "Statistics": {"S3Uri": uris["statistics.json"]},
            "Constraints": {"S3Uri": uris["constraints.json"]},
        }
        return {
            "InferenceSpecification": {"Containers": [container]},
            "DriftCheckBaselines": {"ModelDataQuality": quality},
        }


class Bucket:
    """The other account's bucket; `forbids` is the end of the keys that it refuses."""

    def __init__(self, forbids: str = "nothing") -> None:
        self.forbids = forbids

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        self.head_object(Bucket, Key)
        return {"Body": io.BytesIO(FILES[Key]), "ContentLength": len(FILES[Key])}

    def head_object(self, Bucket: str, Key: str) -> None:  # noqa: N803
        assert Bucket == "models-of-another"
        if Key.endswith(self.forbids):
            raise fakes.refusal("403", "Forbidden", "HeadObject")


def aws(registry: Registry | None = None, bucket: Bucket | None = None) -> Aws:
    return fakes.aws(sagemaker=registry or Registry(), s3=bucket or Bucket())


def test_the_package_is_found_by_its_groups_arn_and_the_lambda_may_read_its_baseline(tmp_path: Path) -> None:
    of = builders.config(tmp_path, model={"package_group": GROUP, "kms_key_arn": KEY})
    model = model_facts(of, aws())
    assert (model.arn, model.version) == (PACKAGE, 3)
    assert model.baseline is not None
    assert model.baseline.statistics == S3Uri("models-of-another", "taxis/models/3/statistics.json")
    made = assemble(of, builders.facts(model=model), builders.sources(of))
    assert made.parameters["BaselineBucket"] == "models-of-another"
    assert made.parameters["BaselinePrefix"] == "taxis/"
    assert made.parameters["ModelKeyArn"] == KEY
    (inputs,) = [
        step["Arguments"]["ProcessingInputs"]
        for step in made.definition["Steps"]
        if "Monitor" in step["Name"]
    ]
    uris = {entry["InputName"]: entry["S3Input"]["S3Uri"] for entry in inputs}
    assert uris["baseline_statistics"] == "s3://models-of-another/taxis/models/3/statistics.json"
    assert uris["baseline_constraints"].startswith(f"s3://{builders.BUCKET}/"), "with the stage's thresholds"


def test_a_baseline_in_the_artifact_bucket_needs_no_further_right(tmp_path: Path) -> None:
    of = builders.config(tmp_path)
    made = assemble(of, builders.facts(), builders.sources(of))
    assert (made.parameters["BaselineBucket"], made.parameters["ModelKeyArn"]) == ("", "")
    elsewhere = replace(builders.BASELINE, statistics=S3Uri("elsewhere", "statistics.json"))
    facts = builders.facts(model=replace(builders.MODEL, baseline=elsewhere))
    assert assemble(of, facts, builders.sources(of)).parameters["BaselineBucket"] == "elsewhere"


@pytest.mark.parametrize("name", ["model.tar.gz", "statistics.json", "constraints.json"])
def test_a_file_that_the_other_account_does_not_let_us_read_says_whose_policy_to_change(
    tmp_path: Path, name: str
) -> None:
    of = builders.config(tmp_path, model={"package_group": GROUP})
    with pytest.raises(ObserveError, match=rf"{name} may not be read .*DeployAccounts of its foundation"):
        model_facts(of, aws(bucket=Bucket(forbids=name)))


def test_a_group_whose_policy_does_not_name_us_says_so(tmp_path: Path) -> None:
    of = builders.config(tmp_path, model={"package_group": GROUP})
    with pytest.raises(ObserveError, match=r"may not be looked at: .*put-model-package-group-policy"):
        model_facts(of, aws(Registry(refuses="AccessDeniedException")))
