"""A toy project in a git repository, released by our cfn/cicd.yaml, and what tests ask of its pipeline."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local_aws import LocalAws
from local_aws.server import Foundation

ROOT = Path(__file__).parents[4]
PROJECT = "toys"
PIPELINE = f"sagemaker-{PROJECT}-batch"
REPOSITORY = "makers/toys"
GROUP = "toy-models"
DRIFT = "2 of 9 features drifted, the worst is price"

# What the source's deploy.py does: the contract at the top of cfn/cicd.yaml.
SYNTH = """
import hashlib, json, os, pathlib, sys

verb, _, output, _, project = sys.argv[1:]
assert verb == "synth" and pathlib.Path(project, "stages.json").is_file()
bucket, name = os.environ["ARTIFACT_BUCKET"], os.environ["SAGEMAKER_PROJECT_NAME"]
for stage, settings in json.loads(pathlib.Path(project, "stages.json").read_text()).items():
    pipeline = f"{name}-batch-{stage}"
    step = {"Name": "Evaluate", "Type": "Lambda", "Arguments": {}, "FunctionArn": settings["function"],
            "OutputParameters": [{"OutputName": "message", "OutputType": "String"}]}
    data = {"Name": "DataInputUri", "Type": "String", "DefaultValue": "s3://own/batch"}
    definition = json.dumps({"Version": "2020-12-01", "Parameters": [data], "Steps": [step]})
    key = f"deploy/{pipeline}/definition/{hashlib.sha256(definition.encode()).hexdigest()[:16]}.json"
    for path, text in {
        f"uploads/{key}": definition,
        f"{stage}.template.json": json.dumps({
            "Parameters": {"Key": {"Type": "String"}, "Words": {"Type": "String"}},
            "Resources": {"Pipeline": {"Type": "AWS::SageMaker::Pipeline", "Properties": {
                "PipelineName": pipeline, "PipelineDescription": {"Ref": "Words"},
                "RoleArn": os.environ["SAGEMAKER_PIPELINE_ROLE_ARN"],
                "PipelineDefinition": {"PipelineDefinitionS3Location": {
                    "Bucket": bucket, "Key": {"Ref": "Key"}}}}}}}),
        f"{stage}.configuration.json": json.dumps({
            "Parameters": {"Key": key, "Words": settings["words"]}, "Tags": {"stage": stage}}),
        f"{stage}.release.json": json.dumps({
            "bucket": bucket, "template_key": f"deploy/{pipeline}/template/x.json",
            "parameters": {"Key": key, "Words": settings["words"]}, "tags": {"stage": stage},
            "files": [key], "model": {"arn": "arn", "version": 1, "artifact": "s3://own/model"}}),
    }.items():
        file = pathlib.Path(output, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
"""
EVALUATE = f"""
import time

import boto3


def handler(event, context):
    s3 = boto3.client("s3")
    while "hold" in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
        time.sleep(0.1)
    return {{"statusCode": 200, "message": {DRIFT!r}}}
"""
"""As long as there is a bucket of the name hold, a run of the toy pipelines goes on."""


def git(folder: Path, *arguments: str) -> str:
    settings = ("-c", "user.name=Maker", "-c", "user.email=maker@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *settings, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit(folder: Path, message: str, files: Mapping[str, str]) -> str:
    """The id of a new commit on main with these files changed."""
    if not (folder / ".git").exists():
        folder.mkdir(exist_ok=True)
        git(folder, "init", "-q", "-b", "main")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def stages(aws: LocalAws, words: str, **changes: str) -> str:
    function = f"arn:aws:lambda:{aws.region}:{aws.account_id}:function:evaluate"
    each = {"words": words, "function": function, **changes}
    return json.dumps({"staging": each, "prod": each})


def source(aws: LocalAws, folder: Path) -> Path:
    """The toy project's repository, with one commit."""
    files = {"deploy.py": SYNTH, "requirements.txt": "PyYAML\n", "stages.json": stages(aws, "first")}
    commit(folder, "Begin", files)
    return folder


def evaluate_function(aws: LocalAws) -> None:
    """The function that the toy pipelines' only step invokes."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "FunctionName": "evaluate",
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Timeout": 30,
            "Code": {"ZipFile": EVALUATE},
        },
    }
    body = json.dumps({"Resources": {"Role": role, "Function": function}})
    aws.client("cloudformation").create_stack(
        StackName="evaluate", TemplateBody=body, Capabilities=["CAPABILITY_IAM"]
    )


def deploy_release_pipeline(aws: LocalAws, foundation: Foundation, **parameters: str) -> None:
    """The stack of cfn/cicd.yaml."""
    values = {
        "ProjectName": PROJECT,
        "ProjectId": "p-toys",
        "ArtifactBucket": foundation.bucket,
        "PipelineRoleArn": foundation.role_arn,
        "ModelPackageGroupName": GROUP,
        "ConnectionArn": "arn:aws:codeconnections:us-east-1:123456789012:connection/c",
        "Repository": REPOSITORY,
        **parameters,
    }
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack(
        StackName=f"sagemaker-{PROJECT}-cicd",
        TemplateBody=(ROOT / "cfn" / "cicd.yaml").read_text(encoding="utf-8"),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    (stack,) = cloudformation.describe_stacks(StackName=f"sagemaker-{PROJECT}-cicd")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack


def until(ask: Callable[[], Any], seconds: float = 60) -> Any:
    """The first answer that is something; an error where none comes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError("nothing came of it")


def executions(aws: LocalAws, pipeline: str = PIPELINE) -> list[dict[str, Any]]:
    """The newest first."""
    found: list[dict[str, Any]] = aws.client("codepipeline").list_pipeline_executions(pipelineName=pipeline)[
        "pipelineExecutionSummaries"
    ]
    return found


def stage(aws: LocalAws, name: str, pipeline: str = PIPELINE) -> dict[str, Any]:
    """What GetPipelineState says of a stage, with its actions' latest executions by name."""
    stages = aws.client("codepipeline").get_pipeline_state(name=pipeline)["stageStates"]
    (found,) = (each for each in stages if each["stageName"] == name)
    actions = {each["actionName"]: each.get("latestExecution", {}) for each in found["actionStates"]}
    return {**found, "actions": actions}


def waiting_approval(aws: LocalAws, pipeline: str = PIPELINE) -> dict[str, Any]:
    """The approval that waits, once one does; an error where the execution ends before."""

    def ask() -> Any:
        newest = executions(aws, pipeline)[0]
        assert newest["status"] == "InProgress", (newest, failures(aws, pipeline))
        approval = stage(aws, "BatchStaging", pipeline)["actions"]["Approve"]
        return approval if "token" in approval else None

    found: dict[str, Any] = until(ask)
    return found


def answer(aws: LocalAws, token: str, status: str, summary: str = "seen") -> None:
    aws.client("codepipeline").put_approval_result(
        pipelineName=PIPELINE,
        stageName="BatchStaging",
        actionName="Approve",
        result={"status": status, "summary": summary},
        token=token,
    )


def ended(aws: LocalAws, identifier: str, pipeline: str = PIPELINE) -> str:
    """The status of an execution, once it has ended."""
    codepipeline = aws.client("codepipeline")

    def ask() -> Any:
        found = codepipeline.get_pipeline_execution(pipelineName=pipeline, pipelineExecutionId=identifier)
        status = found["pipelineExecution"]["status"]
        return None if status in ("InProgress", "Stopping") else status

    return str(until(ask))


def failures(aws: LocalAws, pipeline: str = PIPELINE) -> list[dict[str, Any]]:
    """Stage, action and error of every action that failed."""
    details = aws.client("codepipeline").list_action_executions(pipelineName=pipeline)[
        "actionExecutionDetails"
    ]
    return [
        {"action": f"{each['stageName']}.{each['actionName']}", **each["output"]["executionResult"]}
        for each in details
        if each["status"] == "Failed"
    ]
