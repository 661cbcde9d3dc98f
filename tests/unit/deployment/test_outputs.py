from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from deployment.run.execution import Execution
from deployment.run.outputs import download
from tests.unit.deployment import fakes
from tests.unit.deployment.fakes import NOON, Paginator
from tests.unit.deployment.test_outcome import step

RUN = Execution(
    "arn:run",
    "Succeeded",
    "",
    NOON,
    (
        step("Transform", {"TransformJob": {"Arn": "a/t"}}),
        step("Processing", {"ProcessingJob": {"Arn": "a/p"}}),
    ),
)


class SageMaker:
    """Where the jobs wrote."""

    def describe_transform_job(self, **_: str) -> dict[str, Any]:
        return {"TransformOutput": {"S3OutputPath": "s3://bbb/run/scores"}}

    def describe_processing_job(self, **_: str) -> dict[str, Any]:
        return {"ProcessingOutputConfig": {"Outputs": [{"S3Output": {"S3Uri": "s3://bbb/run/monitor"}}]}}


class S3:
    """The files that they wrote; the broken one can't be read to its end."""

    def __init__(self, broken: str = "") -> None:
        self.files = {
            "run/monitor/statistics.json": b"{}",
            "run/scores/day/a.csv.out": b"1\n",
            "run/scores-of-another/b.csv.out": b"2\n",
        }
        self._broken = broken

    def get_paginator(self, _: str) -> Paginator:
        def pages(**request: str) -> Iterator[dict[str, Any]]:
            keys = [key for key in self.files if key.startswith(request["Prefix"])]
            yield {"Contents": [{"Key": key, "Size": len(self.files[key])} for key in keys]} if keys else {}

        return Paginator(pages)

    def get_object(self, **request: str) -> dict[str, Any]:
        if request["Key"] == self._broken:
            raise fakes.refusal("AccessDenied", "no")
        return {"Body": io.BytesIO(self.files[request["Key"]])}


def test_the_folder_has_this_runs_files_and_nothing_of_an_earlier_one(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "staging"
    folder.mkdir(parents=True)
    (folder / "constraint_violations.json").write_text("an earlier run's", encoding="utf-8")
    files = download(RUN, {"features": None}, folder, fakes.aws(s3=S3(), sagemaker=SageMaker()))
    assert files == {
        name: str(folder / name) for name in ("run.json", "scores/day/a.csv.out", "statistics.json")
    }
    assert json.loads((folder / "run.json").read_text(encoding="utf-8")) == {"features": None}
    assert [path.name for path in folder.parent.iterdir()] == ["staging"]


def test_an_interrupted_download_leaves_the_earlier_files(tmp_path: Path) -> None:
    folder = tmp_path / "staging"
    folder.mkdir()
    (folder / "run.json").write_text("an earlier run's", encoding="utf-8")
    with pytest.raises(ClientError):
        download(RUN, {}, folder, fakes.aws(s3=S3("run/scores/day/a.csv.out"), sagemaker=SageMaker()))
    assert [path.name for path in tmp_path.rglob("*")] == ["staging", "run.json"]
