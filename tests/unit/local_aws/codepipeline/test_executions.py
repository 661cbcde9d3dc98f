from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from tests.unit.local_aws.codepipeline.pipelines import (
    action,
    approval,
    bucket,
    created,
    decide,
    declared,
    pending,
    stage_state,
    start,
    status,
    waits_for,
)
from tests.unit.local_aws.codepipeline.releases import ended, failures, until

NOBODY = "00000000-0000-0000-0000-000000000000"


def test_a_new_pipeline_runs_at_once_and_reports_its_source(aws: LocalAws) -> None:
    name, execution = created(aws, [approval()])
    decide(aws, name)
    assert ended(aws, execution, name) == "Succeeded"
    (summary,) = aws.client("codepipeline").list_pipeline_executions(pipelineName=name)[
        "pipelineExecutionSummaries"
    ]
    assert summary["trigger"]["triggerType"] == "CreatePipeline"
    (revision,) = summary["sourceRevisions"]
    assert revision["revisionSummary"] == f"Amazon S3 version id: {revision['revisionId']}"


def test_of_two_executions_that_wait_for_a_stage_the_newer_one_goes_on(aws: LocalAws) -> None:
    name, first = created(aws, [approval()])
    pending(aws, name)
    second = start(aws, name)
    waits_for(aws, name, "Stage1", second)
    third = start(aws, name)
    assert ended(aws, second, name) == "Superseded"
    decide(aws, name)
    assert ended(aws, first, name) == "Succeeded"
    decide(aws, name)
    assert ended(aws, third, name) == "Succeeded"


def test_queued_executions_go_into_a_stage_one_by_one_the_oldest_first(aws: LocalAws) -> None:
    name, first = created(aws, [approval()], executionMode="QUEUED", pipelineType="V2")
    pending(aws, name)
    second = start(aws, name)
    waits_for(aws, name, "Stage1", second)
    third = start(aws, name)
    waits_for(aws, name, "Stage1", third)
    for execution in (first, second, third):
        until(
            lambda execution=execution: (  # type: ignore[misc]
                stage_state(aws, name, "Stage1")["latestExecution"]["pipelineExecutionId"] == execution
            )
        )
        decide(aws, name)
        assert ended(aws, execution, name) == "Succeeded"


def test_a_closed_transition_holds_executions_until_it_is_opened(aws: LocalAws) -> None:
    codepipeline = aws.client("codepipeline")
    name, first = created(aws, [approval()], [approval("Again")])
    into: dict[str, Any] = {"pipelineName": name, "stageName": "Stage2", "transitionType": "Inbound"}
    codepipeline.disable_stage_transition(**into, reason="not now")
    decide(aws, name)
    waits_for(aws, name, "Stage2", first)
    way = stage_state(aws, name, "Stage2")["inboundTransitionState"]
    assert (way["enabled"], way["disabledReason"]) == (False, "not now")
    codepipeline.enable_stage_transition(**into)
    decide(aws, name, stage="Stage2", act="Again")
    assert ended(aws, first, name) == "Succeeded"


def test_actions_of_one_run_order_run_side_by_side_and_of_the_next_one_after_them(aws: LocalAws) -> None:
    group = [approval("A", runOrder=1), approval("B", runOrder=1), approval("C", runOrder=2)]
    name, execution = created(aws, group)
    assert pending(aws, name, act="A") != pending(aws, name, act="B")
    last = {each["actionName"]: each for each in stage_state(aws, name, "Stage1")["actionStates"]}["C"]
    assert "latestExecution" not in last
    for each in ("B", "A", "C"):
        decide(aws, name, act=each)
    assert ended(aws, execution, name) == "Succeeded"


def test_a_stop_waits_for_what_runs(aws: LocalAws) -> None:
    name, execution = created(aws, [approval()], [approval("Again")])
    token = pending(aws, name)
    codepipeline = aws.client("codepipeline")
    stop = {"pipelineName": name, "pipelineExecutionId": execution}
    codepipeline.stop_pipeline_execution(**stop, reason="wrong one")
    assert status(aws, name, execution) == "Stopping"
    with pytest.raises(ClientError, match="DuplicatedStopRequest"):
        codepipeline.stop_pipeline_execution(**stop)
    assert token == pending(aws, name)
    decide(aws, name)
    assert ended(aws, execution, name) == "Stopped"
    (summary,) = codepipeline.list_pipeline_executions(pipelineName=name)["pipelineExecutionSummaries"]
    assert summary["stopTrigger"] == {"reason": "wrong one"}
    with pytest.raises(ClientError, match="NotStoppable"):
        codepipeline.stop_pipeline_execution(**stop)


