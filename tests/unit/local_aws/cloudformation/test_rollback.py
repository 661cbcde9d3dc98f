from __future__ import annotations

from typing import Any

import pytest

from local_aws import LocalAws
from tests.unit.local_aws.cloudformation.stacks import REFUSED, body, events, refused, status, topic


def topics(aws: LocalAws) -> dict[str, str]:
    """Each topic's display name."""
    sns = aws.session().client("sns")
    arns = [item["TopicArn"] for item in sns.list_topics()["Topics"]]
    return {
        arn.rpartition(":")[2]: sns.get_topic_attributes(TopicArn=arn)["Attributes"].get("DisplayName", "")
        for arn in arns
    }


def test_a_failed_creation_deletes_what_was_made_in_reverse(aws: LocalAws, cloudformation: Any) -> None:
    resources = {
        "First": topic("first"),
        "Second": topic("second", DependsOn="First"),
        "Bad": {**REFUSED, "DependsOn": "Second"},
    }
    cloudformation.create_stack(StackName="s", TemplateBody=body(resources))
    stack = cloudformation.describe_stacks(StackName="s")["Stacks"][0]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert topics(aws) == {}
    deleted = [name for name, what in events(cloudformation) if what == "DELETE_COMPLETE"]
    assert deleted == ["Bad", "Second", "First"]
    failed = [
        event
        for event in cloudformation.describe_stack_events(StackName="s")["StackEvents"]
        if event["ResourceStatus"] in ("CREATE_FAILED", "ROLLBACK_IN_PROGRESS")
    ]
    assert "Function not found" in failed[-1]["ResourceStatusReason"]
    assert "The following resource(s) failed to create: [Bad]" in failed[0]["ResourceStatusReason"]


def test_a_rolled_back_stack_can_only_be_deleted(cloudformation: Any) -> None:
    cloudformation.create_stack(StackName="s", TemplateBody=body({"Bad": REFUSED}))
    with refused("ValidationError", "is in ROLLBACK_COMPLETE state and can not be updated."):
        cloudformation.update_stack(StackName="s", TemplateBody=body({"T": topic()}))
    cloudformation.delete_stack(StackName="s")
    assert cloudformation.describe_stacks()["Stacks"] == []


@pytest.mark.parametrize(
    ("asked", "after", "left"),
    [
        ({"OnFailure": "DO_NOTHING"}, "CREATE_FAILED", {"t": ""}),
        ({"DisableRollback": True}, "CREATE_FAILED", {"t": ""}),
        ({"OnFailure": "DELETE"}, "DELETE_COMPLETE", {}),
        ({"OnFailure": "ROLLBACK"}, "ROLLBACK_COMPLETE", {}),
    ],
)
def test_what_happens_on_failure_is_the_callers_choice(
    aws: LocalAws, cloudformation: Any, asked: dict[str, Any], after: str, left: dict[str, str]
) -> None:
    resources = {"T": topic("t"), "Bad": {**REFUSED, "DependsOn": "T"}}
    created = cloudformation.create_stack(StackName="s", TemplateBody=body(resources), **asked)
    assert status(cloudformation, created["StackId"]) == after
    assert topics(aws) == left


def test_a_stack_that_was_left_half_made_can_be_completed(aws: LocalAws, cloudformation: Any) -> None:
    resources = {"T": topic("t"), "Bad": {**REFUSED, "DependsOn": "T"}}
    cloudformation.create_stack(StackName="s", TemplateBody=body(resources), OnFailure="DO_NOTHING")
    cloudformation.update_stack(StackName="s", TemplateBody=body({"T": topic("t"), "More": topic("more")}))
    assert status(cloudformation) == "UPDATE_COMPLETE"
    assert set(topics(aws)) == {"t", "more"}


