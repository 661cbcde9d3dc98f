"""What has to be done to make a stage as it should be. Pure: no clock, no network, no files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from deployment.errors import PlanError
from deployment.observe.facts import Facts, StackFacts
from deployment.plan.actions import Action, ChangeStack, RemoveStack, Upload
from deployment.plan.differences import resources
from deployment.release.assemble import Release
from deployment.release.template import body
from deployment.release.template_values import Evaluation
from deployment.stage.config import Config

# States in which a stack can only be deleted (CloudFormation User Guide, "Stack status codes").
_ONLY_DELETABLE: Final = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"})
_NEVER_CREATED: Final = "REVIEW_IN_PROGRESS"  # a change set was made for it, and none was ever executed


def plan(config: Config, release: Release, facts: Facts) -> tuple[Action, ...]:
    """The actions that make the stage as `release` says, in order; none where it is so already.

    Raises:
        PlanError: The stack is in a state in which nobody can change it now.
    """
    uploads = [
        Upload(file.what, config.bucket, file.key, file.body)
        for file in release.files
        if file.key not in facts.uploaded
    ]
    return (*uploads, *_stack_actions(config, release, facts))


def _stack_actions(config: Config, release: Release, facts: Facts) -> tuple[Action, ...]:
    stack = facts.stack
    if stack is None or stack.status == _NEVER_CREATED:
        return (_change(config, release, facts, None),)
    if stack.status in _ONLY_DELETABLE:
        return RemoveStack(config.names.stack, stack.status), _change(config, release, facts, None)
    if fault := _unusable(config.names.stack, stack):
        raise PlanError(fault)
    if _as_deployed(config, release, stack):
        return ()
    return (_change(config, release, facts, stack),)


def _unusable(name: str, stack: StackFacts) -> str | None:
    if stack.status.endswith("_IN_PROGRESS"):
        return f"The stack {name} is {stack.status}: somebody is changing it; wait for the end, then repeat."
    if stack.status == "UPDATE_ROLLBACK_FAILED":
        return (
            f"The stack {name} is UPDATE_ROLLBACK_FAILED ({stack.reason}): mend what the reason names, run "
            f"aws cloudformation continue-update-rollback --stack-name {name}, then repeat."
        )
    return None


def _as_deployed(config: Config, release: Release, stack: StackFacts) -> bool:
    return (
        stack.template == release.template
        and stack.parameters == release.parameters
        and config.tags.items() <= stack.tags.items()
    )


def _change(config: Config, release: Release, facts: Facts, stack: StackFacts | None) -> ChangeStack:
    pseudo = {
        "AWS::AccountId": facts.account,
        "AWS::Region": config.region,
        "AWS::Partition": facts.partition,
        "AWS::StackName": config.names.stack,
    }
    return ChangeStack(
        mode="CREATE" if stack is None else "UPDATE",
        stack=config.names.stack,
        body=body(release.template),
        template_key=release.template_key,
        bucket=config.bucket,
        parameters=release.parameters,
        tags=config.tags,
        changes=resources(_deployed(stack, pseudo), Evaluation(release.template, release.parameters, pseudo)),
    )


def _deployed(stack: StackFacts | None, pseudo: Mapping[str, str]) -> Evaluation | None:
    if stack is None or stack.template is None:
        return None
    return Evaluation(stack.template, stack.parameters, pseudo)
