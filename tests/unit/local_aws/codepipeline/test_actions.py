from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from local_aws import LocalAws, RepositoryError
from tests.unit.local_aws.codepipeline.pipelines import (
    ROLE,
    action,
    approval,
    bucket,
    created,
    decide,
    declared,
    pending,
    start,
    zipped,
)
from tests.unit.local_aws.codepipeline.releases import commit, ended, executions, failures, git, until
from tests.unit.local_aws.test_events import rule

BUILDSPEC = """\
version: 0.2
env:
  exported-variables: [WORDS]
phases:
  build:
    commands:
      - export WORDS="$(cat a.txt) $EXTRA"
      - echo "$WORDS" > words.txt
artifacts:
  files: [words.txt]
"""
TOPIC = json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
TWO_TOPICS = json.dumps(
    {
        "Parameters": {"Name": {"Type": "String"}},
        "Resources": {
            "T": {"Type": "AWS::SNS::Topic"},
            "U": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Name"}}},
        },
        "Outputs": {"Topic": {"Value": {"Ref": "U"}}},
    }
)
FUNCTION = """
import boto3

def handler(event, context):
    job = event["CodePipeline.job"]
    codepipeline = boto3.client("codepipeline")
    asked = job["data"]["actionConfiguration"]["configuration"]["UserParameters"]
    if asked == "fail":
        details = {"type": "ConfigurationError", "message": "as you wish"}
        codepipeline.put_job_failure_result(jobId=job["id"], failureDetails=details)
    elif asked == "twice" and "continuationToken" not in job["data"]:
        codepipeline.put_job_success_result(jobId=job["id"], continuationToken="one")
    elif asked != "silence":
        said = asked + job["data"].get("continuationToken", "")
        codepipeline.put_job_success_result(jobId=job["id"], outputVariables={"Said": said})
"""


@pytest.fixture(scope="module")
def function(aws: LocalAws) -> str:
    trust = {"Version": "2012-10-17", "Statement": []}
    role = aws.client("iam").create_role(RoleName="answerer", AssumeRolePolicyDocument=json.dumps(trust))
    aws.client("lambda").create_function(
        FunctionName="answerer",
        Runtime="python3.13",
        Handler="index.handler",
        Role=role["Role"]["Arn"],
        Timeout=30,
        Code={"ZipFile": zipped({"index.py": FUNCTION})},
    )
    return "answerer"


def invoke(function: str, asked: str) -> dict[str, Any]:
    configuration = {"FunctionName": function, "UserParameters": asked}
    return action("Invoke", "Lambda", namespace="Answer", configuration=configuration)


@pytest.mark.parametrize(("asked", "said"), [("hello", "hello"), ("twice", "twiceone")])
def test_a_function_is_asked_until_it_has_answered_and_its_variables_go_on(
    aws: LocalAws, function: str, asked: str, said: str
) -> None:
    told = approval(configuration={"CustomData": "it said #{Answer.Said}"})
    name, execution = created(aws, [invoke(function, asked)], [told])
    decide(aws, name, stage="Stage2")
    assert ended(aws, execution, name) == "Succeeded"
    newest = aws.client("codepipeline").list_action_executions(pipelineName=name)["actionExecutionDetails"][0]
    assert newest["input"]["resolvedConfiguration"] == {"CustomData": f"it said {said}"}


@pytest.mark.parametrize(
    ("asked", "said"), [("fail", "as you wish"), ("silence", "ended without an answer to the job: null")]
)
def test_a_function_that_fails_or_says_nothing_fails_the_action(
    aws: LocalAws, function: str, asked: str, said: str
) -> None:
    name, execution = created(aws, [invoke(function, asked)], [approval()])
    assert ended(aws, execution, name) == "Failed"
    (failed,) = failures(aws, name)
    assert failed["errorDetails"]["message"].endswith(said)


