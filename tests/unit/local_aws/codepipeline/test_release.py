"""cfn/cicd.yaml, deployed and run from a commit to production."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from deployment.release.records import parse
from local_aws import LocalAws, running
from local_aws.server import Foundation
from tests.unit.local_aws.codepipeline.releases import (
    DRIFT,
    GROUP,
    PIPELINE,
    REPOSITORY,
    ROOT,
    SYNTH,
    answer,
    commit,
    deploy_release_pipeline,
    ended,
    evaluate_function,
    executions,
    failures,
    git,
    source,
    stage,
    stages,
    until,
    waiting_approval,
)

pytestmark = pytest.mark.slow  # a release builds, and runs functions, in processes of their own


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


def changed_source(aws: LocalAws, folder: Path, files: Mapping[str, str]) -> None:
    """The toy project's repository with another commit, as it is before anybody looks at it."""
    commit(source(aws, folder), "Change it", files)
    aws.repositories.add(REPOSITORY, folder)


def described(aws: LocalAws, stage_name: str) -> str:
    pipeline = aws.client("sagemaker").describe_pipeline(PipelineName=f"toys-batch-{stage_name}")
    return str(pipeline["PipelineDescription"])


def stack_statuses(aws: LocalAws) -> dict[str, str]:
    found = aws.client("cloudformation").describe_stacks()["Stacks"]
    return {each["StackName"]: each["StackStatus"] for each in found if "-batch-" in each["StackName"]}


def recorded(aws: LocalAws, foundation: Foundation, stage_name: str) -> list[tuple[int, str, str]]:
    """Number, state and words of every release that a stage has a record of."""
    s3, prefix = aws.client("s3"), f"deploy/toys-batch-{stage_name}/releases/"
    found = s3.list_objects_v2(Bucket=foundation.bucket, Prefix=prefix).get("Contents", [])
    bodies = [s3.get_object(Bucket=foundation.bucket, Key=each["Key"])["Body"].read() for each in found]
    return sorted((one.number, one.state, one.parameters["Words"]) for one in map(parse, bodies))


def test_a_commit_goes_to_staging_waits_for_approval_and_goes_to_production(
    aws: LocalAws, foundation: Foundation, repository: Path
) -> None:
    deploy_release_pipeline(aws, foundation, StagingDataInputUri="s3://golden/batch")
    first = waiting_approval(aws)
    sagemaker = aws.client("sagemaker")
    (run,) = sagemaker.list_pipeline_executions(PipelineName="toys-batch-staging")[
        "PipelineExecutionSummaries"
    ]
    assert sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=run["PipelineExecutionArn"])[
        "PipelineParameters"
    ] == [{"Name": "DataInputUri", "Value": "s3://golden/batch"}]
    assert stack_statuses(aws) == {"sagemaker-toys-batch-staging": "CREATE_COMPLETE"}
    assert first["summary"] == f"Release toys to production? The staging run: Succeeded. {DRIFT}"
    answer(aws, first["token"], "Approved")
    assert ended(aws, executions(aws)[0]["pipelineExecutionId"]) == "Succeeded"
    assert (described(aws, "staging"), described(aws, "prod")) == ("first", "first")
    assert (
        sagemaker.list_pipeline_executions(PipelineName="toys-batch-prod")["PipelineExecutionSummaries"] == []
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
    for each in ("staging", "prod"):
        releases = [(1, "deployed", "first"), (2, "deployed", "second")]
        assert recorded(aws, foundation, each) == releases


def test_a_release_whose_record_cannot_be_written_says_so(
    aws: LocalAws, foundation: Foundation, tmp_path: Path
) -> None:
    silent = SYNTH.replace('f"{stage}.release.json"', 'f"{stage}.forgotten.json"')
    changed_source(aws, tmp_path / "toys", {"deploy.py": silent})
    deploy_release_pipeline(aws, foundation)
    assert ended(aws, executions(aws)[0]["pipelineExecutionId"]) == "Failed"
    (failed,) = failures(aws)
    assert failed["action"] == "BatchStaging.Record"
    assert "The release could not be recorded" in failed["errorDetails"]["message"]
    assert "staging.release.json" in failed["errorDetails"]["message"]


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
    assert recorded(aws, foundation, "prod") == [(1, "deployed", "first")]
    assert stage(aws, "BatchProd")["actions"]["Record"]["summary"] == "Release 1 is deployed still."


def test_a_build_that_fails_ends_the_release_and_says_why(
    aws: LocalAws, foundation: Foundation, tmp_path: Path
) -> None:
    changed_source(aws, tmp_path / "toys", {"deploy.py": "raise SystemExit('no such stage')\n"})
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
    aws: LocalAws, foundation: Foundation, tmp_path: Path
) -> None:
    nobody = "arn:aws:lambda:us-east-1:123456789012:function:nobody"
    changed_source(aws, tmp_path / "toys", {"stages.json": stages(aws, "x", function=nobody)})
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
    aws.client("s3").create_bucket(Bucket="hold")
    aws.client("sagemaker").start_pipeline_execution(PipelineName="toys-batch-prod")
    closed = until(lambda: _closed(aws))
    assert closed["disabledReason"] == "A batch pipeline of this project runs."
    started = aws.client("codepipeline").start_pipeline_execution(name=PIPELINE)["pipelineExecutionId"]
    until(lambda: stage(aws, "Build")["inboundExecutions"])
    aws.client("s3").delete_bucket(Bucket="hold")
    answer(aws, waiting_approval(aws)["token"], "Rejected")
    assert ended(aws, started) == "Failed"
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
    into = {"pipelineName": PIPELINE, "stageName": "Build", "transitionType": "Inbound"}
    aws.client("codepipeline").disable_stage_transition(**into, reason="holidays")
    function = "sagemaker-toys-batch-pause"
    ran = aws.client("lambda").invoke(FunctionName=function, Payload=b"{}")
    assert "FunctionError" not in ran, ran["Payload"].read()
    assert _closed(aws)["disabledReason"] == "holidays"


