"""status: the stage as it is; stack, model, recent runs, distances, alarms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from deployment.observe.account import (
    account_of,
    deployed_facts,
    newest_records,
    stack_facts,
    template_of,
    uploaded_keys,
)
from deployment.observe.facts import DeployedFacts, StackFacts
from deployment.plan.return_to import record_of
from deployment.run import execution, outcome
from deployment.run.execution import Execution
from deployment.stage.config import Config
from deployment.verbs.place import Workplace
from deployment.verbs.report import StageReport


@dataclass(frozen=True)
class InUse:
    """The model and baseline of the deployed pipeline.

    Attributes:
        release: The number of the release; None where no record tells.
        package: The model package's ARN; None where no record tells.
        artifact: The model artifact's address.
        baseline: The address of the baseline's statistics; None without a monitor.
    """

    release: int | None
    package: str | None
    artifact: str
    baseline: str | None


def status(config: Config, place: Workplace, *, runs: int) -> StageReport:
    """The stage as it is: its stack, its model, its last runs with their steps, distances and alarms."""
    name = config.names.stack
    stack = stack_facts(name, place.aws)
    place.screen.heading(f"Stack {name}")
    place.screen.line("not deployed" if stack is None else f"{stack.status} {stack.reason}".rstrip())
    if stack is None:
        return StageReport((), name, None)
    used = in_use(config, stack, deployed_facts(stack, place.aws), place)
    if used is not None:
        for line in _lines(used):
            place.screen.line(line)
    recent = execution.recent(config.names.pipeline, runs, place.aws)
    for one in reversed(recent):
        _show(one, place)
    if not recent:
        place.screen.line("no run yet")
        return StageReport((), name, stack, in_use=used)
    clock = replace(place.clock, patient=False)
    found = outcome.read(config, recent[0], account_of(place.aws), place.aws, clock)
    place.screen.outcome(found)
    return StageReport((), name, stack, recent[0], found, in_use=used, recent=recent)


def in_use(
    config: Config, stack: StackFacts, deployed: DeployedFacts | None, place: Workplace
) -> InUse | None:
    """The model and baseline of the deployed pipeline; None where its definition is gone."""
    if deployed is None:
        return None
    uploaded = uploaded_keys(config, place.aws)
    records = newest_records(config, uploaded, place.aws)
    record = record_of(records, stack, partial(template_of, uploaded, place.aws))
    defaults = {entry["Name"]: entry.get("DefaultValue") for entry in deployed.definition["Parameters"]}
    inputs = {
        entry["InputName"]: entry["S3Input"]["S3Uri"]
        for step in deployed.definition["Steps"]
        for entry in step["Arguments"].get("ProcessingInputs", [])
    }
    return InUse(
        release=record.number if record else None,
        package=str(record.model["arn"]) if record else None,
        artifact=str(defaults["ModelInputUri"]),
        baseline=inputs.get("baseline_statistics"),
    )


def _lines(used: InUse) -> Iterator[str]:
    if used.release is not None:
        yield f"release   {used.release}"
    yield f"model     {used.package or 'a package that no release record names'}"
    yield f"artifact  {used.artifact}"
    yield f"baseline  {used.baseline or 'none: nothing is checked for drift'}"


def _show(run: Execution, place: Workplace) -> None:
    place.screen.heading(f"Run {run.arn}")
    place.screen.line(f"{run.status}, started {run.started:%Y-%m-%d %H:%M} UTC")
    for step in run.steps:
        place.screen.line(execution.line(step, place.aws))
