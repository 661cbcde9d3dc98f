"""What has to be done to make a stage as it should be. Pure: no clock, no network, no files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from deployment.errors import PlanError
from deployment.observe.facts import DeployedFacts, Facts, StackFacts
from deployment.plan.actions import Action, ChangeStack, Details, RemoveChangeSets, RemoveStack, Upload
from deployment.plan.definition_changes import parts
from deployment.plan.differences import resources
from deployment.plan.rights import rights
from deployment.plan.threshold_changes import thresholds, wishes
from deployment.release.assemble import Release
from deployment.release.records import Record, key_of, next_number
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
    left = facts.stack.left_behind if facts.stack else ()
    tidied = [RemoveChangeSets(config.names.stack, left)] if left else []
    changes = _stack_actions(config, release, facts)
    if changes:
        record = record_of(config, release, facts)
        return (
            *uploads,
            record_upload(config, record, new=True),
            *tidied,
            *changes,
            record_upload(config, record.deployed()),
        )
    return (*uploads, *tidied, *_unfinished(config, facts))


def notes_of(config: Config, facts: Facts) -> Iterator[str]:
    """What the reader of a plan should know of the stack, a line each."""
    if facts.stack is not None and facts.stack.drifted:
        yield (
            f"Somebody changed resources of {config.names.stack} by hand, and a change of the stack may undo "
            "that or fail on it: aws cloudformation describe-stack-resource-drifts --stack-name "
            f"{config.names.stack} shows what."
        )


def record_of(config: Config, release: Release, facts: Facts) -> Record:
    """The record of the next release."""
    model = facts.model
    return Record(
        number=next_number(facts.uploaded),
        state="begun",
        bucket=config.bucket,
        template_key=release.template_key,
        parameters=dict(release.parameters),
        tags=dict(config.tags),
        files=tuple(file.key for file in release.files),
        model={"arn": model.arn, "version": model.version, "artifact": str(model.artifact)},
    )


def record_upload(config: Config, record: Record, *, new: bool = False) -> Upload:
    """The upload of a release's record; `new` for the first one of its number."""
    what = f"record of release {record.number}, {record.state}"
    return Upload(what, config.bucket, key_of(config.names.pipeline, record.number), record.body(), new)


def _unfinished(config: Config, facts: Facts) -> tuple[Upload, ...]:
    """What an interrupted deploy left undone of a release that the stack has by now."""
    record, stack = facts.record, facts.stack
    if record is None or stack is None or record.state != "begun" or record.parameters != stack.parameters:
        return ()
    return (record_upload(config, record.deployed()),)


def _stack_actions(config: Config, release: Release, facts: Facts) -> tuple[Action, ...]:
    stack = facts.stack
    if stack is None or stack.status == _NEVER_CREATED:
        return (_change(config, release, facts, None),)
    if stack.status in _ONLY_DELETABLE:
        return RemoveStack(config.names.stack, stack.status), _change(config, release, facts, None)
    if fault := unusable(config.names.stack, stack):
        raise PlanError(fault)
    if _as_deployed(config, release, stack):
        return ()
    return (_change(config, release, facts, stack),)


def unusable(name: str, stack: StackFacts) -> str | None:
    """Why nobody can change the stack now, or None."""
    if stack.status.endswith("_IN_PROGRESS"):
        since = f" since {stack.changing_since}" if stack.changing_since else ""
        return (
            f"The stack {name} is {stack.status}{since}: somebody is changing it; repeat after that, or give "
            "apply --wait to wait for it."
        )
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
    wanted = Target(
        release.template, release.parameters, release.definition, release.constraints, release.thresholds
    )
    return change_stack(
        ChangeStack(
            mode="CREATE" if stack is None else "UPDATE",
            stack=config.names.stack,
            body=body(release.template),
            template_key=release.template_key if release.large else None,
            bucket=config.bucket,
            parameters=release.parameters,
            tags=config.tags,
            changes=(),
        ),
        wanted,
        stack,
        facts.deployed,
        (facts.account, facts.partition, config.region),
    )


@dataclass(frozen=True)
class Target:
    """What a stack should become; definition and constraints are None where they can't be known."""

    template: Mapping[str, Any]
    parameters: Mapping[str, str]
    definition: Mapping[str, Any] | None
    constraints: Mapping[str, Any] | None
    thresholds: Mapping[str, Any] | None = None


def change_stack(
    action: ChangeStack,
    wanted: Target,
    stack: StackFacts | None,
    deployed: DeployedFacts | None,
    where: tuple[str, str, str],
) -> ChangeStack:
    """`action` with what it changes, worked out from what is deployed and what is wanted.

    Args:
        action: The change of the stack.
        wanted: What the stack should become.
        stack: The stack as it is; None for a new one.
        deployed: The deployed pipeline, where it can be read.
        where: Account, partition and region.
    """
    account, partition, region = where
    pseudo = {
        "AWS::AccountId": account,
        "AWS::Region": region,
        "AWS::Partition": partition,
        "AWS::StackName": action.stack,
    }
    before = _deployed(stack, pseudo)
    after = Evaluation(wanted.template, wanted.parameters, pseudo)
    known = deployed if before else None
    old_definition = known.definition if known else None
    old_constraints = known.constraints if known else None
    return replace(
        action,
        changes=resources(before, after),
        details=Details(
            definition=parts(old_definition, wanted.definition) if wanted.definition else (),
            thresholds=(
                *thresholds(old_constraints, wanted.constraints),
                *wishes(known.thresholds if known else None, wanted.thresholds),
            ),
            rights=rights(before, after),
        ),
    )


def _deployed(stack: StackFacts | None, pseudo: Mapping[str, str]) -> Evaluation | None:
    if stack is None or stack.template is None:
        return None
    return Evaluation(stack.template, stack.parameters, pseudo)