@pytest.mark.parametrize(
    ("policy", "left"), [("Retain", {"t": ""}), ("RetainExceptOnCreate", {}), ("Delete", {})]
)
def test_the_deletion_policy_decides_what_a_failed_creation_leaves(
    aws: LocalAws, cloudformation: Any, policy: str, left: dict[str, str]
) -> None:
    resources = {"T": topic("t", DeletionPolicy=policy), "Bad": {**REFUSED, "DependsOn": "T"}}
    cloudformation.create_stack(StackName="s", TemplateBody=body(resources))
    assert topics(aws) == left


def test_a_resource_that_failed_half_way_is_deleted(aws: LocalAws, cloudformation: Any) -> None:
    bucket = {
        "Type": "AWS::S3::Bucket",
        "Properties": {"BucketName": "half", "VersioningConfiguration": {"Status": "Made-up"}},
    }
    cloudformation.create_stack(StackName="s", TemplateBody=body({"Bucket": bucket}))
    assert status(cloudformation) == "ROLLBACK_COMPLETE"
    assert aws.session().client("s3").list_buckets()["Buckets"] == []


def test_a_failed_update_puts_everything_back(aws: LocalAws, cloudformation: Any) -> None:
    before = {
        "Changed": topic("changed", DisplayName="old"),
        "Replaced": topic("old-name"),
        "Removed": topic("removed"),
        "Last": topic("last", DisplayName="old", DependsOn=["Changed", "Replaced"]),
    }
    after = {
        "Changed": topic("changed", DisplayName="new", ContentBasedDeduplication=False),
        "Replaced": topic("new-name"),
        "Added": topic("added"),
        "Last": topic("last", DisplayName="old", DependsOn=["Changed", "Replaced"]),
        "Bad": {**REFUSED, "DependsOn": ["Changed", "Replaced", "Added", "Last"]},
    }
    cloudformation.create_stack(StackName="s", TemplateBody=body(before))
    there = topics(aws)
    resources = cloudformation.describe_stack_resources(StackName="s")["StackResources"]
    ids = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}

    cloudformation.update_stack(StackName="s", TemplateBody=body(after))
    assert status(cloudformation) == "UPDATE_ROLLBACK_COMPLETE"
    assert topics(aws) == there
    resources = cloudformation.describe_stack_resources(StackName="s")["StackResources"]
    assert {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources} == ids
    statuses = [what for name, what in events(cloudformation) if name == "s"]
    assert statuses[-4:] == [
        "UPDATE_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE",
    ]
    with refused("ValidationError", "No updates are to be performed."):
        cloudformation.update_stack(StackName="s", TemplateBody=body(before))


