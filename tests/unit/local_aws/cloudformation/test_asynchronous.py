"""CloudFormation as a server does it: calls are answered while the stack is in progress."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from local_aws import LocalAws, Options, running
from tests.unit.local_aws.cloudformation.stacks import REFUSED, body, events, physical_ids, refused, status

SLOW = "sqs:CreateQueue:slow=1"
WAIT = {"Delay": 0.1, "MaxAttempts": 300}
QUEUE = {"Type": "AWS::SQS::Queue"}
TOPIC = {"Type": "AWS::SNS::Topic"}
TWO = body({"First": TOPIC, "Second": {**QUEUE, "DependsOn": "First"}})
THREE = body({"First": TOPIC, "Second": QUEUE, "Third": {**QUEUE, "DependsOn": "Second"}})


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    with running(options=Options(asynchronous=True, faults=(SLOW,))) as started:
        yield started


def created(cloudformation: Any, template: str = TWO, **more: Any) -> None:
    cloudformation.create_stack(StackName="s", TemplateBody=template, **more)


def test_a_stack_is_seen_in_progress_and_its_resources_as_they_come(cloudformation: Any) -> None:
    created(cloudformation)
    assert status(cloudformation) == "CREATE_IN_PROGRESS"
    while ("First", "CREATE_COMPLETE") not in events(cloudformation):
        assert status(cloudformation) == "CREATE_IN_PROGRESS"
    early = events(cloudformation)
    assert ("Second", "CREATE_COMPLETE") not in early
    assert physical_ids(cloudformation)["Second"] == ""
    cloudformation.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig=WAIT)
    assert events(cloudformation)[: len(early)] == early
    assert events(cloudformation)[-2:] == [("Second", "CREATE_COMPLETE"), ("s", "CREATE_COMPLETE")]


def test_nobody_else_changes_a_stack_in_progress(cloudformation: Any) -> None:
    created(cloudformation)
    with refused("ValidationError", "is in CREATE_IN_PROGRESS state and can not be updated"):
        cloudformation.update_stack(StackName="s", TemplateBody=THREE)
    with refused("ValidationError", "is in CREATE_IN_PROGRESS state and can not be updated"):
        cloudformation.create_change_set(StackName="s", ChangeSetName="c", TemplateBody=THREE)
    with refused("ValidationError", "cannot be deleted while in status CREATE_IN_PROGRESS"):
        cloudformation.delete_stack(StackName="s")
    with refused("AlreadyExistsException", "already exists"):
        created(cloudformation)


def test_a_change_set_is_executed_once_and_the_stack_says_which_one_it_is(cloudformation: Any) -> None:
    created(cloudformation)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig=WAIT)
    for name in ("ours", "theirs"):
        cloudformation.create_change_set(StackName="s", ChangeSetName=name, TemplateBody=THREE)
    cloudformation.execute_change_set(StackName="s", ChangeSetName="ours")
    (stack,) = cloudformation.describe_stacks(StackName="s")["Stacks"]
    assert stack["StackStatus"] == "UPDATE_IN_PROGRESS"
    assert "changeSet/ours/" in stack["ChangeSetId"]
    with refused("ChangeSetNotFound", "theirs"):
        cloudformation.execute_change_set(StackName="s", ChangeSetName="theirs")
    with refused("InvalidChangeSetStatus", "EXECUTE_IN_PROGRESS"):
        cloudformation.execute_change_set(StackName="s", ChangeSetName="ours")
    with refused("InvalidChangeSetStatus", "is being executed"):
        cloudformation.delete_change_set(StackName="s", ChangeSetName="ours")
    cloudformation.get_waiter("stack_update_complete").wait(StackName="s", WaiterConfig=WAIT)
    described = cloudformation.describe_change_set(StackName="s", ChangeSetName="ours")
    assert described["ExecutionStatus"] == "EXECUTE_COMPLETE"


def test_a_stack_that_fails_is_seen_rolled_back_and_its_waiter_fails(cloudformation: Any) -> None:
    created(cloudformation, body({"First": QUEUE, "Second": {**REFUSED, "DependsOn": "First"}}))
    with pytest.raises(WaiterError, match="ROLLBACK_COMPLETE"):
        cloudformation.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig=WAIT)
    assert status(cloudformation) == "ROLLBACK_COMPLETE"


def test_a_stack_is_seen_going_and_is_gone(aws: LocalAws, cloudformation: Any) -> None:
    created(cloudformation)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig=WAIT)
    aws.faults.inject("sqs:DeleteQueue:slow=1")
    cloudformation.delete_stack(StackName="s")
    assert status(cloudformation) == "DELETE_IN_PROGRESS"
    cloudformation.delete_stack(StackName="s")  # once more is fine
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="s", WaiterConfig=WAIT)
    assert cloudformation.describe_stacks()["Stacks"] == []


def test_stacks_do_not_wait_for_each_other(cloudformation: Any) -> None:
    created(cloudformation)
    cloudformation.create_stack(StackName="other", TemplateBody=body({"First": TOPIC}))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="other", WaiterConfig=WAIT)
    assert status(cloudformation) == "CREATE_IN_PROGRESS"


def test_what_is_in_progress_is_not_saved_half_and_comes_to_its_end(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    with running(options=Options(asynchronous=True, faults=(SLOW,), state=folder)) as aws:
        created(aws.client("cloudformation"))
        assert aws.busy
        assert not aws.save_if_quiet(folder)
    with running(options=Options(state=folder)) as aws:
        assert status(aws.client("cloudformation")) == "CREATE_COMPLETE"
