"""cfn/cicd.yaml, deployed and run from a commit to production."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws import LocalAws, running
from local_aws.server import Foundation
from tests.unit.local_aws.codepipeline.releases import (
    DRIFT,
    GROUP,
    PIPELINE,
    REPOSITORY,
    ROOT,
    answer,
    commit,
    deploy_release_pipeline,
    ended,
    evaluate_function,
    executions,
    failures,
    source,
    stage,
    stages,
    until,
    waiting_approval,
)


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    with running() as started:
        yield started


@pytest.fixture
def foundation(aws: LocalAws) -> Foundation:
    evaluate_function(aws)
    return aws.deploy_foundation(ROOT / "cfn" / "foundation.yaml", "toys")


@pytest.fixture
def repository(aws: LocalAws, tmp_path: Path) -> Path:
    folder = source(aws, tmp_path / "toys")
    aws.repositories.add(REPOSITORY, folder)
    return folder


def described(aws: LocalAws, stage_name: str) -> str:
    pipeline = aws.client("sagemaker").describe_pipeline(PipelineName=f"toys-batch-{stage_name}")
    return str(pipeline["PipelineDescription"])


def stack_statuses(aws: LocalAws) -> dict[str, str]:
    found = aws.client("cloudformation").describe_stacks()["Stacks"]
    return {each["StackName"]: each["StackStatus"] for each in found if "-batch-" in each["StackName"]}


def test_a_commit_goes_to_staging_waits_for_approval_and_goes_to_production(
    aws: LocalAws, foundation: Foundation, repository: Path
) -> None:
    deploy_release_pipeline(aws, foundation)
    first = waiting_approval(aws)
    assert stack_statuses(aws) == {"sagemaker-toys-batch-staging": "CREATE_COMPLETE"}
    assert first["summary"] == f"Release toys to production? The staging run: Succeeded. {DRIFT}"
    answer(aws, first["token"], "Approved")
    assert ended(aws, executions(aws)[0]["pipelineExecutionId"]) == "Succeeded"
    assert (described(aws, "staging"), described(aws, "prod")) == ("first", "first")
    assert (
        aws.client("sagemaker").list_pipeline_executions(PipelineName="toys-batch-prod")[
            "PipelineExecutionSummaries"
        ]
        == []
    )

    head = commit(repository, "Say something else", {"stages.json": stages(aws, "second")})
    until(lambda: len(executions(aws)) == 2)
    second = waiting_approval(aws)
    newest = executions(aws)[0]
    assert newest["sourceRevisions"] == [
        {"actionName": "Source", "revisionId": head, "revisionSummary": "Say something else"}
    ]
    assert newest["trigger"]["triggerType"] == "WebhookV2"
    assert (described(aws, "staging"), described(aws, "prod")) == ("second", "first")
    answer(aws, second["token"], "Approved")
    assert ended(aws, newest["pipelineExecutionId"]) == "Succeeded"
    assert described(aws, "prod") == "second"


def test_a_rejected_release_stops_before_production(
    aws: LocalAws, foundation: Foundation, repository: Path
) -> None:
    deploy_release_pipeline(aws, foundation)
    answer(aws, waiting_approval(aws)["token"], "Rejected", "too much drift")
    assert ended(aws, executions(aws)[0]["pipelineExecutionId"]) == "Failed"
    assert set(stack_statuses(aws)) == {"sagemaker-toys-batch-staging"}
    (failed,) = failures(aws)
    assert (failed["action"], failed["errorDetails"]["message"]) == ("BatchStaging.Approve", "too much drift")


def test_an_approved_and_a_rejected_model_package_start_a_release_with_nothing_to_change(
    aws: LocalAws, foundation: Foundation, repository: Path
) -> None:
    deploy_release_pipeline(aws, foundation)
    answer(aws, waiting_approval(aws)["token"], "Approved")
    ended(aws, executions(aws)[0]["pipelineExecutionId"])
    sagemaker = aws.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName=GROUP)
    package = sagemaker.create_model_package(
        ModelPackageGroupName=GROUP, ModelApprovalStatus="PendingManualApproval"
    )["ModelPackageArn"]
    assert len(executions(aws)) == 1
    for number, status in ((2, "Approved"), (3, "Rejected")):
        sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus=status)
        until(functools.partial(_count_is, aws, number))
        answer(aws, waiting_approval(aws)["token"], "Approved")
        assert ended(aws, executions(aws)[0]["pipelineExecutionId"]) == "Succeeded"
    assert aws.undelivered == ()
    assert stage(aws, "BatchProd")["actions"]["ExecuteChangeSet"]["summary"].startswith(
        "The submitted information didn't contain changes"
    )


def test_a_build_that_fails_ends_the_release_and_says_why(
    aws: LocalAws, foundation: Foundation, repository: Path
) -> None:
    commit(repository, "Break it", {"deploy.py": "raise SystemExit('no such stage')\n"})
    deploy_release_pipeline(aws, foundation)
    assert ended(aws, executions(aws)[0]["pipelineExecutionId"]) == "Failed"
    (failed,) = failures(aws)
    assert failed["action"] == "Build.Synth"
    assert "python deploy.py synth" in failed["errorDetails"]["message"]
    logs = aws.client("logs")
    (stream,) = logs.describe_log_streams(logGroupName="/aws/codebuild/sagemaker-toys-batch-synth")[
        "logStreams"
    ]
    events = logs.get_log_events(
        logGroupName="/aws/codebuild/sagemaker-toys-batch-synth", logStreamName=stream["logStreamName"]
    )["events"]
    assert "no such stage" in [event["message"] for event in events]


def test_a_staging_run_that_fails_stops_the_release_before_anybody_is_asked(
    aws: LocalAws, foundation: Foundation, repository: Path
) -> None:
    commit(
        repository,
        "Break it",
        {"stages.json": stages(aws, "x", function="arn:aws:lambda:us-east-1:1:function:no")},
    )
    deploy_release_pipeline(aws, foundation)
    assert ended(aws, executions(aws)[0]["pipelineExecutionId"]) == "Failed"
    (failed,) = failures(aws)
    assert failed["action"] == "BatchStaging.StagingRun"
    assert "Failed. Step failure" in failed["errorDetails"]["message"]
    assert stage(aws, "BatchStaging")["actions"]["Approve"] == {}


def test_a_batch_pipeline_that_runs_keeps_new_releases_out_of_the_build(
    aws: LocalAws, foundation: Foundation, repository: Path
) -> None:
    deploy_release_pipeline(aws, foundation)
    answer(aws, waiting_approval(aws)["token"], "Approved")
    ended(aws, executions(aws)[0]["pipelineExecutionId"])
    until(lambda: stage(aws, "Build")["inboundTransitionState"]["enabled"])
    aws.client("sagemaker").start_pipeline_execution(PipelineName="toys-batch-prod")
    closed = until(lambda: _closed(aws))
    assert closed["disabledReason"] == "A batch pipeline of this project runs."
    until(lambda: stage(aws, "Build")["inboundTransitionState"]["enabled"])


def _count_is(aws: LocalAws, number: int) -> bool:
    return len(executions(aws)) == number


def _closed(aws: LocalAws) -> dict[str, object]:
    way: dict[str, object] = stage(aws, "Build")["inboundTransitionState"]
    return {} if way["enabled"] else way


def test_a_way_that_a_person_has_closed_stays_closed(
    aws: LocalAws, foundation: Foundation, repository: Path
) -> None:
    deploy_release_pipeline(aws, foundation)
    waiting_approval(aws)
    into = {"pipelineName": PIPELINE, "stageName": "Build", "transitionType": "Inbound"}
    until(lambda: stage(aws, "Build")["inboundTransitionState"]["enabled"])
    aws.client("codepipeline").disable_stage_transition(**into, reason="holidays")
    function = "sagemaker-toys-batch-pause"
    ran = aws.client("lambda").invoke(FunctionName=function, Payload=b"{}")
    assert "FunctionError" not in ran, ran["Payload"].read()
    assert _closed(aws)["disabledReason"] == "holidays"