def test_a_refused_change_puts_the_resource_itself_back(aws: LocalAws, cloudformation: Any) -> None:
    def queue(**properties: Any) -> dict[str, Any]:
        return {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q", **properties}}}

    cloudformation.create_stack(StackName="s", TemplateBody=body(queue(DelaySeconds=5)))
    cloudformation.update_stack(
        StackName="s", TemplateBody=body(queue(DelaySeconds=7, RedrivePolicy={"maxReceiveCount": 1}))
    )
    assert status(cloudformation) == "UPDATE_ROLLBACK_COMPLETE"
    sqs = aws.session().client("sqs")
    url = sqs.get_queue_url(QueueName="q")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["DelaySeconds"] == "5"
    assert "RedrivePolicy" not in attributes


def test_a_failed_update_without_rollback_stays_as_far_as_it_came(aws: LocalAws, cloudformation: Any) -> None:
    cloudformation.create_stack(StackName="s", TemplateBody=body({"T": topic("t", DisplayName="old")}))
    after = {"T": topic("t", DisplayName="new"), "Bad": {**REFUSED, "DependsOn": "T"}}
    cloudformation.update_stack(StackName="s", TemplateBody=body(after), DisableRollback=True)
    assert status(cloudformation) == "UPDATE_FAILED"
    assert topics(aws) == {"t": "new"}
    cloudformation.update_stack(StackName="s", TemplateBody=body({"T": topic("t", DisplayName="newer")}))
    assert status(cloudformation) == "UPDATE_COMPLETE"
    assert topics(aws) == {"t": "newer"}


def test_a_fault_on_purpose_fails_a_resource_and_the_stack_is_rolled_back(
    aws: LocalAws, cloudformation: Any
) -> None:
    aws.faults.inject("sqs:CreateQueue:AccessDenied")
    resources = {"First": topic(), "Second": {"Type": "AWS::SQS::Queue", "DependsOn": "First"}}
    cloudformation.create_stack(StackName="s", TemplateBody=body(resources))
    assert status(cloudformation) == "ROLLBACK_COMPLETE"
    found = cloudformation.describe_stack_events(StackName="s")["StackEvents"]
    (failed,) = (event for event in found if event["ResourceStatus"] == "CREATE_FAILED")
    assert failed["LogicalResourceId"] == "Second"
    assert "AccessDenied" in failed["ResourceStatusReason"]
    assert aws.client("sns").list_topics()["Topics"] == []


def stuck(aws: LocalAws, cloudformation: Any) -> None:
    """A stack whose update added a topic, was refused a change, and was refused to take it back."""
    before = {"First": topic("first", DisplayName="old"), "T": topic("t", DisplayName="old")}
    after = {
        "First": topic("first", DisplayName="new"),
        "Added": topic("added", DependsOn="First"),
        "T": topic("t", DisplayName="new", DependsOn="Added"),
    }
    cloudformation.create_stack(StackName="s", TemplateBody=body(before))
    aws.faults.inject("sns:SetTopicAttributes:AccessDenied:*:t")
    cloudformation.update_stack(StackName="s", TemplateBody=body(after))
    assert status(cloudformation) == "UPDATE_ROLLBACK_FAILED"
    assert topics(aws) == {"first": "new", "added": "", "t": "old"}


def test_a_rollback_that_failed_goes_on_once_its_reason_is_gone(aws: LocalAws, cloudformation: Any) -> None:
    stuck(aws, cloudformation)
    cloudformation.continue_update_rollback(StackName="s")
    assert status(cloudformation) == "UPDATE_ROLLBACK_FAILED"
    aws.faults.inject()
    cloudformation.continue_update_rollback(StackName="s", ClientRequestToken="mended")
    assert status(cloudformation) == "UPDATE_ROLLBACK_COMPLETE"
    assert topics(aws) == {"first": "old", "t": "old"}
    newest = cloudformation.describe_stack_events(StackName="s")["StackEvents"][0]
    assert newest["ClientRequestToken"] == "mended"
    cloudformation.update_stack(StackName="s", TemplateBody=body({"T": topic("t", DisplayName="newer")}))
    assert topics(aws) == {"t": "newer"}


def test_a_rollback_goes_on_without_the_resource_that_it_failed_at(
    aws: LocalAws, cloudformation: Any
) -> None:
    stuck(aws, cloudformation)
    with refused("ValidationError", r"\[First\] can not be skipped: of s only \[T\] is in UPDATE_FAILED"):
        cloudformation.continue_update_rollback(StackName="s", ResourcesToSkip=["T", "First"])
    assert status(cloudformation) == "UPDATE_ROLLBACK_FAILED"
    cloudformation.continue_update_rollback(StackName="s", ResourcesToSkip=["T"])
    assert status(cloudformation) == "UPDATE_ROLLBACK_COMPLETE"
    assert topics(aws) == {"first": "old", "t": "old"}
    assert ("T", "UPDATE_COMPLETE") in events(cloudformation)


def test_only_a_rollback_that_failed_goes_on(cloudformation: Any) -> None:
    cloudformation.create_stack(StackName="s", TemplateBody=body({"T": topic()}))
    with refused("ValidationError", "is in CREATE_COMPLETE state and can not continue rollback"):
        cloudformation.continue_update_rollback(StackName="s")
    with refused("ValidationError", r"Stack \[other\] does not exist"):
        cloudformation.continue_update_rollback(StackName="other")
