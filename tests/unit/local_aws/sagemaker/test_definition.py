"""Faults of a definition, each found when the pipeline is made and told with its key path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local_aws.errors import ServiceError
from local_aws.sagemaker.pipelines import parse

FAIL: dict[str, Any] = {"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}
MODEL: dict[str, Any] = {
    "Name": "Model",
    "Type": "Model",
    "Arguments": {
        "ExecutionRoleArn": "arn:aws:iam::123456789012:role/r",
        "PrimaryContainer": {"Image": "i", "ModelDataUrl": "s3://b/m.tar.gz"},
    },
}
LAMBDA: dict[str, Any] = {
    "Name": "Evaluate",
    "Type": "Lambda",
    "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
    "Arguments": {},
    "OutputParameters": [{"OutputName": "statusCode", "OutputType": "Integer"}],
}


def told(steps: list[dict[str, Any]], **top: Any) -> str:
    """What the refusal of a definition with these steps says."""
    with pytest.raises(ServiceError) as error:
        parse(json.dumps({"Version": "2020-12-01", "Steps": steps, **top}))
    assert error.value.code == "ValidationException"
    return error.value.message


def fail_with(message: Any) -> dict[str, Any]:
    return {"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": message}}


def equals(left: Any, if_steps: list[Any]) -> dict[str, Any]:
    condition = {"Type": "Equals", "LeftValue": left, "RightValue": 200}
    arguments = {"Conditions": [condition], "IfSteps": if_steps, "ElseSteps": []}
    return {"Name": "Gate", "Type": "Condition", "Arguments": arguments}


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ServiceError, match="Invalid JSON"):
        parse("{'Version': '2020-12-01'}")


def test_another_version_is_refused() -> None:
    assert "Version: '2019' is not 2020-12-01" in told([FAIL], Version="2019")


def test_a_key_that_no_definition_has_is_refused() -> None:
    assert "Step: is not a key" in told([FAIL], Step=[])


@pytest.mark.parametrize("kind", ["Training", "EMR", "QualityCheck", None])
def test_a_step_type_that_does_not_run_here_is_refused_with_those_that_do(kind: str | None) -> None:
    message = told([{**FAIL, "Type": kind}])
    assert (
        f"Steps[0].Type: the local AWS does not run steps of type {kind!r}, only Model, Transform" in message
    )


@pytest.mark.parametrize(
    ("get", "said"),
    [
        ("Parameters.Nope", "Steps[1].Arguments.ErrorMessage: the parameter 'Nope' is not declared"),
        ("Execution.Nope", "Execution.Nope is not one of StartDateTime"),
        ("Steps.Nope.ModelName", "there is no step 'Nope'"),
        ("Nope.a", "starts with none of Parameters., Execution., Steps."),
        ("Steps.Model.TransformOutput", "'TransformOutput' is not in the answer of DescribeModel"),
        ("Steps.Model.PrimaryContainer.Nope", "'PrimaryContainer.Nope' is not in the answer"),
        ("Steps.Model.a b", "is not in the answer"),
    ],
)
def test_a_get_that_leads_nowhere_is_refused_with_its_path(get: str, said: str) -> None:
    assert said in told([MODEL, fail_with({"Get": get})])


def test_a_lambdas_output_must_be_declared() -> None:
    message = told([LAMBDA, fail_with({"Get": "Steps.Evaluate.OutputParameters['message']"})])
    assert "step 'Evaluate' of type Lambda has no \"OutputParameters['message']\"" in message


def test_a_property_file_must_be_declared() -> None:
    get = {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Model.PropertyFiles.f"}, "Path": "a"}}
    assert "PropertyFiles.f" in told([MODEL, fail_with(get)])


def test_a_get_inside_of_a_join_is_checked_too() -> None:
    join = {
        "Std:Join": {
            "On": "/",
            "Values": ["a", {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.X"}]}}],
        }
    }
    assert "Values[1].Std:Join.Values[0]: the parameter 'X'" in told([fail_with(join)])


def test_a_dependency_on_nothing_is_refused() -> None:
    assert "Steps[0].DependsOn[0]: there is no step 'X'" in told([{**FAIL, "DependsOn": ["X"]}])


def test_steps_that_wait_for_each_other_are_refused() -> None:
    one, two = {**FAIL, "Name": "A", "DependsOn": ["B"]}, {**FAIL, "Name": "B", "DependsOn": ["A"]}
    assert "these steps wait for each other: A, B" in told([one, two])


def test_a_step_inside_a_branch_cannot_be_waited_for_from_outside() -> None:
    gate = equals(1, [{**MODEL, "Name": "Inner"}])
    assert "inside IfSteps of 'Gate'" in told([gate, {**FAIL, "DependsOn": ["Inner"]}])


def test_two_steps_of_one_name_are_refused_wherever_they_stand() -> None:
    assert "the name 'Stop' is taken by Steps[0]" in told([FAIL, equals(1, [FAIL])])


def test_arguments_are_held_against_the_request_that_they_become() -> None:
    wrong = {**MODEL, "Arguments": {**MODEL["Arguments"], "Rolearn": "x"}}
    assert "Steps[0].Arguments.Rolearn: is not one of ModelName" in told([wrong])


def test_a_missing_argument_is_told() -> None:
    assert "Steps[0].Arguments: CreateTransformJob needs ModelName" in told(
        [{"Name": "T", "Type": "Transform", "Arguments": {}}]
    )


def test_an_argument_of_another_type_is_told() -> None:
    wrong = {**MODEL, "Arguments": {**MODEL["Arguments"], "EnableNetworkIsolation": "true"}}
    assert "Arguments.EnableNetworkIsolation: 'true' is not true or false" in told([wrong])


def test_a_step_does_not_name_what_it_makes() -> None:
    wrong = {**MODEL, "Arguments": {**MODEL["Arguments"], "ModelName": "m"}}
    assert "Steps[0].Arguments.ModelName: the pipeline names what its steps make" in told([wrong])


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"Type": "Equal", "LeftValue": 1, "RightValue": 1}, "Conditions[0].Type: 'Equal' is not one of"),
        ({"Type": "Equals", "LeftValue": 1}, "Conditions[0].RightValue"),
        ({"Type": "Not", "Condition": {"Type": "Nor"}}, "Conditions[0].Condition.Type: 'Nor'"),
        ({"Type": "Or", "Conditions": []}, "Conditions[0].Conditions: is not a list of conditions"),
    ],
)
def test_a_condition_of_no_known_kind_is_refused(condition: dict[str, Any], said: str) -> None:
    arguments = {"Conditions": [condition], "IfSteps": [], "ElseSteps": []}
    assert said in told([{"Name": "Gate", "Type": "Condition", "Arguments": arguments}])


def test_a_function_of_no_known_name_is_refused() -> None:
    assert "the functions are Std:Join and Std:JsonGet" in told([fail_with({"Std:Upper": "a"})])


def test_a_step_that_the_service_does_not_cache_has_no_cache() -> None:
    cached = {**MODEL, "CacheConfig": {"Enabled": True, "ExpireAfter": "P1D"}}
    assert "Steps[0].CacheConfig: steps of type Model are not cached" in told([cached])


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"ExceptionType": ["Step.TIRED"], "MaxAttempts": 2}, "RetryPolicies[0].ExceptionType"),
        ({"ExceptionType": ["Step.THROTTLING"]}, "has either MaxAttempts or ExpireAfterMin"),
        ({"ExceptionType": "Step.THROTTLING", "MaxAttempts": 21}, "21 is not a whole number from 1 to 20"),
        ({"ExceptionType": "Step.THROTTLING", "MaxAttempts": 2, "Wait": 1}, "RetryPolicies[0].Wait"),
    ],
)
def test_a_retry_policy_that_is_none_is_refused(policy: dict[str, Any], said: str) -> None:
    assert said in told([{**MODEL, "RetryPolicies": [policy]}])


def test_a_step_without_a_job_has_no_retry_policies() -> None:
    policy = {"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 2}
    assert "steps of type Lambda have none" in told([{**LAMBDA, "RetryPolicies": [policy]}])


@pytest.mark.parametrize(
    ("parameter", "said"),
    [
        ({"Name": "a b", "Type": "String"}, "Parameters[0].Name"),
        ({"Name": "a", "Type": "Number"}, "'Number' is not one of String, Integer, Float, Boolean"),
        (
            {"Name": "a", "Type": "Integer", "DefaultValue": "1"},
            "Parameters[0].DefaultValue: '1' is not of type",
        ),
        (
            {"Name": "a", "Type": "Integer", "DefaultValue": True},
            "Parameters[0].DefaultValue: True is not of type",
        ),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(parameter: dict[str, Any], said: str) -> None:
    assert said in told([FAIL], Parameters=[parameter])


def test_a_get_makes_an_edge_and_so_do_depends_on_and_a_branch() -> None:
    inner = {**FAIL, "DependsOn": ["Model"]}
    steps = [MODEL, LAMBDA, equals({"Get": "Steps.Evaluate.OutputParameters['statusCode']"}, [inner])]
    needs = parse(json.dumps({"Version": "2020-12-01", "Steps": steps})).needs
    assert needs == {
        "Model": frozenset(),
        "Evaluate": frozenset(),
        "Gate": frozenset({"Evaluate"}),
        "Stop": frozenset({"Gate", "Model"}),
    }


def test_the_handwritten_pipelines_steps_wait_for_each_other_in_a_row() -> None:
    text = Path("pipeline_definition/batch_pipeline.json").read_text(encoding="utf-8")
    filled = json.loads(text)
    for parameter in filled["Parameters"]:
        parameter["DefaultValue"] = 1 if parameter["Type"] == "Integer" else "x"
    job = filled["Steps"].pop(2)["Arguments"]["JobConfig"]
    assert job["jobDriver"]["sparkSubmit"]["entryPoint"] == "${SparkScriptUri}"
    transform, monitor = filled["Steps"][1]["Arguments"], filled["Steps"][2]["Arguments"]
    for step in filled["Steps"][:3]:
        step["Arguments"]["Tags"] = []
        step["Arguments"].pop("VpcConfig", None)
        step["Arguments"].get("NetworkConfig", {}).pop("VpcConfig", None)
    filled["Steps"][0]["Arguments"]["PrimaryContainer"]["Environment"] = {}
    transform["DataProcessing"] = {"InputFilter": "$"}
    monitor["ProcessingResources"]["ClusterConfig"]["VolumeSizeInGB"] = 10
    monitor["StoppingCondition"]["MaxRuntimeInSeconds"] = 60
    needs = parse(json.dumps(filled)).needs
    assert needs["Transform"] == {"CreateModel"}
    assert needs["ModelMonitor"] == {"Transform"}
    assert needs["EvaluateDrift"] == {"ModelMonitor"}
    assert needs["FailOnDrift"] == {"DriftGate", "EvaluateDrift"}
