"""What an action gets, what it gives, and how it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local_aws.codepipeline import artifacts
from local_aws.codepipeline.repositories import Repositories
from local_aws.codepipeline.store import ActionRun, Execution, Location, Pipeline, Store


class ActionError(Exception):
    """The action failed.

    Attributes:
        code: CodePipeline's, such as `JobFailed` or `ConfigurationError`.
    """

    def __init__(self, message: str, code: str = "JobFailed") -> None:
        super().__init__(message)
        self.code = code


class AbandonedError(Exception):
    """The execution has been stopped, and what the action waits for does not matter any more."""


@dataclass(frozen=True)
class Work:
    """One run of an action, for the code that does it.

    Attributes:
        clients: Service to boto3 client.
        repositories: The local git repositories.
        store: The local CodePipeline's.
        pipeline: The pipeline.
        execution: The execution.
        run: The run, whose configuration is resolved.
    """

    clients: Callable[[str], Any]
    repositories: Repositories
    store: Store
    pipeline: Pipeline
    execution: Execution
    run: ActionRun

    @property
    def configuration(self) -> Mapping[str, str]:
        """The action's configuration, resolved."""
        return self.run.configuration

    def wait(self, seconds: float) -> None:
        """That time has gone by.

        Raises:
            AbandonedError: The execution was stopped meanwhile.
        """
        if self.execution.abandon.wait(seconds):
            raise AbandonedError

    def artifact(self, name: str) -> bytes:
        """An input artifact's zip file."""
        return artifacts.get(self.clients("s3"), self.run.inputs[name])

    def file(self, reference: str) -> str:
        """The text of a file of an input artifact, referred to as `Artifact::path`.

        Raises:
            ActionError: There is no such artifact or file.
        """
        name, _, path = reference.partition("::")
        text = artifacts.member(self.artifact(name), path) if name in self.run.inputs else None
        if text is None:
            message = f"File [{path}] does not exist in artifact [{name}]"
            raise ActionError(message, "ConfigurationError")
        return text

    def give(self, body: bytes) -> None:
        """The zip file is the action's only output artifact."""
        (location,) = self.run.outputs.values()
        artifacts.put(self.clients("s3"), self.execution.declaration, location, body)

    @property
    def output(self) -> Location:
        """Where the action's only output artifact goes."""
        (location,) = self.run.outputs.values()
        return location


@dataclass(frozen=True)
class Result:
    """What an action gave.

    Attributes:
        variables: For its namespace.
        summary: A line about it.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""


@dataclass(frozen=True)
class ActionKind:
    """One row of `ACTIONS`.

    Attributes:
        run: Does the action.
        needs: Keys that its configuration must have.
        knows: Further keys that it acts upon.
        keeps: Keys that are accepted and change nothing locally.
        inputs: How many input artifacts it may have, least and most.
        outputs: The same of output artifacts.
    """

    run: Callable[[Work], Result]
    needs: frozenset[str] = frozenset()
    knows: frozenset[str] = frozenset()
    keeps: frozenset[str] = frozenset()
    inputs: tuple[int, int] = (0, 0)
    outputs: tuple[int, int] = (0, 0)

    def faults(self, action: Mapping[str, Any]) -> Iterator[str]:
        """What of a declared action is missing, unknown or too much."""
        given = set(action.get("configuration", {}))
        for name in sorted(self.needs - given):
            yield f"the configuration lacks {name}"
        for name in sorted(given - self.needs - self.knows - self.keeps):
            yield f"the local AWS does not do {name} of the configuration"
        for what, (least, most) in (("inputArtifacts", self.inputs), ("outputArtifacts", self.outputs)):
            count = len(action.get(what, ()))
            if not least <= count <= most:
                yield f"{count} {what}; {least} to {most} are allowed"
