from __future__ import annotations

from typing import Any

import pytest

from pipeline_definition import fill
from pipeline_definition.errors import FillError

EVERYTHING = fill.Choice(monitor=True, own_analyzer=True, gate=True, thresholds=True)


def filled(choice: fill.Choice) -> Any:
    """The handwritten definition with its placeholders' own names as values."""
    document = fill.document()
    marked = {name: f"<{name}>" for name in fill.placeholders(document)}
    needed = fill.placeholders(fill._with_used_parameters(fill._with_steps(document, choice)))
    return fill.definition(document, choice, {name: marked[name] for name in needed})


def step_names(definition: Any) -> list[str]:
    return [step["Name"] for step in definition["Steps"]]


def test_every_step_is_there_where_the_stage_wants_it() -> None:
    names = ["CreateModel", "Transform", "ModelMonitor", "EvaluateDrift", "DriftGate"]
    assert step_names(filled(EVERYTHING)) == names
    assert step_names(filled(fill.Choice(monitor=True))) == names[:4]


def test_without_a_monitor_the_pipeline_ends_after_transform_and_its_parameters_go() -> None:
    definition = filled(fill.Choice(monitor=False, gate=True))
    assert step_names(definition) == ["CreateModel", "Transform"]
    assert [entry["Name"] for entry in definition["Parameters"]] == [
        "DataInputUri",
        "ModelInputUri",
        "TransformOutputUri",
        "TransformInstanceCount",
        "TransformInstanceType",
    ]


def test_awss_analyzer_runs_its_own_program_and_has_no_code_input() -> None:
    own = filled(EVERYTHING)["Steps"][2]["Arguments"]
    theirs = filled(fill.Choice(monitor=True, own_analyzer=False, thresholds=True))["Steps"][2]["Arguments"]
    assert "ContainerEntrypoint" not in theirs["AppSpecification"]
    names = [entry["InputName"] for entry in own["ProcessingInputs"]]
    assert [entry["InputName"] for entry in theirs["ProcessingInputs"]] == names[1:]
    assert theirs["Environment"] == own["Environment"]


def test_a_spark_job_profiles_the_batch_and_the_monitor_reads_what_it_wrote() -> None:
    steps = {step["Name"]: step for step in filled(fill.Choice(monitor=True, spark=True))["Steps"]}
    assert list(steps) == ["CreateModel", "Transform", "ProfileBatch", "ModelMonitor", "EvaluateDrift"]
    given = steps["ProfileBatch"]["Arguments"]["JobConfig"]["jobDriver"]["sparkSubmit"]["entryPointArguments"]
    assert {"Get": "Steps.Transform.TransformOutput.S3OutputPath"} in given
    inputs = {entry["InputName"]: entry for entry in steps["ModelMonitor"]["Arguments"]["ProcessingInputs"]}
    assert inputs["baseline_dataset_input"]["S3Input"]["S3Uri"] == given[-1]
    assert steps["ModelMonitor"]["DependsOn"] == ["ProfileBatch"]


def test_without_a_monitor_there_is_no_spark_job() -> None:
    assert step_names(filled(fill.Choice(monitor=False, spark=True))) == ["CreateModel", "Transform"]


def test_a_string_that_is_one_placeholder_takes_the_value_as_it_is() -> None:
    document = {
        "Parameters": [],
        "Steps": [{"Name": "A", "Type": "Fail", "Count": "${N}", "Uri": "s3://${B}/${N}"}],
    }
    result = fill.definition(document, EVERYTHING, {"N": 3, "B": "bucket"})
    assert result["Steps"][0]["Count"] == 3
    assert result["Steps"][0]["Uri"] == "s3://bucket/3"


def test_a_value_that_looks_like_a_placeholder_is_left_alone() -> None:
    document = {"Parameters": [], "Steps": [{"Name": "A", "Type": "Fail", "X": "${N}"}]}
    assert fill.definition(document, EVERYTHING, {"N": "${M}"})["Steps"][0]["X"] == "${M}"


def test_placeholders_without_values_and_values_without_placeholders_are_errors() -> None:
    document = {"Parameters": [], "Steps": [{"Name": "A", "Type": "Fail", "X": "${Here}"}]}
    with pytest.raises(
        FillError, match=r"no value for the placeholder \$\{Here\}; no placeholder for the value There"
    ):
        fill.definition(document, EVERYTHING, {"There": 1})


def test_filling_leaves_the_document_as_it_was() -> None:
    document = fill.document()
    filled(fill.Choice(monitor=False))
    assert document == fill.document()


def test_every_parameter_of_the_handwritten_definition_is_used() -> None:
    document = fill.document()
    used = set(fill.gets(document["Steps"]))
    assert [e["Name"] for e in document["Parameters"] if f"Parameters.{e['Name']}" not in used] == []


def test_a_transform_job_scores_with_the_model_that_the_pipeline_made() -> None:
    steps = {step["Name"]: step for step in filled(EVERYTHING)["Steps"]}
    assert steps["CreateModel"]["Type"] == "Model"
    assert steps["Transform"]["Type"] == "Transform"
    assert steps["Transform"]["Arguments"]["ModelName"] == {"Get": "Steps.CreateModel.ModelName"}


def test_what_the_lambda_answers_can_fail_the_run() -> None:
    (gate,) = (step for step in filled(EVERYTHING)["Steps"] if step["Type"] == "Condition")
    (condition,) = gate["Arguments"]["Conditions"]
    assert condition["LeftValue"] == {"Get": "Steps.EvaluateDrift.OutputParameters['statusCode']"}
    assert [step["Type"] for step in gate["Arguments"]["ElseSteps"]] == ["Fail"]
