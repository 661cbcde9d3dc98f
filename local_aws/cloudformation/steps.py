"""One resource at a time: made, changed, removed, with its events."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.cloudformation.errors import invalid
from local_aws.cloudformation.journal import Journal
from local_aws.cloudformation.resources import RESOURCE_TYPES
from local_aws.cloudformation.resources.model import Clients, Held, ResourceType, Wanted
from local_aws.cloudformation.state import Region, Resource, Stack
from local_aws.errors import ServiceError

_SUFFIX = 12


class ClientMaker(Protocol):
    """What gives boto3 clients of the local endpoint."""

    def __call__(self, service: str, region: str | None = None) -> Any:
        """The client of a service in a region."""


class ResourceError(Exception):
    """A resource could not be made, changed or removed.

    Attributes:
        logical_id: Which one.
        reason: What its service answered.
    """

    def __init__(self, logical_id: str, reason: str) -> None:
        super().__init__(f"{logical_id}: {reason}")
        self.logical_id = logical_id
        self.reason = reason


class Steps:
    """What can be done to the resources of one stack.

    Attributes:
        region: Where the stack lies.
        stack: The stack.
        journal: Writes its events.
    """

    def __init__(self, region: Region, stack: Stack, clients: ClientMaker, journal: Journal) -> None:
        self.region = region
        self.stack = stack
        self.journal = journal
        self._clients: Clients = lambda service: clients(service, region.name)

    def make(self, wish: Resource, verb: str = "CREATE") -> None:
        """The resource exists and is the stack's.

        Args:
            wish: What it shall be; gets its physical id and attributes.
            verb: `CREATE`, or `UPDATE` where it takes the place of another one.

        Raises:
            ResourceError: It does not exist, or only in part; then it has a physical id and is the stack's.
        """
        kind = RESOURCE_TYPES[wish.type]
        if verb == "CREATE":
            self.stack.resources[wish.logical_id] = wish
            self.journal.resource_is(wish, "CREATE_IN_PROGRESS")
        wanted = self._wanted(wish, kind)
        with self._failing_as(wish, f"{verb}_FAILED"):
            self._refuse_taken_name(wish, kind)
            made = kind.create(wanted)
            wish.physical_id, wish.attributes = made.physical_id, dict(made.attributes)
            self.stack.resources[wish.logical_id] = wish
            if verb == "CREATE":
                self.journal.resource_is(wish, "CREATE_IN_PROGRESS", "Resource creation Initiated")
            if kind.two_steps:
                kind.update(wanted, Held(wish.physical_id, {}, {}, wish.attributes))
        self.journal.resource_is(wish, f"{verb}_COMPLETE")

    def change(self, held: Resource, wish: Resource) -> None:
        """The resource is as wanted, under the same physical id.

        Raises:
            ResourceError: Its service refused; it may be changed in part.
        """
        kind = RESOURCE_TYPES[wish.type]
        wish.physical_id, wish.attributes = held.physical_id, held.attributes
        self.stack.resources[wish.logical_id] = wish
        self.journal.resource_is(wish, "UPDATE_IN_PROGRESS")
        with self._failing_as(wish, "UPDATE_FAILED"):
            made = kind.update(self._wanted(wish, kind), _held(held))
            wish.attributes = {**wish.attributes, **made.attributes}
        self.journal.resource_is(wish, "UPDATE_COMPLETE")

    def replace(self, held: Resource, wish: Resource) -> None:
        """A new resource is the stack's; the old one still exists.

        Raises:
            ResourceError: The new one does not exist, or both would have the same name.
        """
        kind = RESOURCE_TYPES[wish.type]
        self.journal.resource_is(
            held,
            "UPDATE_IN_PROGRESS",
            "Requested update requires the creation of a new physical resource; hence creating one.",
        )
        custom = wish.properties.get(kind.name_property)
        if custom is not None and custom == held.properties.get(kind.name_property):
            reason = (
                "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                f"Rename {custom} and update the stack again."
            )
            self.journal.resource_is(held, "UPDATE_FAILED", reason)
            raise ResourceError(wish.logical_id, reason)
        self.make(wish, verb="UPDATE")

    def remove(self, held: Resource) -> None:
        """The resource does not exist; where it is gone already that is fine.

        Raises:
            ResourceError: Its service refused.
        """
        kind = RESOURCE_TYPES[held.type]
        self.journal.resource_is(held, "DELETE_IN_PROGRESS")
        with self._failing_as(held, "DELETE_FAILED"):
            try:
                kind.delete(self._clients, _held(held))
            except ClientError as error:
                if error.response["Error"]["Code"] not in kind.gone:
                    raise
        self.journal.resource_is(held, "DELETE_COMPLETE")

    def _wanted(self, wish: Resource, kind: ResourceType) -> Wanted:
        self.stack.serial += 1
        return Wanted(
            clients=self._clients,
            name=physical_name(self.stack, wish.logical_id, kind),
            properties=wish.properties,
            tags=wish.tags,
            region=self.region.name,
            account_id=self.region.account_id,
            partition=self.region.partition,
        )

    def _refuse_taken_name(self, wish: Resource, kind: ResourceType) -> None:
        """Nothing, unless a stack has a resource of that type and name: some services would overwrite it."""
        name = wish.properties.get(kind.name_property)
        for stack in self.region.live() if name is not None else ():
            for resource in list(stack.resources.values()):
                taken = resource.properties.get(kind.name_property) == name and resource.physical_id
                if taken and resource.type == wish.type and resource.status != "DELETE_COMPLETE":
                    raise invalid(f"{name} already exists in stack {stack.stack_id}")

    @contextmanager
    def _failing_as(self, resource: Resource, status: str) -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError, ServiceError) as error:
            reason = f"Resource handler returned message: {error}"
            self.journal.resource_is(resource, status, reason)
            raise ResourceError(resource.logical_id, reason) from error


def physical_name(stack: Stack, logical_id: str, kind: ResourceType) -> str:
    """`<stack>-<logical id>-<twelve characters>`, cut at the front to the type's limit, never given twice."""
    seed = f"{stack.stack_id} {logical_id} {stack.serial}"
    suffix = hashlib.sha256(seed.encode()).hexdigest()[:_SUFFIX].upper()
    start = f"{stack.name}-{logical_id}"[: kind.name_limit - _SUFFIX - 1]
    name = f"{start}-{suffix}"
    return name.lower() if kind.lower else name


def _held(resource: Resource) -> Held:
    return Held(resource.physical_id, resource.properties, resource.tags, resource.attributes)
