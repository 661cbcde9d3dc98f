from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from local_aws.containers.job_log import write_log

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class AlreadyThereError(Exception):
    """What CreateLogGroup answers for a group that is there."""


class NotThereError(Exception):
    """What CreateLogStream answers where the group is not there."""


class Logs:
    """CloudWatch Logs in which somebody deletes the group some times right after it is made."""

    exceptions = SimpleNamespace(
        ResourceAlreadyExistsException=AlreadyThereError, ResourceNotFoundException=NotThereError
    )

    def __init__(self, deletions: int) -> None:
        self._deletions = deletions
        self.lines: list[str] = []

    def create_log_group(self, **_: Any) -> None:
        raise AlreadyThereError

    def create_log_stream(self, **_: Any) -> None:
        self._deletions -= 1
        if self._deletions >= 0:
            raise NotThereError

    def put_log_events(self, **sent: Any) -> None:
        self.lines += [event["message"] for event in sent["logEvents"]]


def test_a_group_that_is_deleted_meanwhile_is_made_again() -> None:
    logs = Logs(deletions=1)
    write_log(logs, "/aws/codebuild/x", "s", ["one", " ", "two"], NOON)
    assert logs.lines == ["one", "two"]


def test_a_group_that_never_stays_is_an_error() -> None:
    with pytest.raises(NotThereError):
        write_log(Logs(deletions=9), "/aws/codebuild/x", "s", ["one"], NOON)
