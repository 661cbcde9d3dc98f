from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from local_aws.containers import CONTAINERS, Container
from tests.unit.local_aws.support import (
    IMAGE,
    REGISTRY,
    ROLE,
    bucket_with,
    job_ended,
    model_tar_gz,
    predicted,
    tar_gz,
)


def transform(aws: LocalAws, name: str, job: dict[str, Any], image: str = IMAGE) -> dict[str, Any]:
    """The job's description at its end; bucket and model have the job's name."""
    sagemaker = aws.client("sagemaker")
    container = {"Image": image, "ModelDataUrl": f"s3://{name}/model.tar.gz"}
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container)
    data = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": job.get("uri", f"s3://{name}/in/")}}
    sagemaker.create_transform_job(
        TransformJobName=name,
        ModelName=name,
        TransformInput={"DataSource": data, "ContentType": "text/csv", "SplitType": "Line"},
        TransformOutput={"S3OutputPath": f"s3://{name}/out", "AssembleWith": "Line"},
        TransformResources={"InstanceCount": 1, "InstanceType": "ml.m5.large"},
        **job.get("more", {}),
    )
    return job_ended(lambda: sagemaker.describe_transform_job(TransformJobName=name), "TransformJobStatus")


def out(aws: LocalAws, name: str, key: str) -> str:
    body: bytes = aws.client("s3").get_object(Bucket=name, Key=key)["Body"].read()
    return body.decode()


def test_the_model_gets_the_filtered_columns_and_its_prediction_joins_the_input(aws: LocalAws) -> None:
    batch = b'"Newark, NJ",1.0,2,3.50\r\nJFK,,0.5,-1\n'
    bucket_with(aws, "joined", {"model.tar.gz": model_tar_gz(), "in/a.csv": batch})
    done = transform(
        aws, "joined", {"more": {"DataProcessing": {"InputFilter": "$[1:]", "JoinSource": "Input"}}}
    )
    first, second = predicted([[1.0, 2.0, 3.5], [float("nan"), 0.5, -1.0]])
    assert done["TransformJobStatus"] == "Completed"
    assert out(aws, "joined", "out/a.csv.out") == f'"Newark, NJ",1.0,2,3.50,{first}\nJFK,,0.5,-1,{second}\n'


def test_without_a_join_only_predictions_are_written(aws: LocalAws) -> None:
    bucket_with(aws, "alone", {"model.tar.gz": model_tar_gz(), "in/a.csv": b"1,2,3\n"})
    transform(aws, "alone", {})
    assert out(aws, "alone", "out/a.csv.out") == f"{predicted([[1.0, 2.0, 3.0]])[0]}\n"


def test_the_output_filter_picks_from_the_joined_record(aws: LocalAws) -> None:
    bucket_with(aws, "picked", {"model.tar.gz": model_tar_gz(), "in/a.csv": b'"x",1,2,3\n'})
    settings = {"InputFilter": "$[1:]", "JoinSource": "Input", "OutputFilter": "$[0,-1]"}
    transform(aws, "picked", {"more": {"DataProcessing": settings}})
    assert out(aws, "picked", "out/a.csv.out") == f'"x",{predicted([[1.0, 2.0, 3.0]])[0]}\n'


def test_every_object_under_the_prefix_gets_an_output_beside_its_relative_key(aws: LocalAws) -> None:
    objects = {"in/a.csv": b"1,2,3\n", "in/deep/b.csv": b"4,5,6", "in/deep/": b"", "in/none.csv": b""}
    bucket_with(aws, "many", {"model.tar.gz": model_tar_gz(), **objects})
    transform(aws, "many", {})
    listed = aws.client("s3").list_objects_v2(Bucket="many", Prefix="out/")["Contents"]
    assert {item["Key"]: item["Size"] > 0 for item in listed} == {
        "out/a.csv.out": True,
        "out/deep/b.csv.out": True,
        "out/none.csv.out": False,
    }


def test_a_prefix_that_is_one_objects_key_scores_that_object(aws: LocalAws) -> None:
    bucket_with(aws, "single", {"model.tar.gz": model_tar_gz(), "in/a.csv": b"1,2,3\n"})
    transform(aws, "single", {"uri": "s3://single/in/a.csv"})
    assert out(aws, "single", "out/a.csv.out") != ""


