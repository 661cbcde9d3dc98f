from __future__ import annotations

import csv
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from drift_engine import Baseline, check
from examples.penguins import model, prepare, project
from local_aws.containers import xgboost_scoring

BUCKET = "artifacts"
ROLE = "arn:aws:iam::123456789012:role/pipeline"
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("penguins")
    prepare.prepare(folder)
    return folder


@pytest.fixture(scope="module")
def made(prepared: Path) -> model.Made:
    return model.make(prepared)


@pytest.fixture
def session() -> Iterator[boto3.Session]:
    with mock_aws():
        session = boto3.Session("key", "secret", region_name="us-east-1")
        session.client("s3").create_bucket(Bucket=BUCKET)
        yield session


def rows(file: Path) -> list[list[str]]:
    with file.open(newline="") as lines:
        return list(csv.reader(lines))


def scored(made: model.Made, batch: list[list[str]], tmp_path: Path) -> list[str]:
    """What SageMaker's image answers, as the local AWS does it, to the columns behind the text."""
    with tarfile.open(fileobj=io.BytesIO(made.archive)) as tar:
        tar.extractall(tmp_path, filter="data")
    return list(xgboost_scoring.load(tmp_path, {})([row[len(prepare.TEXT) :] for row in batch]))


def checked(made: model.Made, prepared: Path, batch: Path, tmp_path: Path) -> Any:
    table = rows(prepared / batch)
    file = tmp_path / "scored.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*prepare.FEATURES, model.PREDICTION])
        answers = scored(made, table, tmp_path)
        writer.writerows([*row, answer] for row, answer in zip(table, answers, strict=True))
    return check(file, Baseline.load(prepared))


def test_every_measured_penguin_is_learned_from_held_out_or_on_the_far_island(prepared: Path) -> None:
    near, far = rows(prepared / prepare.QUIET), rows(prepared / prepare.DRIFTED)
    assert len(near) == 35
    assert len(far) == 167
    assert {row[1] for row in far} == {"Biscoe"}
    assert {row[1] for row in near} == {"Dream", "Torgersen"}
    training = rows(prepared / prepare.TRAINING)
    assert training[0] == [*prepare.FEATURES, "sex"]
    assert not {tuple(row) for row in near} & {tuple(row[:-1]) for row in training[1:]}


def test_as_many_males_are_held_out_as_are_learned_from(prepared: Path) -> None:
    shares = []
    for file in (prepare.TRAINING, prepare.HELD_OUT):
        sexes = [row[-1] for row in rows(prepared / file)[1:]]
        shares.append(sexes.count("1") / len(sexes))
    assert shares == pytest.approx([0.5, 0.5], abs=0.05)


def test_no_batch_tells_the_sex(prepared: Path) -> None:
    for batch in (prepare.QUIET, prepare.DRIFTED):
        assert {len(row) for row in rows(prepared / batch)} == {len(prepare.FEATURES)}


def test_the_same_package_gives_the_same_bytes(prepared: Path, made: model.Made, tmp_path: Path) -> None:
    prepare.prepare(tmp_path)
    for file in prepare.FILES:
        assert (tmp_path / file).read_bytes() == (prepared / file).read_bytes()
    assert model.make(tmp_path) == made


def test_the_model_tells_the_sex_of_birds_that_it_has_not_seen(made: model.Made) -> None:
    assert made.held_out == 34
    assert made.accuracy > 0.85


def test_the_image_answers_with_the_probability_that_the_baseline_has(
    made: model.Made, prepared: Path, tmp_path: Path
) -> None:
    training = rows(prepared / prepare.TRAINING)[1:]
    answers = scored(made, [row[:-1] for row in training], tmp_path)
    assert answers == [row[-1] for row in rows(prepared / "baseline.csv")[1:]]
    assert all(0.0 < float(answer) < 1.0 for answer in answers)


def test_the_held_out_birds_have_no_finding(made: model.Made, prepared: Path, tmp_path: Path) -> None:
    result = checked(made, prepared, prepare.QUIET, tmp_path)
    assert result.ok
    assert result.findings == ()


