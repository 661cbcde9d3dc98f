"""Commits to the local repositories: they start the pipelines whose source they are, or become events.

A source behind CodeConnections with `DetectChanges`, and one of CodeCommit with `PollForSourceChanges`,
start by themselves. Every commit to a repository that stands in for one of CodeCommit is an event.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from local_aws.codepipeline.repositories import Repositories, RepositoryError
from local_aws.codepipeline.starts import Cause, Starts
from local_aws.codepipeline.store import Pipeline, Store

log = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 0.5


class Publish(Protocol):
    """Gets an event: source, detail-type, resources, detail."""

    def __call__(
        self, source: str, detail_type: str, resources: list[str], detail: dict[str, Any], /
    ) -> object:
        """The event has been delivered."""


class Watcher:
    """Looks for new commits, in a thread of its own, from the first repository on.

    Args:
        repositories: The local git repositories.
        stores: Gives what CodePipeline keeps of every account and region.
        starts: Starts executions.
        publish: Gets the events of CodeCommit.
    """

    def __init__(
        self,
        repositories: Repositories,
        stores: Callable[[], Iterable[Store]],
        starts: Starts,
        publish: Publish,
    ) -> None:
        self._repositories = repositories
        self._stores = stores
        self._starts = starts
        self._publish = publish
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="commits", daemon=True)

    def begin(self) -> None:
        """It looks."""
        self._thread.start()

    def close(self) -> None:
        """It looks no more."""
        self._stop.set()
        self._repositories.added.set()
        self._thread.join()

    def _watch(self) -> None:
        self._repositories.added.wait()
        while not self._stop.is_set():
            for name in self._repositories.names():
                self.look(name)
            self._stop.wait(_LOOK_EVERY_SECONDS)

    def look(self, name: str) -> None:
        """What has changed in a repository since the last look has been told.

        Args:
            name: The repository's.
        """
        try:
            branches = self._repositories.branches(name)
        except RepositoryError as error:
            log.warning("no commits of %s are seen: %s", name, error)
            return
        before = self._repositories.told[name]
        self._repositories.told[name] = branches
        for branch, commit in branches.items():
            if before.get(branch) != commit:
                self._tell(name, branch, commit, before.get(branch))

    def _tell(self, name: str, branch: str, commit: str, old: str | None) -> None:
        for store in list(self._stores()):
            for pipeline in list(store.pipelines.values()):
                cause = _cause(pipeline, name, branch)
                if cause is not None:
                    self._starts.start(store, pipeline, cause)
            if "/" not in name:
                arn = f"arn:aws:codecommit:{store.region}:{store.account_id}:{name}"
                self._publish(*_event(arn, name, branch, commit, old))


def _cause(pipeline: Pipeline, repository: str, branch: str) -> Cause | None:
    """Why a commit starts the pipeline; None where it doesn't."""
    for action in pipeline.declaration["stages"][0]["actions"]:
        asked = action.get("configuration", {})
        if asked.get("BranchName") != branch:
            continue
        if asked.get("FullRepositoryId") == repository and asked.get("DetectChanges", "true") == "true":
            return Cause("WebhookV2", asked["ConnectionArn"])
        if asked.get("RepositoryName") == repository and asked.get("PollForSourceChanges", "true") == "true":
            return Cause("PollForSourceChanges", action["name"])
    return None


def _event(
    arn: str, name: str, branch: str, commit: str, old: str | None
) -> tuple[str, str, list[str], dict[str, Any]]:
    """CodeCommit's event of a branch that has been made or has moved."""
    detail = {
        "event": "referenceCreated" if old is None else "referenceUpdated",
        "repositoryName": name,
        "repositoryId": name,
        "referenceType": "branch",
        "referenceName": branch,
        "referenceFullName": f"refs/heads/{branch}",
        "commitId": commit,
        **({"oldCommitId": old} if old is not None else {}),
    }
    return "aws.codecommit", "CodeCommit Repository State Change", [arn], detail