def test_the_description_has_what_was_sent_and_when_it_ran(aws: LocalAws) -> None:
    bucket_with(aws, "described", {"model.tar.gz": model_tar_gz(), "in/a.csv": b"1,2,3\n"})
    more = {"Environment": {"A": "b"}, "MaxPayloadInMB": 6, "BatchStrategy": "MultiRecord"}
    done = transform(aws, "described", {"more": more})
    assert {key: done[key] for key in more} == more
    assert done["TransformStartTime"] <= done["TransformEndTime"]
    assert done["TransformJobArn"] == "arn:aws:sagemaker:us-east-1:123456789012:transform-job/described"


@pytest.mark.parametrize(
    ("name", "objects", "said"),
    [
        (
            "no-input",
            {"model.tar.gz": model_tar_gz()},
            'No S3 objects found under S3 URL "s3://no-input/in/"',
        ),
        (
            "truncated",
            {"model.tar.gz": model_tar_gz()[:-20], "in/a.csv": b"1,2,3\n"},
            "Unable to unpack model data s3://truncated/model.tar.gz: not a complete model.tar.gz",
        ),
        (
            "no-model",
            {"model.tar.gz": tar_gz({"readme": b"x"}), "in/a.csv": b"1,2,3\n"},
            "model.tar.gz has no xgboost-model",
        ),
        (
            "missing-column",
            {"model.tar.gz": model_tar_gz(), "in/a.csv": b"1,2\n"},
            "s3://missing-column/in/a.csv: Feature size of csv inference data 2",
        ),
        ("text", {"model.tar.gz": model_tar_gz(), "in/a.csv": b"1,2,NA\n"}, "'NA', not a number"),
    ],
)
def test_a_job_that_cannot_be_done_fails_with_one_line_that_says_why(
    aws: LocalAws, name: str, objects: dict[str, bytes], said: str
) -> None:
    bucket_with(aws, name, objects)
    done = transform(aws, name, {})
    assert done["TransformJobStatus"] == "Failed"
    assert said in done["FailureReason"]
    assert "\n" not in done["FailureReason"]


def test_an_archive_that_leaves_its_folder_is_not_unpacked(aws: LocalAws) -> None:
    bucket_with(aws, "escape", {"model.tar.gz": tar_gz({"../evil": b"x"}), "in/a.csv": b"1,2,3\n"})
    assert "outside the destination" in transform(aws, "escape", {})["FailureReason"]


def test_an_image_that_nothing_stands_for_says_how_to_register_it(aws: LocalAws) -> None:
    bucket_with(aws, "unknown-image", {"model.tar.gz": model_tar_gz(), "in/a.csv": b"1,2,3\n"})
    done = transform(aws, "unknown-image", {}, image=f"{REGISTRY}/my-image:1")
    assert "CONTAINERS['my-image'] = Container(load_model=..., command=...)" in done["FailureReason"]


def test_a_registered_image_serves_its_own_model(aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Container(
        load_model=lambda _folder, _environment: lambda rows: [str(len(row)) for row in rows]
    )
    monkeypatch.setitem(CONTAINERS, "my-image", counting)
    bucket_with(aws, "own-image", {"model.tar.gz": tar_gz({"x": b""}), "in/a.csv": b"a,b\nc\n"})
    transform(aws, "own-image", {}, image=f"{REGISTRY}/my-image@sha256:abc")
    assert out(aws, "own-image", "out/a.csv.out") == "2\n1\n"


def test_settings_that_are_not_done_are_refused_not_skipped(aws: LocalAws) -> None:
    bucket_with(aws, "strict", {"model.tar.gz": model_tar_gz(), "in/a.csv": b"1,2,3\n"})
    done = transform(aws, "strict", {"more": {"DataProcessing": {"InputFilter": "$['a']"}}})
    assert "JSONPath \"$['a']\" is not one of" in done["FailureReason"]


def test_a_job_on_a_model_that_is_not_there_is_not_made(aws: LocalAws) -> None:
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/in"}}
    with pytest.raises(ClientError, match=r'Could not find model ".*:model/nobody"'):
        aws.client("sagemaker").create_transform_job(
            TransformJobName="orphan",
            ModelName="nobody",
            TransformInput={"DataSource": source},
            TransformOutput={"S3OutputPath": "s3://b/out"},
            TransformResources={"InstanceCount": 1, "InstanceType": "ml.m5.large"},
        )
