"""Where a verb works, and what every verb that deploys begins with: the release and its plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deployment.aws import Aws
from deployment.clock import Clock
from deployment.errors import ConfirmationError, ReleaseError
from deployment.observe.account import observe
from deployment.observe.facts import Facts
from deployment.plan.actions import Action
from deployment.plan.cost import Cost, cost
from deployment.plan.planner import notes_of, plan
from deployment.release import packages, template
from deployment.release.assemble import Release, Sources, assemble
from deployment.release.numpy_layer import layer_package
from deployment.stage.config import Config
from deployment.verbs.screen import Screen
from pipeline_definition import fill
from pipeline_definition.errors import PipelineDefinitionError


@dataclass(frozen=True)
class Workplace:
    """Where a command works: AWS, the time, the screen, and the folders of this machine.

    Attributes:
        ask: Asks the user a question and returns the answer; None where nobody is there to answer.
        root: The checkout.
        cache: What was fetched and built once.
        out: Where a run's files go.
    """

    aws: Aws
    clock: Clock
    screen: Screen
    ask: Callable[[str], str] | None
    root: Path
    cache: Path
    out: Path


@dataclass(frozen=True)
class Planned:
    """A stage as it should be, what has to be done for it, and what it will cost."""

    release: Release
    actions: tuple[Action, ...]
    notes: tuple[str, ...]
    cost: Cost


def sources(config: Config, place: Workplace) -> Sources:
    """What this checkout brings to the stage.

    Raises:
        PackageError: A package can't be built.
    """
    return Sources(
        definition=fill.document(),
        template=template.batch_pipeline(place.root / "cfn", config.feature_alarms),
        packages=packages.Packages(
            function=packages.function_package(place.root),
            monitor=packages.monitor_package(place.root),
            layer=layer_package(place.cache),
            spark=packages.spark_script(place.root),
        ),
    )


def released(config: Config, facts: Facts, place: Workplace) -> Release:
    """The stage as it should be.

    Raises:
        ReleaseError: AWS would not take it.
    """
    try:
        return assemble(config, facts, sources(config, place))
    except PipelineDefinitionError as error:
        raise ReleaseError(str(error)) from error


def planned(config: Config, place: Workplace) -> Planned:
    """The stage as it should be, and what has to be done for it; reads AWS and changes nothing."""
    facts = observe(config, place.aws)
    release = released(config, facts, place)
    notes = (*release.notes, *notes_of(config, facts))
    return Planned(release, plan(config, release, facts), notes, cost(config, facts))


def confirm(question: str, place: Workplace, *, wanted: str = "yes", given: str | bool | None) -> None:
    """Passes what the user has agreed to: on the command line, or on the terminal.

    Args:
        question: What is asked.
        place: Where to ask.
        wanted: The answer that agrees.
        given: What the command line says: True or the answer itself agrees.

    Raises:
        ConfirmationError: The user did not agree, or nobody is there to ask.
    """
    if given is True or given == wanted:
        return
    if given:
        raise ConfirmationError(f"--yes is {given!r}, it should be {wanted!r}; nothing was changed.")
    if place.ask is None:
        flag = "--yes" if wanted == "yes" else f"--yes {wanted}"
        raise ConfirmationError(
            f"Nothing was changed: this is no terminal to be asked on; give {flag} to agree in advance."
        )
    if place.ask(f"{question} Type {wanted} to go on: ").strip() != wanted:
        raise ConfirmationError("Nothing was changed: you did not agree.")
