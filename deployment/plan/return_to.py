"""What has to be done to bring an earlier release of a stage back. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from deployment.errors import PlanError
from deployment.observe.facts import DeployedFacts, StackFacts
from deployment.plan.actions import Action, ChangeStack
from deployment.plan.planner import Target, change_stack, record_upload, unusable
from deployment.release.records import Record, next_number
from deployment.release.template import BODY_LIMIT
from deployment.stage.config import Config


@dataclass(frozen=True)
class Earlier:
    """An earlier release and what it was made of.

    Attributes:
        record: Its record.
        body: Its template as it was deployed.
        template: The same as an object.
        made_of: Its definition and constraints, as far as they are still there.
    """

    record: Record
    body: str
    template: Mapping[str, Any]
    made_of: DeployedFacts | None


@dataclass(frozen=True)
class Present:
    """What is deployed now: account, partition, stack, pipeline, and the keys in the bucket."""

    account: str
    partition: str
    stack: StackFacts
    deployed: DeployedFacts | None
    uploaded: frozenset[str]


def record_of(
    records: Iterable[Record], stack: StackFacts, template_of: Callable[[Record], Mapping[str, Any] | None]
) -> Record | None:
    """The record of the release that a stack is; None where no record tells.

    Args:
        records: The records, the newest first; no more of them are read than it takes.
        stack: The deployed stack.
        template_of: A release's template, None where it is gone. An alarm of a feature's own is in the
            template alone, so two releases can have the same parameters.
    """
    alike: Record | None = None
    for record in records:
        if record.parameters == stack.parameters:
            if template_of(record) == stack.template:
                return record
            alike = alike or record
    return alike


def chosen(
    records: Sequence[Record],
    stack: StackFacts,
    to: int | None,
    template_of: Callable[[Record], Mapping[str, Any] | None] = lambda _: None,
) -> Record:
    """The release to bring back.

    Args:
        records: The releases' records, the newest first.
        stack: The deployed stack.
        to: The number that the user asks for; None for the release before the deployed one.
        template_of: As in `record_of`.

    Raises:
        PlanError: There is none.
    """
    complete = [record for record in records if record.state == "deployed"]
    if to is not None:
        for record in complete:
            if record.number == to:
                return record
        known = ", ".join(str(record.number) for record in complete) or "none"
        raise PlanError(f"There is no record of a deployed release {to}; recorded are: {known}.")
    deployed = record_of(complete, stack, template_of)
    for record in complete:
        if record.again_of is None and (deployed is None or _is_before(record, deployed)):
            return record
    known = ", ".join(str(record.number) for record in complete)
    others = f"; recorded are {known}, --to brings one of them back" if known else ""
    raise PlanError(
        "There is no earlier release to go back to: releases are recorded from the first apply of this "
        f"version of deploy.py on, and {len(complete)} are{others}."
    )


def _is_before(record: Record, deployed: Record) -> bool:
    same = (record.parameters, record.template_key) == (deployed.parameters, deployed.template_key)
    return record.number < deployed.origin and not same


def missing(record: Record, uploaded: frozenset[str]) -> list[str]:
    """The files of the release that are not in the bucket any more."""
    return [key for key in record.files if key not in uploaded]


def going_back(config: Config, earlier: Earlier, now: Present) -> tuple[Action, ...]:
    """The actions that bring the release back, in order; none where the stack is so already.

    Raises:
        PlanError: The stack is in a state in which nobody can change it now.
    """
    record, name = earlier.record, config.names.stack
    if fault := unusable(name, now.stack):
        raise PlanError(fault)
    if record.parameters == now.stack.parameters and earlier.template == now.stack.template:
        return ()
    again = replace(record, number=next_number(now.uploaded), state="begun", again_of=record.origin)
    action = ChangeStack(
        mode="UPDATE",
        stack=name,
        body=earlier.body,
        template_key=record.template_key if len(earlier.body.encode()) > BODY_LIMIT else None,
        bucket=record.bucket,
        parameters=record.parameters,
        tags=record.tags,
        changes=(),
    )
    made_of = earlier.made_of
    wanted = Target(
        template=earlier.template,
        parameters=record.parameters,
        definition=made_of.definition if made_of else None,
        constraints=made_of.constraints if made_of else None,
        thresholds=made_of.thresholds if made_of else None,
    )
    where = (now.account, now.partition, config.region)
    changed = change_stack(action, wanted, now.stack, now.deployed, where)
    return (
        record_upload(config, again, new=True),
        changed,
        record_upload(config, again.deployed()),
    )
