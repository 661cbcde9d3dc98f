"""What several tests of the local AWS need: a small model, a role, a pipeline run to its end."""

from __future__ import annotations

import functools
import io
import json
import tarfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost

from local_aws import LocalAws

REGISTRY = "683313688378.dkr.ecr.us-east-1.amazonaws.com"
IMAGE = f"{REGISTRY}/sagemaker-xgboost:3.0-5"
ROLE = "arn:aws:iam::123456789012:role/pipeline"
COLUMNS = 3


def tar_gz(files: Mapping[str, bytes]) -> bytes:
    """A tar file compressed with gzip."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


@functools.cache
def booster() -> xgboost.Booster:
    """A model of three columns, a few trees deep enough that each column matters."""
    rows = np.random.default_rng(7).normal(size=(200, COLUMNS))
    target = rows @ np.array([3.0, -2.0, 1.0])
    settings = {"objective": "reg:squarederror", "nthread": 1, "max_depth": 3}
    return xgboost.train(settings, xgboost.DMatrix(rows, target), num_boost_round=5)


def model_tar_gz() -> bytes:
    """The model as SageMaker's XGBoost image expects it."""
    return tar_gz({"xgboost-model": bytes(booster().save_raw("ubj"))})


def predicted(rows: list[list[float]]) -> list[str]:
    """The model's predictions as the image writes them."""
    return [str(value) for value in booster().predict(xgboost.DMatrix(np.array(rows))).tolist()]


def bucket_with(aws: LocalAws, name: str, objects: Mapping[str, bytes]) -> Any:
    """A client of S3, and the bucket with the objects in it."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=name)
    for key, body in objects.items():
        s3.put_object(Bucket=name, Key=key, Body=body)
    return s3


def job_ended(describe: Callable[[], dict[str, Any]], status: str) -> dict[str, Any]:
    """The job's description, once its status is final."""
    while (described := describe())[status] in ("InProgress", "Stopping"):
        time.sleep(0.02)
    return described


def processing_arguments(script_uri: str, **more: Any) -> dict[str, Any]:
    """The arguments of a job that runs one Python file."""
    return {
        "RoleArn": ROLE,
        "AppSpecification": {
            "ImageUri": IMAGE,
            "ContainerEntrypoint": ["python3", f"/opt/ml/processing/code/{script_uri.rsplit('/', 1)[-1]}"],
        },
        "ProcessingInputs": [
            {
                "InputName": "code",
                "S3Input": {
                    "S3Uri": script_uri,
                    "LocalPath": "/opt/ml/processing/code",
                    "S3DataType": "S3Prefix",
                    "S3InputMode": "File",
                },
            }
        ],
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 10}
        },
        **more,
    }


def definition(*steps: Mapping[str, Any], parameters: tuple[Mapping[str, Any], ...] = ()) -> str:
    """A pipeline definition, JSON."""
    return json.dumps({"Version": "2020-12-01", "Parameters": list(parameters), "Steps": list(steps)})


@dataclass(frozen=True)
class Ended:
    """An execution that has ended: what DescribePipelineExecution says, and its steps by name."""

    description: dict[str, Any]
    steps: dict[str, dict[str, Any]]

    @property
    def status(self) -> str:
        return str(self.description["PipelineExecutionStatus"])


def wait(aws: LocalAws, arn: str) -> Ended:
    """The execution, once it has ended."""
    sagemaker = aws.client("sagemaker")
    while True:
        description = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
        if description["PipelineExecutionStatus"] not in ("Executing", "Stopping"):
            break
        time.sleep(0.02)
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn, SortOrder="Ascending")
    return Ended(description, {step["StepName"]: step for step in steps["PipelineExecutionSteps"]})


def run_pipeline(aws: LocalAws, name: str, text: str, **parameters: str) -> Ended:
    """The pipeline, made and run to its end."""
    sagemaker = aws.client("sagemaker")
    sagemaker.create_pipeline(PipelineName=name, RoleArn=ROLE, PipelineDefinition=text)
    values = [{"Name": key, "Value": value} for key, value in parameters.items()]
    started = sagemaker.start_pipeline_execution(PipelineName=name, PipelineParameters=values)
    return wait(aws, started["PipelineExecutionArn"])
