"""Local git repositories that stand in for hosted ones, by the name that a pipeline's source action has.

`owner/name` stands for a repository behind CodeConnections, `name` for one of CodeCommit:
`LocalAws.repositories.add("owner/name", path)`. The working copy does not count, commits do.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class RepositoryError(Exception):
    """No repository stands in for a name, or git can't find what is asked of it."""


@dataclass(frozen=True)
class Commit:
    """A commit: its id, the author's date, the first line of its message."""

    id: str
    date: str
    message: str


class Repositories:
    """Name to the folder of a local git repository.

    Attributes:
        added: Set once there is one.
        told: The branches of each as whoever looks for commits knows them, from the time that it was added.
    """

    def __init__(self) -> None:
        self._folders: dict[str, Path] = {}
        self.added = threading.Event()
        self.told: dict[str, Mapping[str, str]] = {}

    def add(self, name: str, folder: Path) -> None:
        """The folder stands in for the repository of that name from now on.

        Args:
            name: `owner/name`, or `name` for CodeCommit.
            folder: The repository's.

        Raises:
            RepositoryError: It is no git repository.
        """
        _git(folder, "rev-parse", "--git-dir")
        self._folders[name] = folder
        self.told[name] = self.branches(name)
        self.added.set()

    def names(self) -> list[str]:
        """The names that have a repository."""
        return list(self.told)

    def branches(self, name: str) -> Mapping[str, str]:
        """Branch to the id of its last commit."""
        lines = _git(
            self._folder(name), "for-each-ref", "--format=%(objectname) %(refname:short)", "refs/heads"
        )
        return {branch: commit for commit, _, branch in (line.partition(" ") for line in lines.splitlines())}

    def head(self, name: str, branch: str) -> Commit:
        """The last commit of a branch."""
        known = self.branches(name)
        if branch not in known:
            raise RepositoryError(
                f"The repository {name} has no branch {branch}; it has {', '.join(known) or 'none'}"
            )
        shown = _git(self._folder(name), "show", "--no-patch", "--format=%aI%n%s", known[branch])
        date, _, message = shown.partition("\n")
        return Commit(known[branch], date, message.strip())

    def archive(self, name: str, commit: str) -> bytes:
        """The files of a commit as a zip file."""
        return _run(self._folder(name), "archive", "--format=zip", commit)

    def _folder(self, name: str) -> Path:
        if name not in self._folders:
            raise RepositoryError(
                f"No local git repository stands in for {name}: LocalAws.repositories.add({name!r}, folder)"
            )
        return self._folders[name]


def _git(folder: Path, *arguments: str) -> str:
    return _run(folder, *arguments).decode("utf-8", errors="replace")


def _run(folder: Path, *arguments: str) -> bytes:
    # Another process's GIT_DIR, such as that of a hook, must not lead elsewhere.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], env=environment, capture_output=True, check=True
        )
    except FileNotFoundError as error:
        raise RepositoryError("git is not installed, and a source action needs it") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", errors="replace").strip()
        raise RepositoryError(f"git {arguments[0]} in {folder} failed: {said}") from error
    return done.stdout
