"""The actions of a plan, done in order. Whatever they leave half-way is cleaned up or named."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Final, assert_never

from botocore.exceptions import BotoCoreError, ClientError

from deployment.apply import change_set, removing
from deployment.apply.stack_events import status, wait_until_deleted
from deployment.aws import Aws, code_of, message_of
from deployment.clock import Clock
from deployment.errors import DeployError, InterruptedDeployError
from deployment.names import CHANGE_SET_PREFIX
from deployment.plan.actions import (
    Action,
    ChangeStack,
    EmptyPrefix,
    RemoveChangeSets,
    RemoveLogGroup,
    RemoveLogStreams,
    RemoveModels,
    RemoveStack,
    Upload,
)

Say = Callable[[str], None]

# IAM is eventually consistent: a role that was made a second ago may not be known everywhere yet.
_NOT_YET: Final = ("cannot be assumed", "Cannot assume role", "could not be assumed")
_ATTEMPTS: Final = 3
_IAM_SECONDS: Final = 15.0


def apply(
    actions: Sequence[Action],
    aws: Aws,
    clock: Clock,
    say: Say,
    shown_by: str = "python deploy.py status",
) -> None:
    """Does the actions in order, each safe to repeat.

    Args:
        actions: The plan.
        aws: The AWS.
        clock: The time.
        say: Hears of each action that is done.
        shown_by: The command that shows how the stage is.

    Raises:
        DeployError: An action failed; the ones before it are done, the ones after it are not.
        InterruptedDeployError: The user stopped it.
    """
    for action in actions:
        try:
            _do(action, aws, clock, say)
        except (ClientError, BotoCoreError) as error:
            raise DeployError(f"{message_of(error)} {_left(action, aws, shown_by)}") from error
        except KeyboardInterrupt as stop:
            raise InterruptedDeployError(f"Interrupted. {_left(action, aws, shown_by)}") from stop


def _do(action: Action, aws: Aws, clock: Clock, say: Say) -> None:
    match action:
        case Upload():
            _upload(action, aws)
            say(f"uploaded  {action.what}: {action.key}")
        case RemoveChangeSets():
            for name in action.names:
                aws.cloudformation.delete_change_set(StackName=action.stack, ChangeSetName=name)
                say(f"removed   change set {name}, which was left behind")
        case RemoveStack():
            aws.cloudformation.delete_stack(StackName=action.stack)
            wait_until_deleted(action.stack, aws, clock)
            say(f"removed   stack {action.stack}, which was {action.status}")
        case ChangeStack():
            _change(action, aws, clock, say)
        case RemoveModels() | RemoveLogStreams() | RemoveLogGroup() | EmptyPrefix():
            say(f"removed   {removing.remove(action, aws)}")
        case _:
            assert_never(action)


def _upload(action: Upload, aws: Aws) -> None:
    only_new = {"IfNoneMatch": "*"} if action.new else {}
    try:
        aws.s3.put_object(Bucket=action.bucket, Key=action.key, Body=action.body, **only_new)
    except ClientError as error:
        if code_of(error) in {"PreconditionFailed", "ConditionalRequestConflict"}:
            raise DeployError(
                f"Another deploy of this stage has begun meanwhile ({action.key} is there): this one has not "
                "touched the stack; repeat the command when the other is done."
            ) from error
        raise


def _change(action: ChangeStack, aws: Aws, clock: Clock, say: Say) -> None:
    """The stack changed; again where a role was too new to be assumed."""
    for attempt in range(1, _ATTEMPTS + 1):
        name = f"{CHANGE_SET_PREFIX}{uuid.uuid4().hex}"
        try:
            change_set.deploy(action, name, aws, clock, say)
        except DeployError as error:
            if attempt == _ATTEMPTS or not any(words in str(error) for words in _NOT_YET):
                raise
            say(f"again     {error}; a new role is not known everywhere at once")
            if action.mode == "CREATE":
                aws.cloudformation.delete_stack(StackName=action.stack)
                wait_until_deleted(action.stack, aws, clock)
            clock.sleep(_IAM_SECONDS)
        else:
            return


def _left(action: Action, aws: Aws, shown_by: str) -> str:
    """What an action that was cut short has left, and what to type next."""
    again = "the same command goes on from here."
    if not isinstance(action, ChangeStack | RemoveStack):
        return f"The stack is as it was before this step; {again}"
    try:
        now = status(action.stack, aws)
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and code_of(error) == "ValidationError":
            return f"There is no stack {action.stack}; {again}"
        return (
            f"What became of the stack {action.stack} can't be asked now; a change that CloudFormation began "
            f"goes on by itself. {shown_by} shows it; {again}"
        )
    if now.endswith("_IN_PROGRESS") and now != "REVIEW_IN_PROGRESS":
        return (
            f"The stack {action.stack} is {now}: CloudFormation goes on by itself. {shown_by} shows it; "
            "when it is done, the same command goes on from there."
        )
    return f"The stack {action.stack} is {now}; {again}"
