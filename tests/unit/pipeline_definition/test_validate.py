from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from pipeline_definition import validate
from pipeline_definition.errors import DefinitionError

DEFINITION: dict[str, Any] = {
    "Version": "2020-12-01",
    "Parameters": [{"Name": "Uri", "Type": "String", "DefaultValue": "s3://b/k"}],
    "Steps": [
        {
            "Name": "CreateModel",
            "Type": "Model",
            "Arguments": {
                "ExecutionRoleArn": "arn:aws:iam::123456789012:role/pipeline",
                "PrimaryContainer": {"Image": "image", "ModelDataUrl": {"Get": "Parameters.Uri"}},
            },
        },
        {
            "Name": "Evaluate",
            "Type": "Lambda",
            "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
            "Arguments": {
                "Model": {"Get": "Steps.CreateModel.ModelName"},
                "Run": {"Get": "Execution.PipelineName"},
            },
            "OutputParameters": [{"OutputName": "statusCode", "OutputType": "Integer"}],
        },
        {
            "Name": "Gate",
            "Type": "Condition",
            "Arguments": {
                "Conditions": [
                    {
                        "Type": "Equals",
                        "LeftValue": {"Get": "Steps.Evaluate.OutputParameters['statusCode']"},
                        "RightValue": 200,
                    }
                ],
                "IfSteps": [],
                "ElseSteps": [{"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "drift"}}],
            },
        },
    ],
}
Change = Callable[[dict[str, Any]], object]


def test_a_good_definition_passes() -> None:
    validate.check(DEFINITION)


def step(definition: dict[str, Any], index: int) -> dict[str, Any]:
    found: dict[str, Any] = definition["Steps"][index]
    return found


FAULTS: list[tuple[Change, str]] = [
    (
        lambda d: d["Parameters"].append({"Name": "Spare", "Type": "String"}),
        "Parameters.Spare: no step uses it",
    ),
    (lambda d: d["Parameters"][0].update(DefaultValue=3), "Parameters.Uri: its default 3 is no String"),
    (
        lambda d: d["Parameters"][0].update(Type="Text"),
        "Parameters.Uri: has the type Text, should be String or",
    ),
    (
        lambda d: step(d, 0)["Arguments"].update(Image="x"),
        "Steps.CreateModel.Arguments.Image: is unknown",
    ),
    (
        lambda d: step(d, 0)["Arguments"]["PrimaryContainer"].update(ModelDataUrl="ftp://x"),
        "Steps.CreateModel.Arguments.PrimaryContainer.ModelDataUrl: is 'ftp://x', should match",
    ),
    (
        lambda d: step(d, 1)["Arguments"].update(Run={"Get": "Execution.Name"}),
        "Steps.Evaluate: Get Execution.Name: SageMaker has no such variable",
    ),
    (
        lambda d: step(d, 1)["Arguments"].update(Run={"Get": "Parameters.Url"}),
        "Steps.Evaluate: Get Parameters.Url: no such parameter is declared",
    ),
    (
        lambda d: step(d, 1)["Arguments"].update(Run={"Get": "Steps.Model.ModelName"}),
        "Steps.Evaluate: Get Steps.Model.ModelName: there is no such step",
    ),
    (
        lambda d: step(d, 1)["Arguments"].update(Run={"Get": "Steps.CreateModel.Name"}),
        "Steps.Evaluate: Get Steps.CreateModel.Name: DescribeModel answers with no Name",
    ),
    (
        lambda d: step(d, 1).update(OutputParameters=[]),
        "Get Steps.Evaluate.OutputParameters['statusCode']: the Lambda step declares no such output",
    ),
    (
        lambda d: step(d, 1).update(DependsOn=["Nowhere"]),
        "Steps.Evaluate.DependsOn: there is no step Nowhere",
    ),
    (lambda d: step(d, 1).update(Name="a b"), "Steps.a b: should be up to 64 letters"),
    (
        lambda d: step(d, 1).update(Type="Callback"),
        "the type Callback is not one that this pipeline may have",
    ),
    (lambda d: d["Steps"].append(copy.deepcopy(d["Steps"][0])), "the name CreateModel is given 2 times"),
    (
        lambda d: d["Steps"].extend({**d["Steps"][0], "Name": f"S{i}"} for i in range(50)),
        "Steps: has 54, at most 50 allowed",
    ),
    (
        lambda d: step(d, 2)["Arguments"]["ElseSteps"][0].update(Name="x" * 65),
        "should be up to 64 letters",
    ),
    (lambda d: d.update(Metadata={"x": "y" * 1_048_576}), "characters, at most 1048576 allowed"),
]


@pytest.mark.parametrize(("change", "fault"), FAULTS)
def test_a_fault_is_found_with_its_path(change: Change, fault: str) -> None:
    definition = copy.deepcopy(DEFINITION)
    change(definition)
    with pytest.raises(DefinitionError) as caught:
        validate.check(definition)
    assert any(fault in line for line in caught.value.faults), caught.value.faults


def test_more_than_ten_inputs_of_a_processing_job_are_a_fault() -> None:
    definition = copy.deepcopy(DEFINITION)
    inputs = [{"InputName": f"i{n}"} for n in range(11)]
    definition["Steps"][1] = {
        "Name": "Evaluate",
        "Type": "Processing",
        "Arguments": {"ProcessingInputs": inputs},
    }
    assert "Steps.Evaluate.Arguments.ProcessingInputs: has 11 entries, at most 10 allowed" in list(
        validate.faults(definition)
    )


def spark_step(**changes: Any) -> dict[str, Any]:
    job = {
        "applicationId": "00f1abc2",
        "executionRoleArn": "arn:aws:iam::123456789012:role/spark",
        "jobDriver": {
            "sparkSubmit": {"entryPoint": "s3://b/job.py", "sparkSubmitParameters": "--py-files s3://b/z"}
        },
        **changes,
    }
    return {
        "Name": "ProfileBatch",
        "Type": "EMRServerless",
        "Arguments": {
            "ApplicationId": "00f1abc2",
            "ExecutionRoleArn": "arn:aws:iam::123456789012:role/spark",
            "JobConfig": job,
        },
    }


def spark_faults(**changes: Any) -> list[str]:
    definition = {"Version": "2020-12-01", "Parameters": [], "Steps": [spark_step(**changes)]}
    return list(validate.faults(definition))


def test_a_step_of_emr_serverless_is_held_against_that_services_request() -> None:
    assert spark_faults() == []
    (unknown,) = spark_faults(jobDriver={"sparkSubmit": {"entryPoint": "s3://b/job.py", "arguments": []}})
    assert unknown.startswith("Steps.ProfileBatch.Arguments.JobConfig.jobDriver.sparkSubmit")
    assert spark_faults(applicationId="00other") == [
        "Steps.ProfileBatch.Arguments.ApplicationId: '00f1abc2' is not JobConfig's '00other'"
    ]
