"""What a deployed project calls, recorded, against the statements of the roles that it calls with.

Each role is allowed all that was asked with it, on that resource and under those conditions; and what it is
allowed beyond that is named here, with the reason. A right that nobody uses fails as a missing one does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from deployment.release import template
from deployment.release.template_values import Evaluation
from local_aws import running
from tests.end_to_end.calls import WHERE, Asked, Recorder, allowed, refused, statements_of
from tests.end_to_end.conftest import ROOT, STACK, Account
from tests.end_to_end.test_verbs import overlay
from tests.unit.cfn.test_least_privilege import known
from tests.unit.local_aws.codepipeline import releases

pytestmark = pytest.mark.slow
FOUNDATION = "sagemaker-taxis-foundation"
BUILD = "taxis-build"
_IMAGE = "the service pulls the image with the role; here nothing is pulled"
_STOP = "SageMaker stops the job of a run that is stopped"
_REGION = "the SDK inside of jobs and actions asks for it"
_STORE = "CodePipeline and CodeBuild look at the artifact store themselves"
_LOGS = dict.fromkeys(("logs:CreateLogStream", "logs:PutLogEvents"), "Lambda's runtime writes the log")
# Of each role, what it is allowed and was not asked for.
SURPLUS: Mapping[str, Mapping[str, str]] = {
    "PipelineRole": {
        "s3:AbortMultipartUpload": "a job that ends early takes its upload back",
        "s3:GetBucketLocation": _REGION,
        "sagemaker:StopProcessingJob": _STOP,
        "sagemaker:StopTransformJob": _STOP,
        "ecr:BatchCheckLayerAvailability": _IMAGE,
        "ecr:BatchGetImage": _IMAGE,
        "ecr:GetDownloadUrlForLayer": _IMAGE,
        "ecr:GetAuthorizationToken": _IMAGE,
        "logs:DescribeLogStreams": "the service's log agent looks for its stream",
        "cloudwatch:PutMetricData": "the service publishes the machines' load with the role",
    },
    "EvaluateDriftRole": {
        **_LOGS,
        "s3:ListBucket": "so that S3 answers 404 and not 403 where a file is missing",
    },
    "EventsRole": {},
    "CodePipelineRole": {
        "codebuild:StopBuild": "a release that is stopped stops its build",
        "codeconnections:UseConnection": "the source action reads the repository; here it reads a git folder",
        **dict.fromkeys(("s3:GetBucketAcl", "s3:GetBucketVersioning", "s3:GetBucketLocation"), _STORE),
        "s3:GetObjectVersion": _STORE,
    },
    "BuildRole": {
        "s3:GetBucketLocation": _STORE,
        "s3:GetObjectVersion": _STORE,
        **dict.fromkeys(
            (
                "sagemaker:DescribeModelPackage",
                "sagemaker:DescribeModelPackageGroup",
                "sagemaker:ListModelPackages",
            ),
            "synth reads the model; the toy's synth has none, and the test above is about the real one",
        ),
    },
    "RecordRole": {"codepipeline:PutJobFailureResult": "where it fails", **_LOGS},
    "StagingRunRole": {"codepipeline:PutJobFailureResult": "where the run fails", **_LOGS},
    "PauseRole": _LOGS,
}
# Of each role of cfn/cicd.yaml, who calls with it.
CALLERS: Mapping[str, tuple[str, ...]] = {
    "CodePipelineRole": ("codepipeline",),
    "BuildRole": ("codebuild", "-batch-synth"),
    "RecordRole": ("-batch-record",),
    "StagingRunRole": ("-batch-staging-run",),
    "PauseRole": ("-batch-pause",),
    "EventsRole": ("events",),
}
# What deploy.py may ask for beside what an undisturbed deploy does.
NOT_ASKED_HERE: Mapping[str, str] = {
    "cloudformation:DeleteChangeSet": "a change set that is empty, refused or left behind",
    "codepipeline:GetPipelineState": "approve and reject",
    "codepipeline:ListActionExecutions": "approve and reject",
    "codepipeline:PutApprovalResult": "approve and reject",
    "emr-serverless:GetApplication": "a stage whose monitor has a Spark job",
    "kms:Decrypt": "S3 asks for it where a key encrypts the bucket",
    "kms:GenerateDataKey": "S3 asks for it where a key encrypts the bucket",
    "s3:DeleteObjectVersion": "what DeleteObjects asks for where it names versions",
    "sagemaker:DescribeModelPackageGroup": "where no version is approved",
    "sts:AssumeRole": "aws.role_arn",
}
# Of each role, what is asked for by its callers and not with it: action, resource, and why.
NOT_WITH_THE_ROLE: Mapping[str, Sequence[tuple[str, str, str]]] = {
    "BuildRole": [
        ("logs:CreateLogGroup", "*", "the template makes the group, the local CodeBuild asks always")
    ],
    "CloudFormationRole": [
        ("events:ListRules", "*", "the local handler's way; the service describes the rule")
    ],
    "EventsRole": [
        ("events:*", "*", "EventBridge looks up its own rules with no role"),
        ("sns:Publish", "*", "the topic's own policy allows it (cfn/foundation.yaml's does)"),
        ("lambda:InvokeFunction", "*", "the function's own policy allows it (AWS::Lambda::Permission)"),
    ],
    "RecordRole": [
        ("s3:GetObject", "*/sagemaker-*", "an artifact, with the credentials that CodePipeline gives")
    ],
}


def with_role(role: str, asked: set[Asked]) -> set[Asked]:
    """What of it is asked for with the role."""

    def is_other(one: Asked) -> bool:
        others = NOT_WITH_THE_ROLE.get(role, ())
        return any(fnmatchcase(one.action, act) and fnmatchcase(one.resource, on) for act, on, _ in others)

    return {one for one in asked if not is_other(one)}


@pytest.fixture
def recorder(account: Account) -> Recorder:
    """Listens to an account whose drift alarm starts a pipeline."""
    account.client("sns").create_topic(Name="people")
    step = {"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "nothing to build"}}
    definition = json.dumps({"Version": "2020-12-01", "Parameters": [], "Steps": [step]})
    account.client("sagemaker").create_pipeline(
        PipelineName=BUILD,
        PipelineDefinition=definition,
        RoleArn=account.foundation.role_arn,
        ClientRequestToken="b" * 32,
    )
    return Recorder()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The taxis with a pipeline that a drift alarm starts, and people that hear of it."""
    topic = f"arn:aws:sns:{WHERE}:people"
    return overlay(tmp_path / "project", retrain={"pipeline": BUILD}, notify={"topic_arn": topic})