def test_the_far_island_drifts_in_every_column(made: model.Made, prepared: Path, tmp_path: Path) -> None:
    result = checked(made, prepared, prepare.DRIFTED, tmp_path)
    drifted = {feature.name for feature in result.features if feature.verdict == "drifted"}
    assert drifted == {*prepare.FEATURES, model.PREDICTION}
    unseen = {each.feature_name for each in result.findings if each.check == "categorical_values_check"}
    assert unseen == {"species", "island"}


def test_set_up_registers_one_approved_model_however_often_it_runs(
    session: boto3.Session, tmp_path: Path
) -> None:
    said: list[str] = []
    first = project.set_up(session, BUCKET, ROLE, tmp_path, said.append)
    assert project.set_up(session, BUCKET, ROLE, tmp_path, said.append) == first
    assert list(first) == ["drifted", "quiet"]
    client: Any = session.client("sagemaker")
    (row,) = client.list_model_packages(ModelPackageGroupName="penguins")["ModelPackageSummaryList"]
    package = client.describe_model_package(ModelPackageName=row["ModelPackageArn"])
    assert package["ModelApprovalStatus"] == "Approved"
    baseline = package["DriftCheckBaselines"]["ModelDataQuality"]["Statistics"]["S3Uri"]
    bucket, _, key = baseline.removeprefix("s3://").partition("/")
    statistics = json.loads(session.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    names = [feature["name"] for feature in statistics["features"]]
    assert names == [*prepare.FEATURES, model.PREDICTION]


def test_the_batches_lie_where_set_up_says(session: boto3.Session, tmp_path: Path, prepared: Path) -> None:
    batches = project.set_up(session, BUCKET, ROLE, tmp_path, lambda _line: None)
    for uri, file in zip(batches.values(), (prepare.DRIFTED, prepare.QUIET), strict=True):
        key = uri.removeprefix(f"s3://{BUCKET}/") + file.name
        body = session.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
        assert body == (prepared / file).read_bytes()


def test_the_stages_input_filter_hands_the_model_its_numbers() -> None:
    for stage in ("staging", "prod"):
        document = json.loads((ROOT / f"examples/penguins/stages/{stage}.json").read_text())
        assert document["transform"]["input_filter"] == f"$[{len(prepare.TEXT)}:]"
        assert set(document["drift"]["feature_alarms"]) <= {*prepare.FEATURES, model.PREDICTION}


def test_without_the_source_package_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", [str(ROOT)])
    with pytest.raises(prepare.SourceDataError, match="pip install palmerpenguins"):
        prepare.source_file()


def test_a_damaged_source_file_is_one_error_with_its_name(tmp_path: Path) -> None:
    damaged = tmp_path / "penguins.csv"
    damaged.write_text(prepare.source_file().read_text().replace("body_mass_g", "mass"))
    with pytest.raises(prepare.SourceDataError, match=r"penguins\.csv is damaged"):
        prepare.penguins(damaged)


def test_a_session_without_a_region_is_refused(tmp_path: Path) -> None:
    session = boto3.Session("key", "secret")
    session._session.set_config_variable("region", None)
    with pytest.raises(project.SetUpError, match="AWS_REGION"):
        project.set_up(session, BUCKET, ROLE, tmp_path, lambda _line: None)


def test_the_command_prints_where_the_batches_are(
    session: boto3.Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert project.main(["--bucket", BUCKET, "--role-arn", ROLE]) == 0
    assert json.loads(capsys.readouterr().out)["quiet"] == f"s3://{BUCKET}/penguins/batches/quiet/"
    assert project.main(["--bucket", "no-such-bucket", "--role-arn", ROLE]) == 1
    assert "NoSuchBucket" in capsys.readouterr().err


def test_prepare_alone_writes_the_four_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prepare.main(["--output", str(tmp_path)]) == 0
    assert capsys.readouterr().out.split() == [str(tmp_path / file) for file in prepare.FILES]
