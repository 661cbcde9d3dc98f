"""AWS at the boundary of boto3: clients that answer as they are told, and a clock that nobody waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import boto3
from botocore.exceptions import ClientError

from deployment.aws import Aws
from deployment.clock import Clock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def refusal(code: str, message: str, operation: str = "Operation") -> ClientError:
    """The exception that boto3 makes of an error of AWS."""
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


class Session:
    """A session that hands out these clients."""

    region_name = "us-east-1"

    def __init__(self, clients: Mapping[str, Any]) -> None:
        self._clients = clients

    def client(self, service: str, **_: object) -> Any:
        """The client of a service."""
        return self._clients[service]

    def get_partition_for_region(self, region: str) -> str:
        """The partition of China is its own."""
        return "aws-cn" if region.startswith("cn-") else "aws"


def aws(**clients: Any) -> Aws:
    """An AWS with these clients."""
    return Aws(cast(boto3.Session, Session(clients)))


class Paginator:
    """The pages of one list operation."""

    def __init__(self, pages: Callable[..., Iterable[Mapping[str, Any]]]) -> None:
        self._pages = pages

    def paginate(self, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        """The pages."""
        yield from self._pages(**arguments)


def clock(step: float = 0.0) -> Clock:
    """A clock whose time goes by only while somebody sleeps, and by `step` seconds with every look."""
    now = [NOON]

    def look() -> datetime:
        now[0] += timedelta(seconds=step)
        return now[0]

    def sleep(seconds: float) -> None:
        now[0] += timedelta(seconds=seconds)

    return Clock(look, sleep)


class CloudFormation:
    """CloudFormation with one stack, whose change sets end as they are told.

    Attributes:
        statuses: The stack's status at each look; the last one stays. None: there is no stack.
        change_sets: The names of those that were made and neither executed nor deleted.
        events: The stack's events, oldest first; those of the change come with its execution.
    """

    def __init__(self, *statuses: str | None) -> None:
        self.statuses: list[str | None] = list(statuses)
        self.made: list[tuple[str, str]] = [("CREATE_COMPLETE", "")]
        self.create_error: ClientError | None = None
        self.change_sets: list[str] = []
        self.requests: list[dict[str, Any]] = []
        self.deleted: list[str] = []
        self.executed: list[str] = []
        self.events: list[dict[str, Any]] = []
        self.events_of_change: list[dict[str, Any]] = []

    def create_change_set(self, **request: Any) -> None:
        self.requests.append(request)
        if self.create_error is not None:
            raise self.create_error
        self.change_sets.append(request["ChangeSetName"])

    def describe_change_set(self, **_: str) -> dict[str, Any]:
        status, reason = self.made.pop(0) if len(self.made) > 1 else self.made[0]
        return {"Status": status, "StatusReason": reason}

    def execute_change_set(self, **request: str) -> None:
        self.change_sets.remove(request["ChangeSetName"])
        self.executed.append(request["ChangeSetName"])
        self.events += self.events_of_change

    def delete_change_set(self, **request: str) -> None:
        if request["ChangeSetName"] not in self.change_sets:
            raise refusal("ChangeSetNotFound", f"ChangeSet [{request['ChangeSetName']}] does not exist")
        self.change_sets.remove(request["ChangeSetName"])

    def delete_stack(self, StackName: str) -> None:  # noqa: N803
        self.deleted.append(StackName)

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status is None:
            raise refusal("ValidationError", f"Stack with id {StackName} does not exist")
        return {"Stacks": [{"StackName": StackName, "StackStatus": status}]}

    def get_paginator(self, _: str) -> Paginator:
        def pages(StackName: str) -> Iterator[dict[str, Any]]:  # noqa: N803
            if self.statuses[0] is None and not self.events:
                raise refusal("ValidationError", f"Stack [{StackName}] does not exist")
            newest_first = list(reversed(self.events))
            yield {"StackEvents": newest_first[:1]}
            yield {"StackEvents": newest_first[1:]}

        return Paginator(pages)


def event(
    number: int, resource: str, status: str, reason: str = "", kind: str = "AWS::SNS::Topic"
) -> dict[str, Any]:
    """An event of a stack."""
    told = {"ResourceStatusReason": reason} if reason else {}
    return {
        "EventId": f"e{number}",
        "LogicalResourceId": resource,
        "ResourceType": kind,
        "ResourceStatus": status,
        **told,
    }