def test_a_commit_to_code_commit_starts_a_release(
    aws: LocalAws, foundation: Foundation, tmp_path: Path
) -> None:
    folder = source(aws, tmp_path / "toys")
    aws.repositories.add("toys", folder)
    deploy_release_pipeline(aws, foundation, SourceProvider="CodeCommit", Repository="toys")
    answer(aws, waiting_approval(aws)["token"], "Rejected")
    ended(aws, executions(aws)[0]["pipelineExecutionId"])
    git(folder, "branch", "another")
    head = commit(folder, "Go on", {"stages.json": stages(aws, "second")})
    until(functools.partial(_count_is, aws, 2))
    waiting_approval(aws)
    assert executions(aws)[0]["sourceRevisions"][0]["revisionId"] == head
    assert described(aws, "staging") == "second"


def test_a_new_zip_of_the_source_starts_a_release(
    aws: LocalAws, foundation: Foundation, tmp_path: Path
) -> None:
    folder = source(aws, tmp_path / "toys")
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="sources")
    s3.put_bucket_versioning(Bucket="sources", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_notification_configuration(
        Bucket="sources", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    git(folder, "archive", "--format=zip", "--output=../toys.zip", "HEAD")
    s3.put_object(Bucket="sources", Key="toys.zip", Body=(tmp_path / "toys.zip").read_bytes())
    deploy_release_pipeline(
        aws, foundation, SourceProvider="S3", SourceBucket="sources", SourceKey="toys.zip"
    )
    answer(aws, waiting_approval(aws)["token"], "Approved")
    assert ended(aws, executions(aws)[0]["pipelineExecutionId"]) == "Succeeded"
    s3.put_object(Bucket="sources", Key="toys.zip", Body=(tmp_path / "toys.zip").read_bytes())
    until(functools.partial(_count_is, aws, 2))
    waiting_approval(aws)


def test_the_stack_of_the_release_pipeline_is_deleted_and_leaves_nothing(
    aws: LocalAws, foundation: Foundation, repository: Path
) -> None:
    deploy_release_pipeline(aws, foundation)
    aws.client("cloudformation").delete_stack(StackName="sagemaker-toys-cicd")
    assert aws.client("codepipeline").list_pipelines()["pipelines"] == []
    assert aws.client("codebuild").list_projects()["projects"] == []
    assert aws.client("events").list_rules()["Rules"] == []
    functions = [each["FunctionName"] for each in aws.client("lambda").list_functions()["Functions"]]
    assert functions == ["evaluate"]
