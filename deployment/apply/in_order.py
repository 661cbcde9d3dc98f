"""The actions of a plan, done in order. Whatever they leave half-way is cleaned up or named."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import assert_never

from botocore.exceptions import ClientError

from deployment.apply import change_set
from deployment.apply.stack_events import wait_until_deleted
from deployment.aws import Aws, message_of
from deployment.clock import Clock
from deployment.errors import DeployError
from deployment.plan.actions import Action, ChangeStack, RemoveStack, Upload

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
            aws.s3.put_object(Bucket=action.bucket, Key=action.key, Body=action.body)
            say(f"uploaded  {action.what}: {action.key}")
        case RemoveStack():
            aws.cloudformation.delete_stack(StackName=action.stack)
            wait_until_deleted(action.stack, aws, clock)
            say(f"removed   stack {action.stack}, which was {action.status}")
        case ChangeStack():
            change_set.deploy(action, f"deploy-{uuid.uuid4().hex}", aws, clock, say)
        case _:
            assert_never(action)