def in_release(account: Account, role: str) -> list[dict[str, object]]:
    """The statements of a role of cfn/cicd.yaml, as it would be for this project."""
    given = {
        "ProjectName": "taxis",
        "ProjectId": "taxis",
        "ArtifactBucket": account.foundation.bucket,
        "PipelineRoleArn": account.foundation.role_arn,
        "ModelPackageGroupName": "taxis",
    }
    pseudo = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "123456789012"}
    body = template.read((ROOT / "cfn" / "cicd.yaml").read_text(encoding="utf-8"))
    resources = Evaluation(body, given, pseudo).resources
    document = resources[f"{role.removesuffix('Role')}Policy"]["Properties"]["PolicyDocument"]
    return list(known(document, resources)["Statement"])


def compare(role: str, asked: set[Asked], statements: Sequence[Mapping[str, object]]) -> None:
    """All that was asked is allowed, and what is allowed beyond that is the named surplus."""
    assert len(asked) > 0, role
    assert refused(asked, statements) == [], role
    assert allowed(statements) - {one.action for one in asked} == set(SURPLUS[role]), role


def test_a_drifted_run_asks_for_what_its_roles_allow_and_they_allow_no_more(
    account: Account, recorder: Recorder, project: Path
) -> None:
    done = account.deploy("--start", "--batch", account.batches["drifted"], project=project)
    assert done.code == 1, done.err
    (run,) = account.client("sagemaker").list_pipeline_executions(PipelineName=BUILD)[
        "PipelineExecutionSummaries"
    ]
    assert run["PipelineExecutionStatus"] in ("Executing", "Failed"), "the alarm has started it"
    for who, stack, role in (
        ("sagemaker", FOUNDATION, "PipelineRole"),
        ("-evaluate-drift", STACK, "EvaluateDriftRole"),
        ("events", STACK, "EventsRole"),
    ):
        compare(role, with_role(role, recorder.of(who)), statements_of(account.client, stack, role))


