"""The operations on projects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from local_aws.codebuild.store import Store, bad_input, refuse
from local_aws.errors import ServiceError
from local_aws.moto_seams import Call

_NOT_DONE = (
    "secondarySources",
    "secondarySourceVersions",
    "secondaryArtifacts",
    "fileSystemLocations",
    "buildBatchConfig",
    "badgeEnabled",
    "autoRetryLimit",
)
SOURCES = ("CODEPIPELINE", "S3", "NO_SOURCE")
ARTIFACTS = ("CODEPIPELINE", "S3", "NO_ARTIFACTS")
_DEFAULTS = {"timeoutInMinutes": 60, "queuedTimeoutInMinutes": 480, "cache": {"type": "NO_CACHE"}}
Answer = Mapping[str, Any]


class ProjectOperations:
    """CreateProject, UpdateProject, DeleteProject, BatchGetProjects, ListProjects.

    Args:
        stores: Region and account to what is kept there.
    """

    def __init__(self, stores: Callable[[Call], Store]) -> None:
        self._stores = stores

    def operations(self) -> dict[str, Callable[[Call], Answer]]:
        """Operation to the method that answers it."""
        return {
            "CreateProject": self.create,
            "UpdateProject": self.update,
            "DeleteProject": self.delete,
            "BatchGetProjects": self.describe,
            "ListProjects": self.list,
        }

    def create(self, call: Call) -> Answer:
        """The new project."""
        store, sent = self._stores(call), call.parameters
        _check(sent, call.operation)
        name = sent["name"]
        with store.lock:
            if name in store.projects:
                arn = store.arn("project", name)
                raise ServiceError("ResourceAlreadyExistsException", f"Project already exists: {arn}")
            now = datetime.now(UTC)
            made = {
                **_DEFAULTS,
                **sent,
                "arn": store.arn("project", name),
                "created": now,
                "lastModified": now,
            }
            store.projects[name] = made
        return {"project": made}

    def update(self, call: Call) -> Answer:
        """The project; what the call does not mention stays as it was."""
        store, sent = self._stores(call), call.parameters
        with store.lock:
            project = {**store.project(sent["name"]), **sent, "lastModified": datetime.now(UTC)}
            _check(project, call.operation)
            store.projects[sent["name"]] = project
        return {"project": project}

    def delete(self, call: Call) -> Answer:
        """Nothing; the project is not there, as it may not have been before. Its builds stay."""
        self._stores(call).projects.pop(call.parameters["name"].rpartition("/")[2], None)
        return {}

    def describe(self, call: Call) -> Answer:
        """The projects that are there, and the names of those that are not."""
        known, names = self._stores(call).projects, call.parameters["names"]
        found = {name: known.get(name.rpartition("/")[2]) for name in names}
        return {
            "projects": [project for project in found.values() if project is not None],
            "projectsNotFound": [name for name, project in found.items() if project is None],
        }

    def list(self, call: Call) -> Answer:
        """All names."""
        names = sorted(self._stores(call).projects)
        return {"projects": names[::-1] if call.parameters.get("sortOrder") == "DESCENDING" else names}


def _check(project: Mapping[str, Any], operation: str) -> None:
    refuse(project, _NOT_DONE, operation)
    source, artifacts = project["source"]["type"], project["artifacts"]["type"]
    for kind, done in ((source, SOURCES), (artifacts, ARTIFACTS)):
        if kind not in done:
            message = (
                f"The local AWS does not do codebuild {operation} with {kind}; it does {', '.join(done)}"
            )
            raise ServiceError("NotImplemented", message)
    if (source == "CODEPIPELINE") != (artifacts == "CODEPIPELINE"):
        raise bad_input("source and artifacts are both CODEPIPELINE, or neither is")
