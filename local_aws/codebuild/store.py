"""What the local CodeBuild keeps: plain data in the API's spelling, and what runs."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local_aws.errors import ServiceError

KEPT_BUILDS = 100
"""How many builds of a project that have ended are remembered: memory stays as it is."""


@dataclass
class Build:
    """A build.

    Attributes:
        description: What `BatchGetBuilds` answers; it changes while the build runs.
        artifacts: Where its artifacts go, in the spelling of a project; the answer has the location only.
        stop: Set when the build is to be stopped.
    """

    description: dict[str, Any]
    artifacts: dict[str, Any]
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass
class Store:
    """Everything of an account and region.

    Attributes:
        region: The region.
        account_id: The account.
        projects: `BatchGetProjects`'s answers by name.
        builds: By id, oldest first; of a project's that have ended the last `KEPT_BUILDS`.
        lock: Held while something is looked up and then changed.
    """

    region: str
    account_id: str
    projects: dict[str, dict[str, Any]] = field(default_factory=dict)
    builds: dict[str, Build] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def woken(self) -> None:
        """The builds that ran when their process ended have been stopped."""
        for build in self.builds.values():
            if not build.description["buildComplete"]:
                build.description.update(buildStatus="STOPPED", buildComplete=True)

    def builds_of(self, project: str) -> list[Build]:
        """A project's builds, the oldest first."""
        return [one for one in list(self.builds.values()) if one.description["projectName"] == project]

    def forget(self, project: str) -> None:
        """The project's oldest builds that have ended are gone, down to as many as are kept."""
        with self.lock:
            ended = [one for one in self.builds_of(project) if one.description["buildComplete"]]
            for one in ended[: max(0, len(ended) - KEPT_BUILDS)]:
                del self.builds[one.description["id"]]

    def arn(self, kind: str, name: str) -> str:
        """The ARN of a project or build."""
        return f"arn:aws:codebuild:{self.region}:{self.account_id}:{kind}/{name}"

    def project(self, name_or_arn: str) -> dict[str, Any]:
        """The project, or the service's `ResourceNotFoundException`."""
        name = name_or_arn.rpartition("/")[2]
        if name not in self.projects:
            message = f"Project cannot be found: {self.arn('project', name)}"
            raise ServiceError("ResourceNotFoundException", message)
        return self.projects[name]

    def build(self, id_or_arn: str) -> Build:
        """The build, or the service's `ResourceNotFoundException`."""
        identifier = id_or_arn.rpartition("/")[2]
        if identifier not in self.builds:
            raise ServiceError("ResourceNotFoundException", f"Build {identifier} cannot be found")
        return self.builds[identifier]


def refuse(sent: Mapping[str, Any], not_done: tuple[str, ...], operation: str) -> None:
    """Nothing, or the refusal of the first parameter that would not be acted upon."""
    for name in not_done:
        if sent.get(name):
            raise ServiceError(
                "NotImplemented", f"The local AWS does not do codebuild {operation} with {name}"
            )


def bad_input(message: str) -> ServiceError:
    """The service's `InvalidInputException`."""
    return ServiceError("InvalidInputException", message)
