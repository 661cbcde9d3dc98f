"""Where one call is dealt with: the caller's region, its stacks, and what runs operations on them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.cloudformation import requests
from local_aws.cloudformation.background import Background
from local_aws.cloudformation.blueprint import Blueprint
from local_aws.cloudformation.errors import invalid, no_stack
from local_aws.cloudformation.executor import Executor
from local_aws.cloudformation.journal import Clock, Journal
from local_aws.cloudformation.state import ChangeSet, Region, Settings, Stack
from local_aws.cloudformation.steps import ClientMaker, Steps
from local_aws.cloudformation.template import Template
from local_aws.errors import ServiceError

_NAME = re.compile("[a-zA-Z][-a-zA-Z0-9]{0,127}")


@dataclass(frozen=True)
class Desk:
    """Where a call is dealt with.

    Attributes:
        region: The stacks of the caller's account and region.
        clients: Gives boto3 clients of the local endpoint.
        clock: Gives the time, UTC.
        background: Does the work of operations.
    """

    region: Region
    clients: ClientMaker
    clock: Clock
    background: Background

    def stack(self, name_or_id: str) -> Stack:
        """A stack by name, or by id also when it is deleted.

        Raises:
            ServiceError: There is none.
        """
        found = self.region.find(name_or_id)
        if found is None:
            raise no_stack(name_or_id)
        return found

    def change_set(self, asked: Mapping[str, Any]) -> tuple[Stack, ChangeSet]:
        """A change set by its id, or by its name and its stack's.

        Raises:
            ServiceError: There is none.
        """
        name = asked["ChangeSetName"]
        stacks = [self.stack(asked["StackName"])] if "StackName" in asked else self.region.live()
        for stack in stacks:
            for change_set in stack.change_sets.values():
                by_name = change_set.name == name and "StackName" in asked
                if by_name or change_set.change_set_id == name:
                    return stack, change_set
        raise ServiceError("ChangeSetNotFound", f"ChangeSet [{name}] does not exist")

    def arn(self, kind: str, name: str) -> str:
        """A new ARN of a stack or a change set."""
        region = self.region
        where = f"arn:{region.partition}:cloudformation:{region.name}:{region.account_id}"
        return f"{where}:{kind}/{name}/{uuid.uuid4()}"

    def checked_name(self, name: str, parameter: str) -> str:
        """The name, where a stack or a change set may have it.

        Raises:
            ServiceError: It may not.
        """
        if not _NAME.fullmatch(name):
            raise invalid(
                f"1 validation error detected: Value '{name}' at '{parameter}' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
            )
        return name

    def template_text(self, asked: Mapping[str, Any], previous: Stack | None) -> str:
        """The text of the template that a request names."""
        return requests.template_text(asked, previous, self.clients("s3", self.region.name))

    def blueprint(self, stack: Stack, template: Template, settings: Settings) -> Blueprint:
        """What the stack shall be."""
        return Blueprint(self.region, stack.stack_id, stack.name, template, settings)

    def executor(self, stack: Stack, asked: Mapping[str, Any]) -> Executor:
        """What runs an operation on the stack."""
        journal = Journal(stack, self.clock, asked.get("ClientRequestToken", ""))
        return Executor(Steps(self.region, stack, self.clients, journal))
