from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from botocore.validate import ParamValidator

from pipeline_definition import shapes
from pipeline_definition.service_model import sagemaker

REQUEST: dict[str, Any] = {
    "ProcessingJobName": "job",
    "RoleArn": "arn:aws:iam::123456789012:role/pipeline",
    "AppSpecification": {"ImageUri": "image", "ContainerEntrypoint": ["python3", "x.py"]},
    "Environment": {"dataset_format": "{}"},
    "NetworkConfig": {"EnableNetworkIsolation": True},
    "ProcessingInputs": [
        {
            "InputName": "code",
            "S3Input": {
                "S3Uri": "s3://b/k",
                "LocalPath": "/opt/ml",
                "S3DataType": "S3Prefix",
                "S3InputMode": "File",
            },
        }
    ],
    "ProcessingResources": {
        "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 20}
    },
    "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
}
Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> list[str]:
    request = copy.deepcopy(REQUEST)
    change(request)
    shape = sagemaker().operation_model("CreateProcessingJob").input_shape
    return list(shapes.faults(request, shape, "Arguments"))


def test_a_good_request_has_no_fault() -> None:
    assert changed(lambda _: None) == []


# Faults that botocore's own validator finds too, and those that it passes.
KNOWN_TO_BOTOCORE: list[tuple[Change, str]] = [
    (lambda r: r.pop("RoleArn"), "Arguments: lacks RoleArn"),
    (lambda r: r.update(Rolearn="x"), "Arguments.Rolearn: is unknown"),
    (lambda r: r["AppSpecification"].pop("ImageUri"), "Arguments.AppSpecification: lacks ImageUri"),
    (lambda r: r.update(Environment=[]), "Arguments.Environment: is list, should be map"),
    (lambda r: r.update(NetworkConfig={"EnableNetworkIsolation": "yes"}), "is str, should be boolean"),
    (
        lambda r: r["StoppingCondition"].update(MaxRuntimeInSeconds=0),
        "MaxRuntimeInSeconds: is 0, at least 1 needed",
    ),
    (
        lambda r: r["AppSpecification"].update(ContainerEntrypoint=[]),
        "ContainerEntrypoint: has 0 entries, at least 1",
    ),
    (
        lambda r: r["ProcessingInputs"][0].update(InputName=3),
        "ProcessingInputs[0].InputName: is int, should be string",
    ),
]
UNKNOWN_TO_BOTOCORE: list[tuple[Change, str]] = [
    (
        lambda r: r["ProcessingResources"]["ClusterConfig"].update(InstanceType="ml.m5.larg"),
        "Arguments.ProcessingResources.ClusterConfig.InstanceType: is 'ml.m5.larg', should be one of",
    ),
    (
        lambda r: r.update(RoleArn="arn:aws:iam::1:role/x"),
        "Arguments.RoleArn: is 'arn:aws:iam::1:role/x', should match",
    ),
    (
        lambda r: r["Environment"].update(x="v" * 257),
        "Arguments.Environment.x: has 257 characters, at most 256",
    ),
    (
        lambda r: r["Environment"].update({"1-x": "v"}),
        "Arguments.Environment key '1-x': is '1-x', should match",
    ),
    (
        lambda r: r["StoppingCondition"].update(MaxRuntimeInSeconds=777_601),
        "Arguments.StoppingCondition.MaxRuntimeInSeconds: is 777601, at most 777600 allowed",
    ),
    (lambda r: r["StoppingCondition"].update(MaxRuntimeInSeconds=True), "is bool, should be integer"),
]


@pytest.mark.parametrize(("change", "fault"), KNOWN_TO_BOTOCORE + UNKNOWN_TO_BOTOCORE)
def test_a_fault_has_its_path(change: Change, fault: str) -> None:
    (found,) = changed(change)
    assert fault in found


@pytest.mark.parametrize(("change", "fault"), KNOWN_TO_BOTOCORE)
def test_what_botocore_refuses_is_refused_here(change: Change, fault: str) -> None:
    request = copy.deepcopy(REQUEST)
    change(request)
    shape = sagemaker().shape_for("CreateProcessingJobRequest")
    assert ParamValidator().validate(request, shape).has_errors()
    assert changed(change)


@pytest.mark.parametrize(
    "function",
    [
        {"Get": "Parameters.X"},
        {"Std:Join": {"On": "/", "Values": ["a", {"Get": "Execution.PipelineName"}]}},
        {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.S.PropertyFiles.F"}, "Path": "a"}},
    ],
)
def test_a_function_stands_for_any_value(function: dict[str, Any]) -> None:
    def change(request: dict[str, Any]) -> None:
        request["ProcessingInputs"][0]["S3Input"]["S3Uri"] = function
        request["ProcessingResources"]["ClusterConfig"]["InstanceCount"] = function

    assert changed(change) == []


def test_a_tag_in_any_script_matches_the_services_unicode_pattern() -> None:
    shape = sagemaker().shape_for("Tag")
    assert list(shapes.faults({"Key": "größe 東京", "Value": "a_b:/=+-@1"}, shape, "Tag")) == []
    assert list(shapes.faults({"Key": "a", "Value": "b;c"}, shape, "Tag")) != []
