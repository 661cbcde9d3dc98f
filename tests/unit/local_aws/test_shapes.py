from __future__ import annotations

from typing import Any

import pytest

from local_aws.shapes import parameter_faults

JOB: dict[str, Any] = {
    "TransformJobName": "job",
    "ModelName": "model",
    "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/in"}}},
    "TransformOutput": {"S3OutputPath": "s3://b/out"},
    "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
}


def test_a_request_that_the_service_takes_has_no_fault() -> None:
    assert parameter_faults("sagemaker", "CreateTransformJob", JOB) == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"TransformResources": {"InstanceType": "ml.t2.medium", "InstanceCount": 1}},
            "'ml.t2.medium' at 'transformResources.instanceType' failed to satisfy constraint: Member must ",
        ),
        (
            {"TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 0}},
            "Value '0' at 'transformResources.instanceCount'",
        ),
        (
            {"TransformJobName": "a_b"},
            "Value 'a_b' at 'transformJobName' failed to satisfy constraint: Member must ",
        ),
        ({"TransformJobName": "a" * 64}, "Member must have length less than or equal to 63"),
        ({"DataProcessing": {"InputFilter": "$" * 64}}, "at 'dataProcessing.inputFilter'"),
        ({"Environment": {"a-b": "x"}}, "at 'environment.a-b.key'"),
        ({"ModelName": None}, "Value at 'modelName' failed to satisfy constraint: Member must not be null"),
    ],
)
def test_what_the_client_lets_pass_is_refused(change: dict[str, Any], said: str) -> None:
    faults = parameter_faults("sagemaker", "CreateTransformJob", {**JOB, **change})
    assert "validation error" in faults
    assert said in faults


def test_all_faults_are_told_at_once() -> None:
    wrong = {**JOB, "TransformJobName": "a_b", "ModelName": "c_d"}
    assert parameter_faults("sagemaker", "CreateTransformJob", wrong).startswith(
        "2 validation errors detected: "
    )


def test_an_item_of_a_list_is_named_by_its_place() -> None:
    data = [{"MetricName": "m"}, {"MetricName": ""}]
    faults = parameter_faults("cloudwatch", "PutMetricData", {"Namespace": "N", "MetricData": data})
    assert "at 'metricData.2.member.metricName'" in faults