def test_an_abandoned_execution_leaves_its_approval_behind(aws: LocalAws) -> None:
    name, execution = created(aws, [approval()])
    token = pending(aws, name)
    codepipeline = aws.client("codepipeline")
    codepipeline.stop_pipeline_execution(pipelineName=name, pipelineExecutionId=execution, abandon=True)
    assert ended(aws, execution, name) == "Stopped"
    (state,) = stage_state(aws, name, "Stage1")["actionStates"]
    assert state["latestExecution"]["status"] == "Abandoned"
    with pytest.raises(ClientError, match="ApprovalAlreadyCompleted"):
        codepipeline.put_approval_result(
            pipelineName=name,
            stageName="Stage1",
            actionName="Approve",
            result={"status": "Approved", "summary": ""},
            token=token,
        )


def test_a_failed_stage_is_retried_without_what_has_succeeded_in_it(aws: LocalAws) -> None:
    name, execution = created(aws, [approval("A"), approval("B", runOrder=2)])
    decide(aws, name, act="A")
    decide(aws, name, "Rejected", act="B")
    assert ended(aws, execution, name) == "Failed"
    retry = {"pipelineName": name, "stageName": "Stage1", "pipelineExecutionId": execution}
    aws.client("codepipeline").retry_stage_execution(**retry, retryMode="FAILED_ACTIONS")
    decide(aws, name, act="B")
    assert ended(aws, execution, name) == "Succeeded"
    details = aws.client("codepipeline").list_action_executions(pipelineName=name)["actionExecutionDetails"]
    assert [each["actionName"] for each in details] == ["B", "B", "A", "Source"]
    with pytest.raises(ClientError, match="StageNotRetryable"):
        aws.client("codepipeline").retry_stage_execution(**retry, retryMode="ALL_ACTIONS")


def test_an_approval_takes_its_own_token_only_and_one_answer(aws: LocalAws) -> None:
    name, _ = created(aws, [approval()])
    token = pending(aws, name)
    answer: dict[str, Any] = {"pipelineName": name, "stageName": "Stage1", "actionName": "Approve"}
    approve = aws.client("codepipeline").put_approval_result
    yes = {"status": "Approved", "summary": ""}
    with pytest.raises(ClientError, match="InvalidApprovalToken"):
        approve(**answer, result=yes, token=NOBODY)
    with pytest.raises(ClientError, match="ActionNotFound"):
        approve(**{**answer, "actionName": "No"}, result=yes, token=token)
    approve(**answer, result=yes, token=token)
    with pytest.raises(ClientError, match="ApprovalAlreadyCompleted"):
        approve(**answer, result=yes, token=token)


def test_an_approval_tells_its_topic_what_it_waits_for(aws: LocalAws) -> None:
    topic = aws.client("sns").create_topic(Name="approvals")["TopicArn"]
    url = aws.client("sqs").create_queue(QueueName="approvals")["QueueUrl"]
    queue = f"arn:aws:sqs:us-east-1:{aws.account_id}:approvals"
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    words = "version #{Source.VersionId}, run #{codepipeline.PipelineExecutionId}, for #{variables.Who}"
    asked = approval(configuration={"NotificationArn": topic, "CustomData": words})
    name, execution = created(
        aws, [asked], pipelineType="V2", variables=[{"name": "Who", "defaultValue": "all"}]
    )
    token = pending(aws, name)
    (message,) = until(lambda: aws.client("sqs").receive_message(QueueUrl=url).get("Messages"))
    told = json.loads(json.loads(message["Body"])["Message"])["approval"]
    assert (told["pipelineName"], told["stageName"], told["token"]) == (name, "Stage1", token)
    version = aws.client("s3").head_object(Bucket=bucket(aws), Key=f"{name}.zip")["VersionId"]
    assert told["customData"] == f"version {version}, run {execution}, for all"


def test_a_variable_that_nobody_gave_fails_the_action_that_asks_for_it(aws: LocalAws) -> None:
    name, execution = created(aws, [approval(configuration={"CustomData": "#{Source.Nothing}"})])
    assert ended(aws, execution, name) == "Failed"
    (failed,) = failures(aws, name)
    assert failed["errorDetails"]["code"] == "InvalidVariableReference"


