"""plan and apply: what has to be done for a stage, shown and done."""

from __future__ import annotations

from deployment.apply.in_order import apply
from deployment.apply.stack_events import wait_until_settled
from deployment.observe.account import check_batch, stack_facts
from deployment.s3uri import S3Uri
from deployment.stage.config import Config
from deployment.verbs.place import Planned, Workplace, confirm, planned
from deployment.verbs.report import StageReport
from deployment.verbs.running import run


def show_plan(config: Config, place: Workplace) -> StageReport:
    """The plan, shown and not applied; the report's exit code is 3 where something has to be done."""
    found = planned(config, place)
    _show(config, found, place)
    stack = stack_facts(config.names.stack, place.aws)
    return StageReport(found.actions, config.names.stack, stack, cost=found.cost, pending=bool(found.actions))


def deploy(
    config: Config, place: Workplace, *, run_on: S3Uri | None, again: bool, agreed: str | bool | None
) -> StageReport:
    """The plan, shown and applied, and the pipeline run.

    Args:
        config: The stage.
        place: Where to work.
        run_on: The batch to run on; None for no run.
        again: Whether a second plan shows that nothing is left to do.
        agreed: Whether the user has agreed to what the plan does on the command line.

    Raises:
        ConfirmationError: The user did not agree.
    """
    if run_on is not None:
        check_batch(run_on, place.aws)  # before anything is uploaded
    found = planned(config, place)
    _show(config, found, place)
    if found.actions:
        confirm(f"Change {config.names.stack} as the plan says?", place, given=agreed)
        place.screen.heading("Apply")
        apply(found.actions, place.aws, place.clock, place.screen.line, shown_by=config.command("status"))
    if again:
        place.screen.heading("Plan after the apply")
        place.screen.plan(planned(config, place).actions, ())
    stack = stack_facts(config.names.stack, place.aws)
    report = StageReport(found.actions, config.names.stack, stack, cost=found.cost)
    return report if run_on is None else run(config, {"DataInputUri": str(run_on)}, place, report)


def wait_for_others(config: Config, place: Workplace) -> None:
    """Waits until nobody else is changing the stack.

    Raises:
        DeployError: They are still at it after an hour.
    """
    wait_until_settled(config.names.stack, place.aws, place.clock, place.screen.line)


def _show(config: Config, found: Planned, place: Workplace) -> None:
    place.screen.heading(f"Plan of {config.names.stack}, files in s3://{config.bucket}")
    place.screen.plan(found.actions, found.notes, found.cost)