def test_a_build_hands_on_its_variables_and_its_files(aws: LocalAws) -> None:
    aws.client("codebuild").create_project(
        name="words",
        source={"type": "CODEPIPELINE", "buildspec": BUILDSPEC},
        artifacts={"type": "CODEPIPELINE"},
        environment={"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"},
        serviceRole=ROLE,
    )
    extra = json.dumps([{"name": "EXTRA", "value": "#{Source.ObjectKey}", "type": "PLAINTEXT"}])
    build = action(
        "Build",
        "CodeBuild",
        namespace="Words",
        configuration={"ProjectName": "words", "EnvironmentVariables": extra},
        inputArtifacts=[{"name": "Code"}],
        outputArtifacts=[{"name": "Built"}],
    )
    name, execution = created(aws, [build], [approval(configuration={"CustomData": "#{Words.WORDS}"})])
    decide(aws, name, stage="Stage2")
    assert ended(aws, execution, name) == "Succeeded"
    details = aws.client("codepipeline").list_action_executions(pipelineName=name)["actionExecutionDetails"]
    assert details[0]["input"]["resolvedConfiguration"] == {"CustomData": f"a {name}.zip"}
    (made,) = details[1]["output"]["outputArtifacts"]
    where = made["s3location"]
    assert where["key"].startswith(f"{name[:20]}/Built/")
    body = aws.client("s3").get_object(Bucket=where["bucket"], Key=where["key"])["Body"].read()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.read("words.txt").decode() == f"a {name}.zip\n"


def stack_action(mode: str, stack: str, **configuration: str) -> dict[str, Any]:
    return action(
        "Deploy",
        "CloudFormation",
        f"{mode.title().replace('_', '')}",
        configuration={"ActionMode": mode, "StackName": stack, "RoleArn": ROLE, **configuration},
        inputArtifacts=[{"name": "Code"}],
    )


def test_a_stack_is_created_from_template_and_configuration_and_its_outputs_go_on(aws: LocalAws) -> None:
    files = {
        "t.json": TWO_TOPICS,
        "c.json": json.dumps({"Parameters": {"Name": "no"}, "Tags": {"team": "toys"}}),
    }
    deploy = stack_action(
        "CREATE_UPDATE",
        "two-topics",
        TemplatePath="Code::t.json",
        TemplateConfiguration="Code::c.json",
        ParameterOverrides='{"Name": "yes"}',
    )
    told = approval(configuration={"CustomData": "#{Stack.Topic}"})
    name, execution = created(aws, [{**deploy, "namespace": "Stack"}], [told], files=files)
    decide(aws, name, stage="Stage2")
    assert ended(aws, execution, name) == "Succeeded"
    newest = aws.client("codepipeline").list_action_executions(pipelineName=name)["actionExecutionDetails"][0]
    topic = f"arn:aws:sns:us-east-1:{aws.account_id}:yes"
    assert newest["input"]["resolvedConfiguration"] == {"CustomData": topic}
    (stack,) = aws.client("cloudformation").describe_stacks(StackName="two-topics")["Stacks"]
    assert stack["Tags"] == [{"Key": "team", "Value": "toys"}]


def test_a_change_set_that_was_left_behind_is_replaced(aws: LocalAws) -> None:
    aws.client("cloudformation").create_change_set(
        StackName="left-behind", ChangeSetName="release", ChangeSetType="CREATE", TemplateBody=TOPIC
    )
    make = stack_action(
        "CHANGE_SET_REPLACE", "left-behind", ChangeSetName="release", TemplatePath="Code::t.json"
    )
    run = {**stack_action("CHANGE_SET_EXECUTE", "left-behind", ChangeSetName="release"), "runOrder": 2}
    name, execution = created(aws, [make, run], files={"t.json": TOPIC})
    assert ended(aws, execution, name) == "Succeeded", failures(aws, name)
    (stack,) = aws.client("cloudformation").describe_stacks(StackName="left-behind")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    again = start(aws, name)
    assert ended(aws, again, name) == "Succeeded"
    summary = aws.client("cloudformation").list_change_sets(StackName="left-behind")["Summaries"]
    assert [each for each in summary if each["Status"] == "FAILED"] == []


def test_a_template_that_is_too_large_to_be_sent_is_deployed_all_the_same(aws: LocalAws) -> None:
    whole = json.loads(TOPIC)
    whole["Metadata"] = {"Filler": "x" * 60_000}
    deploy = stack_action("CREATE_UPDATE", "large", TemplatePath="Code::t.json")
    name, execution = created(aws, [deploy], files={"t.json": json.dumps(whole)})
    assert ended(aws, execution, name) == "Succeeded", failures(aws, name)


