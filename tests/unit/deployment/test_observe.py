from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from deployment.aws import Aws
from deployment.errors import ConfigError, ObserveError
from deployment.observe.account import check_batch, observe
from deployment.s3uri import S3Uri
from tests.unit.deployment import builders
from tests.unit.deployment.builders import BUCKET, SETTINGS

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.0-5"


def archive(*names: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size = 4000
            tar.addfile(entry, io.BytesIO(bytes(range(250)) * 16))
    return packed.getvalue()


class Account:
    """moto's account, with a model package group and whatever a test registers."""

    def __init__(self, session: boto3.Session) -> None:
        self.session = session
        self.s3: Any = self.session.client("s3")
        self.sagemaker: Any = self.session.client("sagemaker")
        self.s3.create_bucket(Bucket=BUCKET)
        self.put("model/statistics.json", b"{}")
        self.put("model/constraints.json", json.dumps(builders.CONSTRAINTS).encode())
        self.put("model/model.tar.gz", archive("xgboost-model"))

    @property
    def aws(self) -> Aws:
        return Aws(self.session)

    def put(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    def group(self) -> None:
        self.sagemaker.create_model_package_group(ModelPackageGroupName="taxis")

    def register(self, status: str = "Approved", artifact: str = "model/model.tar.gz", **changes: Any) -> str:
        files = {"Statistics": "statistics.json", "Constraints": "constraints.json"}
        sources = {
            what: {"ContentType": "application/json", "S3Uri": f"s3://{BUCKET}/model/{name}"}
            for what, name in files.items()
        }
        container = {"Image": IMAGE, "ModelDataUrl": f"s3://{BUCKET}/{artifact}", "Environment": {"A": "1"}}
        request = {
            "ModelPackageGroupName": "taxis",
            "ModelApprovalStatus": status,
            "InferenceSpecification": {
                "Containers": [container],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
            "DriftCheckBaselines": {"ModelDataQuality": sources},
            **changes,
        }
        return str(self.sagemaker.create_model_package(**request)["ModelPackageArn"])


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    """One for all tests: reading the services' models takes longer than the tests."""
    return boto3.Session("testing", "testing", region_name="us-east-1")


@pytest.fixture
def account(session: boto3.Session) -> Iterator[Account]:
    with mock_aws():
        yield Account(session)


def test_the_newest_approved_version_is_taken_with_all_that_it_names(
    account: Account, tmp_path: Path
) -> None:
    account.group()
    account.register()
    newest = account.register()
    account.register("PendingManualApproval")
    account.register("Rejected")
    facts = observe(builders.config(tmp_path), account.aws)
    assert (facts.model.arn, facts.model.version) == (newest, 2)
    assert facts.model.image == IMAGE
    assert facts.model.artifact == S3Uri(BUCKET, "model/model.tar.gz")
    assert facts.model.environment == {"A": "1"}
    assert facts.model.baseline is not None
    assert facts.model.baseline.features == ("carrier", "delay", "prediction")
    assert (facts.account, facts.partition, facts.stack) == ("123456789012", "aws", None)


def test_a_pinned_version_is_taken_though_a_newer_one_is_approved(account: Account, tmp_path: Path) -> None:
    account.group()
    pinned = account.register()
    account.register()
    assert observe(builders.config(tmp_path, model={"version": 1}), account.aws).model.arn == pinned


def test_more_packages_than_a_page_holds_are_all_looked_at(account: Account, tmp_path: Path) -> None:
    account.group()
    for _ in range(105):
        account.register("Rejected")
    last = observe_error(account, tmp_path, model={"version": 106})
    assert "has no version 106" in last
    assert "Version 1 of the model package group taxis is Rejected" in observe_error(
        account, tmp_path, model={"version": 1}
    )


def observe_error(account: Account, folder: Path, **changes: Any) -> str:
    with pytest.raises(ObserveError) as caught:
        observe(builders.config(folder, **changes), account.aws)
    return str(caught.value)


def test_a_group_that_is_not_there(account: Account, tmp_path: Path) -> None:
    assert observe_error(account, tmp_path).startswith(
        "There is no model package group taxis: register a model"
    )
    assert observe_error(account, tmp_path, model={"version": 1}).startswith(
        "There is no model package group"
    )


def test_a_group_without_an_approved_version(account: Account, tmp_path: Path) -> None:
    account.group()
    account.register("PendingManualApproval")
    assert "taxis has no approved version (1 pending): approve one" in observe_error(account, tmp_path)


def test_a_package_without_a_baseline_is_deployed_without_one(account: Account, tmp_path: Path) -> None:
    account.group()
    account.register(DriftCheckBaselines={})
    assert observe(builders.config(tmp_path), account.aws).model.baseline is None


def test_a_stage_without_a_monitor_needs_no_baseline_file(account: Account, tmp_path: Path) -> None:
    account.group()
    account.register()
    account.s3.delete_object(Bucket=BUCKET, Key="model/statistics.json")
    assert observe(builders.config(tmp_path, **builders.NO_MONITOR), account.aws).model.baseline is None


def test_half_a_baseline_is_an_error(account: Account, tmp_path: Path) -> None:
    account.group()
    source = {"ContentType": "application/json", "S3Uri": f"s3://{BUCKET}/model/constraints.json"}
    account.register(DriftCheckBaselines={"ModelDataQuality": {"Constraints": source}})
    assert "has a baseline without Statistics" in observe_error(account, tmp_path)


@pytest.mark.parametrize("name", ["statistics", "constraints"])
def test_a_baseline_file_that_was_deleted(account: Account, tmp_path: Path, name: str) -> None:
    account.group()
    account.register()
    account.s3.delete_object(Bucket=BUCKET, Key=f"model/{name}.json")
    message = observe_error(account, tmp_path)
    assert f"The baseline's {name}" in message
    assert f"s3://{BUCKET}/model/{name}.json does not exist; restore the file" in message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "can't be read as JSON"),
        (b"[]", "have no list of features"),
        (b'{"features": [{}]}', "have no list"),
    ],
)
def test_constraints_that_are_none(account: Account, tmp_path: Path, content: bytes, message: str) -> None:
    account.group()
    account.register()
    account.put("model/constraints.json", content)
    assert message in observe_error(account, tmp_path)


