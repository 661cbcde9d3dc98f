"""The table of the page is the one that the code makes, and the page's own example works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from local_aws import LocalAwsError, running
from local_aws.containers import CONTAINERS
from local_aws.fidelity import END, START, table, written_into
from tests.unit.local_aws.support import ROLE, bucket_with, job_ended, processing_arguments, tar_gz

PAGE = Path(__file__).parents[3] / "docs" / "local_aws.md"


def test_the_pages_table_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    current = written_into(page, table())
    assert page == current, "run python -m local_aws.fidelity docs/local_aws.md"


def test_a_page_without_the_marks_is_refused() -> None:
    assert written_into(f"a{START}old{END}b", "new") == f"a{START}\nnew\n{END}b"
    with pytest.raises(LocalAwsError, match="has no"):
        written_into("a page", "new")


@pytest.fixture
def own_image(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's three lines have been run, for a model that answers each record with its number of cells."""
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len([line for line in example.splitlines() if line]) == 3
    monkeypatch.setitem(CONTAINERS, "my-image", CONTAINERS["sagemaker-xgboost"])

    def my_load(_folder: Path, _environment: object) -> object:
        return lambda records: [str(len(record)) for record in records]

    exec(example, {"my_load": my_load})  # noqa: S102 - the page's own lines


@pytest.mark.usefixtures("own_image")
def test_an_image_of_ones_own_scores_and_runs_scripts_after_the_pages_three_lines() -> None:
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-image:1"
    with running() as aws:
        sagemaker = aws.client("sagemaker")
        files = {"in/a.csv": b"1,2\n3,4\n", "model.tar.gz": tar_gz({"m": b""}), "nothing.py": b""}
        s3 = bucket_with(aws, "own", files)
        container = {"Image": image, "ModelDataUrl": "s3://own/model.tar.gz"}
        sagemaker.create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer=container)
        source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://own/in/"}}
        sagemaker.create_transform_job(
            TransformJobName="t",
            ModelName="m",
            TransformInput={"DataSource": source, "ContentType": "text/csv", "SplitType": "Line"},
            TransformOutput={"S3OutputPath": "s3://own/out", "AssembleWith": "Line"},
            TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
        )
        ended = job_ended(
            lambda: sagemaker.describe_transform_job(TransformJobName="t"), "TransformJobStatus"
        )
        assert ended["TransformJobStatus"] == "Completed", ended
        assert s3.get_object(Bucket="own", Key="out/a.csv.out")["Body"].read() == b"2\n2\n"
        arguments = processing_arguments("s3://own/nothing.py")
        arguments["AppSpecification"]["ImageUri"] = image
        sagemaker.create_processing_job(ProcessingJobName="p", **arguments)
        ended = job_ended(
            lambda: sagemaker.describe_processing_job(ProcessingJobName="p"), "ProcessingJobStatus"
        )
        assert ended["ProcessingJobStatus"] == "Completed", ended
