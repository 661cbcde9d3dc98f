"""The actions of a plan, done in order. Whatever they leave half-way is cleaned up or named."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import assert_never

from botocore.exceptions import ClientError

from deployment.apply import change_set
from deployment.apply.stack_events import wait_until_deleted
from deployment.aws import Aws, code_of, message_of
from deployment.clock import Clock
from deployment.errors import DeployError
from deployment.plan.actions import Action, ChangeStack, RemoveChangeSets, RemoveStack, Upload

Say = Callable[[str], None]


def apply(actions: Sequence[Action], aws: Aws, clock: Clock, say: Say) -> None:
    """Does the actions in order, each safe to repeat.

    Raises:
        DeployError: An action failed; the ones before it are done, the ones after it are not.
    """
    for action in actions:
        try:
            _do(action, aws, clock, say)
        except ClientError as error:
            raise DeployError(message_of(error)) from error


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
            change_set.deploy(action, f"deploy-{uuid.uuid4().hex}", aws, clock, say)
        case _:
            assert_never(action)


def _upload(action: Upload, aws: Aws) -> None:
    only_new = {"IfNoneMatch": "*"} if action.new else {}
    try:
        aws.s3.put_object(Bucket=action.bucket, Key=action.key, Body=action.body, **only_new)
    except ClientError as error:
        if code_of(error) in {"PreconditionFailed", "ConditionalRequestConflict"}:
            raise DeployError(
                f"Another deploy of this stage has begun meanwhile ({action.key} is there): nothing was "
                "changed by this one; repeat the command when the other is done."
            ) from error
        raise
