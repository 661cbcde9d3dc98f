"""rollback: an earlier release brought back, with its definition, template and model."""

from __future__ import annotations

import json
from functools import partial

from botocore.exceptions import ClientError

from deployment.apply.in_order import apply
from deployment.aws import Aws, is_missing
from deployment.errors import ObserveError, PlanError
from deployment.observe.account import (
    checked_account,
    deployed_facts,
    newest_records,
    stack_facts,
    template_of,
    uploaded_keys,
)
from deployment.observe.facts import StackFacts
from deployment.plan.return_to import Earlier, Present, chosen, going_back, missing
from deployment.release.records import Record
from deployment.s3uri import S3Uri
from deployment.stage.config import Config
from deployment.verbs.place import Workplace, confirm
from deployment.verbs.report import StageReport


def rollback(config: Config, place: Workplace, *, to: int | None, agreed: str | bool | None) -> StageReport:
    """The release before the deployed one, or the one that is asked for, brought back.

    Args:
        config: The stage.
        place: Where to work.
        to: The number of the release; None for the one before.
        agreed: Whether the user has agreed on the command line.

    Raises:
        PlanError: There is no such release, or the stack can't be changed now.
        ObserveError: Files of the release are gone.
        ConfirmationError: The user did not agree.
    """
    aws, name = place.aws, config.names.stack
    account = checked_account(config, aws)
    stack, uploaded = stack_facts(name, aws), uploaded_keys(config, aws)
    if stack is None or stack.template is None:
        raise PlanError(f"There is no stack {name} to roll back.")
    records = list(newest_records(config, uploaded, aws))
    record = chosen(records, stack, to, partial(template_of, uploaded, aws))
    earlier = _earlier(record, uploaded, aws)
    now = Present(account, aws.partition, stack, deployed_facts(stack, aws), uploaded)
    actions = going_back(config, earlier, now)
    place.screen.heading(f"Roll {name} back to release {record.number}")
    place.screen.plan(actions, _notes(record))
    if actions:
        confirm(f"Bring release {record.number} back?", place, given=agreed)
        place.screen.heading("Apply")
        apply(actions, aws, place.clock, place.screen.line, shown_by=config.command("status"))
    return StageReport(actions, name, stack_facts(name, aws))


def _earlier(record: Record, uploaded: frozenset[str], aws: Aws) -> Earlier:
    gone = missing(record, uploaded)
    artifact = S3Uri.parse(str(record.model["artifact"]))
    try:
        aws.s3.head_object(Bucket=artifact.bucket, Key=artifact.key)
    except ClientError as error:
        if not is_missing(error):
            raise
        gone.append(str(artifact))
    if gone:
        raise ObserveError(
            f"Release {record.number} can't be brought back, its files are gone: {', '.join(gone)}; restore "
            "their last version in the bucket, or name another release with --to."
        )
    body = aws.s3.get_object(Bucket=record.bucket, Key=record.template_key)["Body"].read().decode()
    as_a_stack = StackFacts("", "", None, record.parameters, {})
    return Earlier(record, body, json.loads(body), deployed_facts(as_a_stack, aws))


def _notes(record: Record) -> tuple[str, ...]:
    return (
        f"Model package version {record.model['version']} again. The next apply deploys what the stage file "
        f"says: set model.version to {record.model['version']} there to stay with it.",
    )
