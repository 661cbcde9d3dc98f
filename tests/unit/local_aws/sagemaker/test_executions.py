"""Executions from their start to their end, through boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from tests.unit.local_aws.support import (
    IMAGE,
    ROLE,
    bucket_with,
    definition,
    model_tar_gz,
    predicted,
    processing_arguments,
    run_pipeline,
    wait,
)

COUNT = """
import json, pathlib, os
root = pathlib.Path(os.environ["DRIFT_ENGINE_ROOT"])
rows = sum(len(path.read_text().splitlines()) for path in (root / "opt/ml/data").rglob("*.out"))
(root / "opt/ml/result/found.json").write_text(json.dumps({"rows": rows, "list": [{"word": "yes"}]}))
(root / "opt/ml/output/message").write_text(f"{rows} rows")
"""


def fail(name: str, message: Any, **more: Any) -> dict[str, Any]:
    return {"Name": name, "Type": "Fail", "Arguments": {"ErrorMessage": message}, **more}


def gate(name: str, condition: dict[str, Any], if_steps: list[Any], else_steps: list[Any]) -> dict[str, Any]:
    arguments = {"Conditions": [condition], "IfSteps": if_steps, "ElseSteps": else_steps}
    return {"Name": name, "Type": "Condition", "Arguments": arguments}


def score_and_count(bucket: str) -> str:
    """A pipeline that makes a model, scores with it, counts the scores and decides."""
    prefix = {
        "Std:Join": {"On": "/", "Values": [f"s3://{bucket}/runs", {"Get": "Execution.PipelineExecutionId"}]}
    }
    uri = {"Get": "Parameters.Input"}
    model = {"Image": IMAGE, "ModelDataUrl": f"s3://{bucket}/model.tar.gz"}
    transform = {
        "ModelName": {"Get": "Steps.Model.ModelName"},
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
            "ContentType": "text/csv",
            "SplitType": "Line",
        },
        "TransformOutput": {
            "S3OutputPath": {"Std:Join": {"On": "/", "Values": [prefix, "scores"]}},
            "AssembleWith": "Line",
        },
        "TransformResources": {"InstanceCount": {"Get": "Parameters.Count"}, "InstanceType": "ml.m5.large"},
        "DataProcessing": {"JoinSource": "Input"},
    }
    count = processing_arguments(f"s3://{bucket}/count.py")
    scores = {"Get": "Steps.Score.TransformOutput.S3OutputPath"}
    count["ProcessingInputs"].append(
        {
            "InputName": "scores",
            "S3Input": {
                "S3Uri": scores,
                "LocalPath": "/opt/ml/data",
                "S3DataType": "S3Prefix",
                "S3InputMode": "File",
            },
        }
    )
    result = {"Std:Join": {"On": "/", "Values": [prefix, "count"]}}
    output = {"S3Uri": result, "LocalPath": "/opt/ml/result", "S3UploadMode": "EndOfJob"}
    count["ProcessingOutputConfig"] = {"Outputs": [{"OutputName": "found", "S3Output": output}]}
    file = {"PropertyFileName": "Found", "OutputName": "found", "FilePath": "found.json"}
    rows = {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Count.PropertyFiles.Found"}, "Path": "rows"}}
    word = {
        "Std:JsonGet": {
            "S3Uri": {
                "Std:Join": {
                    "On": "/",
                    "Values": [
                        {"Get": "Steps.Count.ProcessingOutputConfig.Outputs['found'].S3Output.S3Uri"},
                        "found.json",
                    ],
                }
            },
            "Path": "list[0].word",
        }
    }
    return definition(
        {
            "Name": "Model",
            "Type": "Model",
            "Arguments": {"ExecutionRoleArn": ROLE, "PrimaryContainer": model},
        },
        {"Name": "Score", "Type": "Transform", "Arguments": transform},
        {"Name": "Count", "Type": "Processing", "Arguments": count, "PropertyFiles": [file]},
        gate(
            "Enough",
            {"Type": "GreaterThanOrEqualTo", "LeftValue": rows, "RightValue": 2},
            [],
            [fail("TooFew", {"Std:Join": {"On": " ", "Values": ["only", rows, "rows,", word]}})],
        ),
        parameters=(
            {"Name": "Input", "Type": "String"},
            {"Name": "Count", "Type": "Integer", "DefaultValue": 1},
        ),
    )


def test_a_pipeline_scores_counts_and_decides(aws: LocalAws) -> None:
    files = {"model.tar.gz": model_tar_gz(), "count.py": COUNT.encode(), "in/a.csv": b"1,2,3\n4,5,6\n"}
    s3 = bucket_with(aws, "whole", files)
    ended = run_pipeline(aws, "whole", score_and_count("whole"), Input="s3://whole/in/")
    assert (ended.status, ended.description.get("FailureReason")) == ("Succeeded", None)
    assert {name: step["StepStatus"] for name, step in ended.steps.items()} == {
        "Model": "Succeeded",
        "Score": "Succeeded",
        "Count": "Succeeded",
        "Enough": "Succeeded",
    }
    assert ended.steps["Enough"]["Metadata"] == {"Condition": {"Outcome": "True"}}
    identifier = ended.description["PipelineExecutionArn"].rsplit("/", 1)[-1]
    scores = s3.get_object(Bucket="whole", Key=f"runs/{identifier}/scores/a.csv.out")["Body"].read().decode()
    first, second = predicted([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert scores == f"1,2,3,{first}\n4,5,6,{second}\n"
    job = ended.steps["Count"]["Metadata"]["ProcessingJob"]["Arn"].rsplit("/", 1)[-1]
    assert job.startswith(f"pipelines-{identifier}-Count-")
    described = aws.client("sagemaker").describe_processing_job(ProcessingJobName=job)
    assert described["ExitMessage"] == "2 rows"


def test_the_other_branch_reads_what_was_counted(aws: LocalAws) -> None:
    files = {"model.tar.gz": model_tar_gz(), "count.py": COUNT.encode(), "in/a.csv": b"1,2,3\n"}
    bucket_with(aws, "few", files)
    ended = run_pipeline(aws, "few", score_and_count("few"), Input="s3://few/in/")
    assert ended.status == "Failed"
    assert ended.steps["TooFew"]["FailureReason"] == "only 1 rows, yes"
    assert ended.steps["TooFew"]["Metadata"] == {"Fail": {"ErrorMessage": "only 1 rows, yes"}}


def test_a_failing_step_fails_the_execution_and_what_needs_it_does_not_run(aws: LocalAws) -> None:
    bucket_with(aws, "fails", {"model.tar.gz": model_tar_gz(), "count.py": COUNT.encode()})
    ended = run_pipeline(aws, "fails", score_and_count("fails"), Input="s3://fails/in/")
    assert ended.status == "Failed"
    assert list(ended.steps) == ["Model", "Score"]
    assert "No S3 objects found" in ended.steps["Score"]["FailureReason"]
    reason = ended.description["FailureReason"]
    assert reason.startswith("Step failure: One or multiple steps failed. Score: ClientError: No S3 objects")


def test_steps_that_do_not_need_the_failed_one_still_run(aws: LocalAws) -> None:
    always = {"Type": "Equals", "LeftValue": 1, "RightValue": 1}
    text = definition(
        fail("First", "no"), gate("Other", always, [], []), gate("After", always, [fail("X", "x")], [])
    )
    ended = run_pipeline(aws, "independent", text)
    assert {name: step["StepStatus"] for name, step in ended.steps.items()} == {
        "First": "Failed",
        "Other": "Succeeded",
        "After": "Succeeded",
        "X": "Failed",
    }


def test_a_request_that_the_service_refuses_fails_its_step_with_the_reason(aws: LocalAws) -> None:
    container = {"Image": IMAGE, "ModelDataUrl": "s3://nowhere/model.tar.gz"}
    arguments = {"ExecutionRoleArn": ROLE, "PrimaryContainer": container}
    ended = run_pipeline(aws, "refused", definition({"Name": "M", "Type": "Model", "Arguments": arguments}))
    assert ended.steps["M"]["FailureReason"] == (
        "ClientError: CreateModel: Could not find model data at s3://nowhere/model.tar.gz. "
        "(ValidationException)"
    )


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        ({"Type": "Equals", "LeftValue": {"Get": "Parameters.N"}, "RightValue": 3}, True),
        ({"Type": "Equals", "LeftValue": {"Get": "Parameters.N"}, "RightValue": "3"}, False),
        ({"Type": "GreaterThan", "LeftValue": 3, "RightValue": {"Get": "Parameters.N"}}, False),
        ({"Type": "GreaterThanOrEqualTo", "LeftValue": {"Get": "Parameters.N"}, "RightValue": 3}, True),
        ({"Type": "LessThan", "LeftValue": {"Get": "Parameters.N"}, "RightValue": 3.5}, True),
        ({"Type": "LessThanOrEqualTo", "LeftValue": {"Get": "Parameters.N"}, "RightValue": 2}, False),
        ({"Type": "In", "QueryValue": {"Get": "Parameters.N"}, "Values": [1, {"Get": "Parameters.N"}]}, True),
        ({"Type": "Not", "Condition": {"Type": "Equals", "LeftValue": 1, "RightValue": 1}}, False),
        (
            {
                "Type": "Or",
                "Conditions": [
                    {"Type": "Equals", "LeftValue": 1, "RightValue": 2},
                    {"Type": "Equals", "LeftValue": "a", "RightValue": "a"},
                ],
            },
            True,
        ),
    ],
)
def test_conditions_mean_what_they_say(
    aws: LocalAws, request: pytest.FixtureRequest, condition: dict[str, Any], outcome: bool
) -> None:
    name = f"condition-{request.node.callspec.indices['condition']}"
    number = {"Name": "N", "Type": "Integer"}
    ended = run_pipeline(aws, name, definition(gate("G", condition, [], []), parameters=(number,)), N="3")
    assert ended.steps["G"]["Metadata"]["Condition"]["Outcome"] == str(outcome)


def test_values_without_an_order_fail_the_condition(aws: LocalAws) -> None:
    condition = {"Type": "LessThan", "LeftValue": "a", "RightValue": 3}
    ended = run_pipeline(aws, "no-order", definition(gate("G", condition, [], [])))
    assert "'a' and 3 cannot be compared by LessThan" in ended.steps["G"]["FailureReason"]


def test_a_start_answers_at_once_and_the_same_token_starts_nothing_twice(aws: LocalAws) -> None:
    sagemaker = aws.client("sagemaker")
    bucket_with(aws, "token", {"run.py": b"import time; time.sleep(60)"})
    step = {"Name": "P", "Type": "Processing", "Arguments": processing_arguments("s3://token/run.py")}
    sagemaker.create_pipeline(PipelineName="token", RoleArn=ROLE, PipelineDefinition=definition(step))
    first = sagemaker.start_pipeline_execution(PipelineName="token", ClientRequestToken="t" * 32)
    status = sagemaker.describe_pipeline_execution(PipelineExecutionArn=first["PipelineExecutionArn"])
    second = sagemaker.start_pipeline_execution(PipelineName="token", ClientRequestToken="t" * 32)
    assert status["PipelineExecutionStatus"] == "Executing"
    assert first["PipelineExecutionArn"] == second["PipelineExecutionArn"]
    sagemaker.stop_pipeline_execution(PipelineExecutionArn=first["PipelineExecutionArn"])
    wait(aws, first["PipelineExecutionArn"])
    assert len(sagemaker.list_pipeline_executions(PipelineName="token")["PipelineExecutionSummaries"]) == 1


def test_a_stopped_execution_stops_its_job_and_runs_no_more_steps(aws: LocalAws) -> None:
    sagemaker = aws.client("sagemaker")
    bucket_with(aws, "stop", {"run.py": b"import time; time.sleep(60)"})
    step = {"Name": "P", "Type": "Processing", "Arguments": processing_arguments("s3://stop/run.py")}
    text = definition(step, fail("Then", "x", DependsOn=["P"]))
    sagemaker.create_pipeline(PipelineName="stop", RoleArn=ROLE, PipelineDefinition=text)
    arn = sagemaker.start_pipeline_execution(PipelineName="stop")["PipelineExecutionArn"]
    sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)
    ended = wait(aws, arn)
    assert ended.status == "Stopped"
    assert all(step["StepStatus"] == "Stopped" for step in ended.steps.values())
    with pytest.raises(ClientError, match="Only pipelines with Executing status can be stopped"):
        sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)


def test_a_run_remembers_its_definition_and_parameters(aws: LocalAws) -> None:
    sagemaker = aws.client("sagemaker")
    text = definition(fail("F", {"Get": "Parameters.Why"}), parameters=({"Name": "Why", "Type": "String"},))
    ended = run_pipeline(aws, "remembers", text, Why="because")
    arn = ended.description["PipelineExecutionArn"]
    sagemaker.update_pipeline(PipelineName="remembers", PipelineDefinition=definition(fail("G", "other")))
    definition_then = sagemaker.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)
    parameters = sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
    assert json.loads(definition_then["PipelineDefinition"]) == json.loads(text)
    assert parameters["PipelineParameters"] == [{"Name": "Why", "Value": "because"}]
    assert ended.steps["F"]["FailureReason"] == "because"


def test_a_start_with_wrong_parameters_starts_nothing(aws: LocalAws) -> None:
    sagemaker = aws.client("sagemaker")
    sagemaker.create_pipeline(
        PipelineName="wrong", RoleArn=ROLE, PipelineDefinition=definition(fail("F", "x"))
    )
    with pytest.raises(ClientError, match="Unknown parameter: InputSource"):
        sagemaker.start_pipeline_execution(
            PipelineName="wrong", PipelineParameters=[{"Name": "InputSource", "Value": "x"}]
        )
    assert sagemaker.list_pipeline_executions(PipelineName="wrong")["PipelineExecutionSummaries"] == []


def test_a_selective_execution_is_refused(aws: LocalAws) -> None:
    sagemaker = aws.client("sagemaker")
    sagemaker.create_pipeline(
        PipelineName="select", RoleArn=ROLE, PipelineDefinition=definition(fail("F", "x"))
    )
    with pytest.raises(ClientError, match="does not do StartPipelineExecution with SelectiveExecutionConfig"):
        sagemaker.start_pipeline_execution(
            PipelineName="select", SelectiveExecutionConfig={"SelectedSteps": [{"StepName": "F"}]}
        )