def test_the_same_token_starts_one_execution(aws: LocalAws) -> None:
    name, first = created(aws, [approval()])
    pending(aws, name)
    again = start(aws, name, clientRequestToken="t-1")
    assert again != first
    assert start(aws, name, clientRequestToken="t-1") == again


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"executionMode": "PARALLEL"}, "executionMode PARALLEL"),
        (
            {
                "triggers": [
                    {
                        "providerType": "CodeStarSourceConnection",
                        "gitConfiguration": {"sourceActionName": "S"},
                    }
                ]
            },
            "triggers",
        ),
        ({"stages": []}, "minimum of 2 stages"),
    ],
)
def test_a_pipeline_that_would_not_run_is_refused(aws: LocalAws, change: dict[str, Any], said: str) -> None:
    with pytest.raises(ClientError, match=said):
        aws.client("codepipeline").create_pipeline(pipeline={**declared(aws, [approval()]), **change})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (action("Deploy", "ECS"), "Deploy AWS ECS"),
        (action("Source", "S3", configuration={"S3Bucket": "b", "S3ObjectKey": "k"}), "first stage"),
        (action("Build", "CodeBuild", configuration={}), "lacks ProjectName; 0 inputArtifacts"),
        (approval(configuration={"Colour": "red"}), "does not do Colour"),
        (approval(inputArtifacts=[{"name": "Code"}]), "1 inputArtifacts; 0 to 0"),
        (approval(configuration={"CustomData": "#{Later.X}"}), "no earlier action has the namespace"),
        (approval(timeoutInMinutes=60), "timeoutInMinutes"),
        (
            action("Invoke", "Lambda", configuration={"FunctionName": "f"}, inputArtifacts=[{"name": "No"}]),
            "no earlier action gives the artifact No",
        ),
    ],
)
def test_an_action_that_would_not_run_is_refused(aws: LocalAws, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ClientError, match=said):
        aws.client("codepipeline").create_pipeline(pipeline=declared(aws, [wrong]))


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("list_webhooks", {}),
        ("rollback_stage", {"pipelineName": "p", "stageName": "s", "targetPipelineExecutionId": NOBODY}),
    ],
)
def test_an_operation_that_is_not_done_says_so(
    aws: LocalAws, operation: str, arguments: dict[str, str]
) -> None:
    with pytest.raises(ClientError, match="The local AWS does not do codepipeline"):
        getattr(aws.client("codepipeline"), operation)(**arguments)


def test_a_pipeline_is_updated_described_listed_tagged_and_deleted(aws: LocalAws) -> None:
    codepipeline = aws.client("codepipeline")
    name, execution = created(aws, [approval()])
    pending(aws, name)
    pipeline = codepipeline.get_pipeline(name=name)
    arn = pipeline["metadata"]["pipelineArn"]
    pipeline["pipeline"]["stages"].append({"name": "Stage2", "actions": [approval()]})
    assert codepipeline.update_pipeline(pipeline=pipeline["pipeline"])["pipeline"]["version"] == 2
    assert [each["stageName"] for each in codepipeline.get_pipeline_state(name=name)["stageStates"]][
        -1
    ] == "Stage2"
    codepipeline.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
    codepipeline.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert codepipeline.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "b", "value": "2"}]
    decide(aws, name)
    assert ended(aws, execution, name) == "Succeeded"  # as it was declared when it began
    assert name in [each["name"] for each in codepipeline.list_pipelines()["pipelines"]]
    codepipeline.delete_pipeline(name=name)
    with pytest.raises(ClientError, match="PipelineNotFound"):
        codepipeline.get_pipeline_state(name=name)


def test_of_the_executions_that_have_ended_the_last_hundred_and_the_latest_in_a_stage_are_remembered(
    aws: LocalAws,
) -> None:
    name, first = created(aws, [approval()])
    decide(aws, name)
    assert ended(aws, first, name) == "Succeeded"
    # A hundred and twenty more that never came to Stage1, as a source that can't be read makes them.
    pipeline = aws.kept["codepipeline"]["us-east-1", aws.account_id].pipelines[name]
    for number in range(2, 122):
        failed = replace(pipeline.executions[first], number=number, id=f"made-{number}", runs=[])
        failed.status, failed.stages = "Failed", {"Source": "Failed"}
        pipeline.executions[failed.id] = failed
    last = start(aws, name)
    decide(aws, name)
    assert ended(aws, last, name) == "Succeeded"
    pages = aws.client("codepipeline").get_paginator("list_pipeline_executions").paginate(pipelineName=name)
    listed = [each["pipelineExecutionId"] for page in pages for each in page["pipelineExecutionSummaries"]]
    assert listed == [last, *(f"made-{number}" for number in range(121, 21, -1))]
    assert pipeline.next_number == 123
    # While it was under way the first one was Stage1's latest.
    with pytest.raises(ClientError, match="has no execution"):
        aws.client("codepipeline").get_pipeline_execution(pipelineName=name, pipelineExecutionId=first)