def test_features_that_the_baseline_lacks_are_named_all_at_once(account: Account, tmp_path: Path) -> None:
    account.group()
    account.register()
    of = builders.config(
        tmp_path, monitor={"thresholds": {"delays": 0.1}}, drift={"feature_alarms": {"xyz": 0.1}}
    )
    with pytest.raises(ConfigError) as caught:
        observe(of, account.aws)
    assert list(caught.value.faults) == [
        "monitor.thresholds.delays: the baseline of the model has no such feature; did you mean 'delay'?",
        "drift.feature_alarms.xyz: the baseline of the model has no such feature; "
        "it has carrier, delay, prediction",
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (archive("xgboost-model")[:60], "is damaged"),
        (archive("xgboost-model")[:-4], "is damaged"),
        (b"no archive at all", "is damaged"),
        (b"", "is damaged"),
        (archive(), "has no files in it"),
    ],
    # A gzip holds the second it was made in, and pytest-xdist wants equal names in each process.
    ids=["cut in its middle", "cut at its end", "not an archive", "empty", "without files"],
)
def test_an_artifact_that_sagemaker_could_not_unpack(
    account: Account, tmp_path: Path, body: bytes, message: str
) -> None:
    account.group()
    account.register()
    account.put("model/model.tar.gz", body)
    assert message in observe_error(account, tmp_path)


def test_an_artifact_that_is_not_there(account: Account, tmp_path: Path) -> None:
    account.group()
    account.register(artifact="model/gone.tar.gz")
    assert "/model/gone.tar.gz is not there; register the model again" in observe_error(account, tmp_path)


def test_two_containers_or_none_can_not_be_deployed(account: Account, tmp_path: Path) -> None:
    account.group()
    specification = {"SupportedContentTypes": ["text/csv"], "SupportedResponseMIMETypes": ["text/csv"]}
    containers = [{"Image": IMAGE, "ModelDataUrl": "s3://artifacts/a"}] * 2
    account.register(InferenceSpecification={**specification, "Containers": containers})
    assert "has 2 containers; one can be deployed" in observe_error(account, tmp_path)
    account.register(InferenceSpecification={**specification, "Containers": [{"Image": IMAGE}]})
    assert "names no ModelDataUrl" in observe_error(account, tmp_path)


def test_a_bucket_that_is_not_there_or_elsewhere(account: Account, tmp_path: Path) -> None:
    gone = builders.config(tmp_path, replace(SETTINGS, bucket="no-such-bucket"))
    with pytest.raises(ObserveError, match=r"no-such-bucket is not there: deploy cfn/foundation\.yaml first"):
        observe(gone, account.aws)
    where = {"LocationConstraint": "eu-west-1"}
    boto3.client("s3", region_name="eu-west-1").create_bucket(
        Bucket="elsewhere", CreateBucketConfiguration=where
    )
    elsewhere = builders.config(tmp_path, replace(SETTINGS, bucket="elsewhere"))
    with pytest.raises(ObserveError, match="elsewhere is in eu-west-1, the deploy is for us-east-1"):
        observe(elsewhere, account.aws)


def test_what_was_uploaded_before_is_known(account: Account, tmp_path: Path) -> None:
    account.group()
    account.register()
    account.put("deploy/taxis-batch-staging/code/a.zip", b"1")
    account.put("deploy/taxis-batch-prod/code/b.zip", b"1")
    uploaded = observe(builders.config(tmp_path), account.aws).uploaded
    assert uploaded == {"deploy/taxis-batch-staging/code/a.zip"}


def test_a_batch_has_data_below_its_address(account: Account) -> None:
    account.put("batches/full/a.csv", b"1,2\n")
    account.put("batches/empty/a.csv", b"")
    check_batch(S3Uri(BUCKET, "batches/full/"), account.aws)
    with pytest.raises(ObserveError, match=r"batches/empty/ is empty: 0 bytes in 1 object"):
        check_batch(S3Uri(BUCKET, "batches/empty/"), account.aws)
    with pytest.raises(ObserveError, match="batches/none is not there"):
        check_batch(S3Uri(BUCKET, "batches/none"), account.aws)


def test_an_image_of_another_region_is_an_error_before_anything_is_uploaded(
    account: Account, tmp_path: Path
) -> None:
    image = IMAGE.replace("us-east-1", "eu-west-1")
    container = {"Image": image, "ModelDataUrl": f"s3://{BUCKET}/model/model.tar.gz"}
    types = {"SupportedContentTypes": ["text/csv"], "SupportedResponseMIMETypes": ["text/csv"]}
    account.group()
    account.register(InferenceSpecification={"Containers": [container], **types})
    said = observe_error(account, tmp_path)
    assert "has its image in eu-west-1" in said
    assert "the stage is in us-east-1" in said
