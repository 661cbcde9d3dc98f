"""What CloudFormation says while it changes a stack, and the first thing that went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import ClientError

from deployment.aws import Aws, code_of
from deployment.clock import Clock
from deployment.errors import DeployError

Say = Callable[[str], None]
Event = Mapping[str, Any]

_STACK_SECONDS: Final = 3600
_GOOD: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
# Reasons of resources that stopped because another one failed.
_FOLLOWS: Final = ("Resource creation cancelled", "Resource update cancelled")


def event_ids(stack: str, aws: Aws) -> frozenset[str]:
    """The ids of the stack's events so far; none where there is no stack."""
    try:
        return frozenset(event["EventId"] for event in _events(stack, aws))
    except ClientError as error:
        if code_of(error) == "ValidationError":
            return frozenset()
        raise


def watch(stack: str, seen: frozenset[str], aws: Aws, clock: Clock, say: Say) -> None:
    """Says how each resource ends, until the stack is done.

    Args:
        stack: The stack's name.
        seen: The ids of the events before this change.
        aws: The AWS.
        clock: The time.
        say: Takes a line for the user.

    Raises:
        DeployError: The change failed; with the first resource that failed, and why.
    """
    told: list[Event] = []
    ids = set(seen)
    for _ in clock.until(_STACK_SECONDS):
        now = status(stack, aws)
        new = [event for event in reversed(_events(stack, aws)) if event["EventId"] not in ids]
        ids.update(event["EventId"] for event in new)
        told.extend(new)
        for event in new:
            if event["LogicalResourceId"] != stack and not event["ResourceStatus"].endswith("_IN_PROGRESS"):
                say(_line(event))
        if now in _GOOD:
            return
        if not now.endswith("_IN_PROGRESS"):
            raise DeployError(f"The stack {stack} is {now}: {first_failure(told)}")
    raise DeployError(f"The stack {stack} was still being changed after {_STACK_SECONDS} s.")


def first_failure(events: Sequence[Event]) -> str:
    """Why the change failed: the first resource that failed by itself.

    Args:
        events: The change's events, oldest first.
    """
    failed = [event for event in events if str(event["ResourceStatus"]).endswith("_FAILED")]
    own = [event for event in failed if not str(event.get("ResourceStatusReason", "")).startswith(_FOLLOWS)]
    for event in own or failed:
        reason = event.get("ResourceStatusReason", "CloudFormation gives no reason")
        return f"{event['LogicalResourceId']} ({event['ResourceType']}): {reason}"
    return "CloudFormation names no resource that failed"


def wait_until_settled(stack: str, aws: Aws, clock: Clock, say: Say) -> None:
    """Waits until nobody is changing the stack; one that isn't there is settled.

    Raises:
        DeployError: They are still at it after an hour.
    """
    told = False
    for _ in clock.until(_STACK_SECONDS):
        try:
            now = status(stack, aws)
        except ClientError as error:
            if code_of(error) == "ValidationError":
                return
            raise
        if not now.endswith("_IN_PROGRESS") or now == "REVIEW_IN_PROGRESS":
            return
        if not told:
            say(f"waiting   the stack {stack} is {now} by somebody else")
            told = True
    raise DeployError(f"The stack {stack} was still being changed by somebody else after {_STACK_SECONDS} s.")


def wait_until_deleted(stack: str, aws: Aws, clock: Clock) -> None:
    """Waits for the end of a deletion.

    Raises:
        DeployError: The deletion failed.
    """
    for _ in clock.until(_STACK_SECONDS):
        try:
            now = status(stack, aws)
        except ClientError as error:
            if code_of(error) == "ValidationError":  # CloudFormation's word for a stack that is gone
                return
            raise
        if now == "DELETE_FAILED":
            raise DeployError(
                f"The stack {stack} can't be deleted: {first_failure(list(reversed(_events(stack, aws))))}"
            )
        if now == "DELETE_COMPLETE":
            return
    raise DeployError(f"The stack {stack} was still being deleted after {_STACK_SECONDS} s.")


def status(stack: str, aws: Aws) -> str:
    """The stack's status; a stack that isn't there is a `ClientError`."""
    (described,) = aws.cloudformation.describe_stacks(StackName=stack)["Stacks"]
    return str(described["StackStatus"])


def _events(stack: str, aws: Aws) -> list[Event]:
    """The stack's events, newest first."""
    pages = aws.cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack)
    return [event for page in pages for event in page["StackEvents"]]


def _line(event: Event) -> str:
    reason = f": {event['ResourceStatusReason']}" if event.get("ResourceStatusReason") else ""
    return f"{event['ResourceStatus']:<18}  {event['LogicalResourceId']} ({event['ResourceType']}){reason}"