@pytest.mark.parametrize(
    ("template", "path", "said"),
    [
        (TOPIC, "Code::no.json", r"File [no.json] does not exist in artifact [Code]"),
        (json.dumps({"Resources": {"X": {"Type": "AWS::No::Such"}}}), "Code::t.json", "AWS::No::Such"),
        (
            json.dumps(
                {
                    "Resources": {
                        "P": {
                            "Type": "AWS::Lambda::Permission",
                            "Properties": {
                                "FunctionName": "missing",
                                "Action": "lambda:InvokeFunction",
                                "Principal": "s3.amazonaws.com",
                            },
                        }
                    }
                }
            ),
            "Code::t.json",
            "is ROLLBACK_COMPLETE: P: ",
        ),
    ],
)
def test_a_stack_that_cannot_be_made_fails_the_action_with_the_first_reason(
    aws: LocalAws, template: str, path: str, said: str
) -> None:
    deploy = stack_action("CREATE_UPDATE", "bad", TemplatePath=path)
    name, execution = created(aws, [deploy], files={"t.json": template})
    assert ended(aws, execution, name) == "Failed"
    (failed,) = failures(aws, name)
    assert said in failed["errorDetails"]["message"]
    aws.client("cloudformation").delete_stack(StackName="bad")


def code_commit(aws: LocalAws, repository: str, polls: str) -> str:
    """The name of a new pipeline whose source is that repository's main branch."""
    pipeline = declared(aws, [approval()])
    configuration = {"RepositoryName": repository, "BranchName": "main", "PollForSourceChanges": polls}
    pipeline["stages"][0]["actions"] = [
        action("Source", "CodeCommit", configuration=configuration, outputArtifacts=[{"name": "Code"}])
    ]
    aws.client("codepipeline").create_pipeline(pipeline=pipeline)
    return str(pipeline["name"])


def test_a_commit_to_a_code_commit_repository_is_an_event_that_starts_a_pipeline(
    aws: LocalAws, tmp_path: Path
) -> None:
    commit(tmp_path, "First", {"a": "1"})
    aws.repositories.add("hosted", tmp_path)
    name = code_commit(aws, "hosted", "false")
    decide(aws, name)
    pattern = {
        "source": ["aws.codecommit"],
        "detail": {"event": ["referenceUpdated"], "referenceName": ["main"], "repositoryName": ["hosted"]},
    }
    target = {"Arn": f"arn:aws:codepipeline:us-east-1:{aws.account_id}:{name}", "RoleArn": ROLE}
    rule(aws, "commits", pattern, target)
    git(tmp_path, "branch", "other")
    head = commit(tmp_path, "Second", {"a": "2"})
    until(lambda: len(executions(aws, name)) == 2)
    pending(aws, name)
    assert executions(aws, name)[0]["sourceRevisions"][0]["revisionId"] == head
    assert aws.undelivered == ()


def test_a_commit_starts_a_pipeline_that_polls(aws: LocalAws, tmp_path: Path) -> None:
    commit(tmp_path, "First", {"a": "1"})
    aws.repositories.add("polled", tmp_path)
    name = code_commit(aws, "polled", "true")
    decide(aws, name)
    commit(tmp_path, "Second", {"a": "2"})
    until(lambda: len(executions(aws, name)) == 2)
    assert executions(aws, name)[0]["trigger"]["triggerType"] == "PollForSourceChanges"


def test_a_new_zip_in_a_bucket_is_an_event_that_starts_a_pipeline(aws: LocalAws) -> None:
    name, _ = created(aws, [approval()])
    decide(aws, name)
    s3 = aws.client("s3")
    s3.put_bucket_notification_configuration(
        Bucket=bucket(aws), NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [bucket(aws)]}, "object": {"key": [f"{name}.zip"]}},
    }
    target = {"Arn": f"arn:aws:codepipeline:us-east-1:{aws.account_id}:{name}", "RoleArn": ROLE}
    rule(aws, "zips", pattern, target)
    s3.put_object(Bucket=bucket(aws), Key="another.zip", Body=b"")
    version = s3.put_object(Bucket=bucket(aws), Key=f"{name}.zip", Body=zipped({"b": "b"}))["VersionId"]
    until(lambda: len(executions(aws, name)) == 2)
    pending(aws, name)
    assert executions(aws, name)[0]["sourceRevisions"][0]["revisionId"] == version


def test_a_repository_that_nothing_stands_in_for_is_a_clear_failure(aws: LocalAws) -> None:
    name = code_commit(aws, "nowhere", "false")
    (newest,) = executions(aws, name)
    assert ended(aws, newest["pipelineExecutionId"], name) == "Failed"
    (failed,) = failures(aws, name)
    assert "LocalAws.repositories.add('nowhere', folder)" in failed["errorDetails"]["message"]


def test_a_folder_that_is_no_repository_is_refused(aws: LocalAws, tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="not a git repository"):
        aws.repositories.add("none", tmp_path)
