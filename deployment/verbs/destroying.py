"""destroy: a stage removed, with everything that its stack, its deploys and its runs made."""

from __future__ import annotations

from deployment.apply.in_order import apply
from deployment.observe.account import checked_account
from deployment.observe.remains import remains
from deployment.plan.plan_document import document
from deployment.plan.removal import kept, removal
from deployment.stage.config import Config
from deployment.verbs.place import Workplace, confirm
from deployment.verbs.report import Answer


def destroy(config: Config, place: Workplace, *, keep_runs: bool, agreed: str | bool | None) -> Answer:
    """What was removed and what stays; the user agrees with the stack's name.

    Args:
        config: The stage.
        place: Where to work.
        keep_runs: Whether what runs wrote stays.
        agreed: The stack's name, where the command line has it.

    Raises:
        PlanError: A run is going on, or somebody is changing the stack.
        ConfirmationError: The user did not agree.
    """
    checked_account(config, place.aws)
    stack = config.names.stack
    actions = removal(config, remains(config, place.aws), keep_runs=keep_runs)
    place.screen.heading(f"Remove {stack}")
    place.screen.plan(actions, ())
    stays = list(kept(config, keep_runs=keep_runs))
    place.screen.heading("What stays")
    for what, why in stays:
        place.screen.line(f"{what}: {why}")
    if actions:
        # Never by --yes alone: whoever removes a stage names it.
        given = None if agreed is True else agreed
        confirm("Remove all of this for good?", place, wanted=stack, given=given)
        place.screen.heading("Remove")
        apply(actions, place.aws, place.clock, place.screen.line, shown_by=config.command("status"))
    content = {"stack": stack, "plan": document(actions), "kept": [{"what": w, "why": y} for w, y in stays]}
    return Answer(content)
