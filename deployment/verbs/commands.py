"""What each verb of `deploy.py` does, from the stage's config to a report."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

from deployment.apply.in_order import apply
from deployment.aws import Aws
from deployment.clock import Clock
from deployment.errors import ExecutionError
from deployment.observe.account import account_of, check_batch, observe, stack_facts
from deployment.plan.actions import Action
from deployment.plan.planner import plan
from deployment.release import packages, template
from deployment.release.assemble import Release, Sources, assemble
from deployment.release.numpy_layer import layer_package
from deployment.run import execution, outcome, outputs
from deployment.run.execution import Execution
from deployment.s3uri import S3Uri
from deployment.stage.config import Config
from deployment.verbs.report import Report, run_document
from deployment.verbs.screen import Screen
from pipeline_definition import fill


@dataclass(frozen=True)
class Workplace:
    """Where a command works: AWS, the time, the screen, and the folders of this machine.

    Attributes:
        root: The checkout.
        cache: What was fetched and built once.
        out: Where a run's files go.
    """

    aws: Aws
    clock: Clock
    screen: Screen
    root: Path
    cache: Path
    out: Path


def sources(config: Config, place: Workplace) -> Sources:
    """What this checkout brings to the stage.

    Raises:
        PackageError: A package can't be built.
    """
    return Sources(
        definition=fill.document(),
        template=template.batch_pipeline(place.root / "cfn", config.stage.drift.feature_alarms),
        packages=packages.Packages(
            function=packages.function_package(place.root),
            monitor=packages.monitor_package(place.root),
            layer=layer_package(place.cache),
        ),
    )


def planned(config: Config, place: Workplace) -> tuple[Release, tuple[Action, ...]]:
    """The stage as it should be, and what has to be done for it; reads AWS and changes nothing."""
    facts = observe(config, place.aws)
    release = assemble(config, facts, sources(config, place))
    return release, plan(config, release, facts)


def show_plan(config: Config, place: Workplace) -> Report:
    """The plan, shown and not applied."""
    release, actions = planned(config, place)
    place.screen.heading(f"Plan of {config.names.stack}, files in s3://{config.bucket}")
    place.screen.plan(actions, release.notes)
    return Report(actions, config.names.stack, stack_facts(config.names.stack, place.aws))


def deploy(config: Config, place: Workplace, *, run_on: S3Uri | None, again: bool) -> Report:
    """The plan, shown and applied, and the pipeline run.

    Args:
        config: The stage.
        place: Where to work.
        run_on: The batch to run on; None for no run.
        again: Whether a second plan shows that nothing is left to do.
    """
    if run_on is not None:
        check_batch(run_on, place.aws)  # before anything is uploaded
    release, actions = planned(config, place)
    place.screen.heading(f"Plan of {config.names.stack}, files in s3://{config.bucket}")
    place.screen.plan(actions, release.notes)
    if actions:
        place.screen.heading("Apply")
        apply(actions, place.aws, place.clock, place.screen.line)
    if again:
        place.screen.heading("Plan after the apply")
        place.screen.plan(planned(config, place)[1], ())
    report = Report(actions, config.names.stack, stack_facts(config.names.stack, place.aws))
    return report if run_on is None else run(config, run_on, place, report)


def deployed(config: Config, place: Workplace) -> Report:
    """The stage as it is deployed, with nothing planned."""
    return Report((), config.names.stack, stack_facts(config.names.stack, place.aws))


def run(config: Config, batch: S3Uri, place: Workplace, report: Report) -> Report:
    """One run of the deployed pipeline on `batch`, followed to its end and told; `report` with the run in it.

    Raises:
        ObserveError: The batch is not there or empty.
        ExecutionError: There is no such stage to run.
    """
    if report.stack is None:
        raise ExecutionError(f"There is no stack {config.names.stack}: deploy the stage first.")
    check_batch(batch, place.aws)
    place.screen.heading(f"Run of {config.names.pipeline} on {batch}")
    arn = execution.start(config.names.pipeline, {"DataInputUri": str(batch)}, uuid.uuid4().hex, place.aws)
    ended = execution.follow(arn, place.aws, place.clock, place.screen.line)
    found = outcome.read(config, ended, account_of(place.aws), place.aws, place.clock)
    place.screen.outcome(found)
    files = outputs.download(ended, run_document(ended, found), place.out, place.aws)
    place.screen.outputs(files)
    return Report(report.actions, report.stack_name, report.stack, ended, found, files)


def status(config: Config, place: Workplace) -> Report:
    """The stage as it is: its stack, its last run with its steps, its alarms."""
    stack = stack_facts(config.names.stack, place.aws)
    place.screen.heading(f"Stack {config.names.stack}")
    place.screen.line("not deployed" if stack is None else f"{stack.status} {stack.reason}".rstrip())
    if stack is None:
        return Report((), config.names.stack, None)
    last = execution.last(config.names.pipeline, place.aws)
    found = None
    if last is not None:
        _show_last(last, place)
        found = outcome.read(config, last, account_of(place.aws), place.aws, place.clock)
        place.screen.outcome(found)
    return Report((), config.names.stack, stack, last, found)


def _show_last(last: Execution, place: Workplace) -> None:
    place.screen.heading(f"Last run {last.arn}")
    place.screen.line(f"{last.status}, started {last.started:%Y-%m-%d %H:%M} UTC")
    for step in last.steps:
        place.screen.line(execution.line(step, place.aws))
