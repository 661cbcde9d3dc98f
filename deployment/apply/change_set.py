"""A stack, created or updated through a change set, and watched to its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from deployment.apply.stack_events import event_ids, status, watch
from deployment.aws import Aws, code_of
from deployment.clock import Clock
from deployment.errors import DeployError
from deployment.plan.actions import ChangeStack

Say = Callable[[str], None]

# Three spellings of "there is nothing to change", none with a code of its own: the first two as the
# StatusReason of a failed change set (ansible amazon.aws issue 507, aws-cli issue 3123), the last also as
# a ValidationError.
_EMPTY: Final = (
    "The submitted information didn't contain changes",
    "No updates are to be performed",
    "didn't contain changes",
)
# What CloudFormation says to the second of two deploys, by when the first one came.
_OVERTAKEN: Final = (
    "_IN_PROGRESS state",
    "InvalidChangeSetStatus",
    "ChangeSetNotFound",
    "already exists and cannot be created again",
)
_CHANGE_SET_SECONDS: Final = 600


def deploy(action: ChangeStack, name: str, aws: Aws, clock: Clock, say: Say) -> None:
    """Does what `action` says, through the change set `name`; that there is nothing to change is a success.

    Raises:
        DeployError: CloudFormation refused the change set, or a resource failed.
    """
    cloudformation = aws.cloudformation
    seen = event_ids(action.stack, aws)
    executed = False
    try:
        _create(action, name, aws)
        if _wait_until_made(action, name, aws, clock):
            cloudformation.execute_change_set(StackName=action.stack, ChangeSetName=name)
            executed = True
    except ClientError as error:
        if any(words in str(error) for words in _OVERTAKEN):
            raise DeployError(
                f"Somebody else is changing the stack {action.stack}, or has just done so: this deploy has "
                f"changed nothing in it; repeat the command ({code_of(error)})."
            ) from error
        if not _says_empty(str(error)):
            raise
    finally:
        if not executed:
            _clean_up(action, name, aws)
    if executed:
        watch(action.stack, seen, aws, clock, say)
    else:
        say(f"unchanged stack {action.stack}: CloudFormation finds nothing to change")


def _create(action: ChangeStack, name: str, aws: Aws) -> None:
    aws.cloudformation.create_change_set(
        StackName=action.stack,
        ChangeSetName=name,
        ChangeSetType=action.mode,
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in action.parameters.items()],
        Tags=[{"Key": key, "Value": value} for key, value in action.tags.items()],
        Capabilities=["CAPABILITY_IAM"],
        **_template(action, aws),
    )


def _template(action: ChangeStack, aws: Aws) -> dict[str, str]:
    if action.template_key is None:
        return {"TemplateBody": action.body}
    domain = "amazonaws.com.cn" if aws.partition == "aws-cn" else "amazonaws.com"
    return {"TemplateURL": f"https://{action.bucket}.s3.{aws.region}.{domain}/{action.template_key}"}


def _wait_until_made(action: ChangeStack, name: str, aws: Aws, clock: Clock) -> bool:
    """Whether the change set has changes to execute."""
    for _ in clock.until(_CHANGE_SET_SECONDS):
        answer: Mapping[str, Any] = aws.cloudformation.describe_change_set(
            StackName=action.stack, ChangeSetName=name
        )
        made, reason = answer["Status"], str(answer.get("StatusReason", ""))
        if made == "CREATE_COMPLETE":
            return True
        if made == "FAILED":
            if _says_empty(reason):
                return False
            raise DeployError(f"CloudFormation refused the change set of {action.stack}: {reason}")
    raise DeployError(f"The change set of {action.stack} was not ready after {_CHANGE_SET_SECONDS} s.")


def _says_empty(reason: str) -> bool:
    return any(spelling in reason for spelling in _EMPTY)


def _clean_up(action: ChangeStack, name: str, aws: Aws) -> None:
    """Removes a change set that was not executed, and the empty stack that one for a new stack leaves."""
    try:
        aws.cloudformation.delete_change_set(StackName=action.stack, ChangeSetName=name)
        # Only an empty stack: somebody else may have created it since the plan was made.
        if action.mode == "CREATE" and status(action.stack, aws) == "REVIEW_IN_PROGRESS":
            aws.cloudformation.delete_stack(StackName=action.stack)
    except ClientError as error:
        if code_of(error) not in {"ChangeSetNotFound", "ValidationError"}:
            raise