def test_the_builds_role_may_do_what_synth_asks_for(
    account: Account, recorder: Recorder, project: Path, tmp_path: Path
) -> None:
    done = account.deploy("synth", "--output", str(tmp_path / "build"), project=project)
    assert done.code == 0, done.err
    asked = {one for one in recorder.of("") if one.action != "sts:GetCallerIdentity"}  # needs no right
    assert len(asked) > 3
    assert refused(asked, in_release(account, "BuildRole")) == []


def test_cloud_formations_role_may_make_change_and_remove_a_stage(
    account: Account, recorder: Recorder, project: Path, tmp_path: Path
) -> None:
    assert account.deploy(project=project).code == 0
    changes = {"drift": {"max_drifted_features": 2}, "transform": {"instance_type": "ml.m5.xlarge"}}
    changed = overlay(tmp_path / "changed", **changes)
    assert account.deploy(project=changed).code == 0
    assert account.deploy("destroy", "--yes", STACK, project=changed).code == 0
    # What it is allowed beyond this is what the types' schemas name: tests/unit/cfn/test_cicd.py.
    asked = with_role("CloudFormationRole", recorder.of("cloudformation"))
    assert {"sagemaker:CreatePipeline", "sagemaker:UpdatePipeline", "sagemaker:DeletePipeline"} <= {
        one.action for one in asked
    }
    assert refused(asked, in_release(account, "CloudFormationRole")) == []


def test_the_page_lists_what_deploy_asks_for_itself(
    account: Account, recorder: Recorder, project: Path, tmp_path: Path
) -> None:
    later = overlay(tmp_path / "later", drift={"max_drifted_features": 2})
    batch = account.batches["quiet"]
    for arguments, where in (
        (("doctor",), project),
        (("apply",), project),
        (("apply",), later),
        (("start", "--data-uri", batch, "--wait"), later),
        (("status",), later),
        (("rollback", "--yes"), later),
        (("destroy", "--yes", STACK), later),
    ):
        done = account.deploy(*arguments, project=where)
        assert done.code == 0, (arguments, done.err)
    asked = {one.action for one in recorder.of("")}
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    table = page.partition("## What the one who deploys may do")[2].partition("\n## ")[0]
    listed = set(re.findall(r"`([a-z0-9-]+:[A-Z]\w+)`", table))
    assert asked - listed == set()
    assert listed - asked == set(NOT_ASKED_HERE)


def test_a_release_asks_for_what_its_roles_allow_and_they_allow_no_more(tmp_path: Path) -> None:
    with running(tmp_path / "aws") as aws:
        releases.evaluate_function(aws)
        foundation = aws.deploy_foundation(ROOT / "cfn" / "foundation.yaml", releases.PROJECT)
        aws.repositories.add(releases.REPOSITORY, releases.source(aws, tmp_path / "toys"))
        recorder = Recorder()
        topic = aws.client("sns").create_topic(Name="approvals")["TopicArn"]
        releases.deploy_release_pipeline(aws, foundation, ApprovalTopicArn=topic)
        releases.answer(aws, releases.waiting_approval(aws)["token"], "Approved")
        newest = releases.executions(aws)[0]["pipelineExecutionId"]
        assert releases.ended(aws, newest) == "Succeeded"
        sagemaker = aws.client("sagemaker")
        sagemaker.create_model_package_group(ModelPackageGroupName=releases.GROUP)
        package = sagemaker.create_model_package(
            ModelPackageGroupName=releases.GROUP, ModelApprovalStatus="Approved"
        )
        assert package["ModelPackageArn"]
        releases.until(lambda: len(releases.executions(aws)) == 2)
        releases.waiting_approval(aws)
        for role, who in CALLERS.items():
            statements = statements_of(aws.client, f"sagemaker-{releases.PROJECT}-cicd", role)
            compare(role, with_role(role, recorder.of(*who)), statements)
