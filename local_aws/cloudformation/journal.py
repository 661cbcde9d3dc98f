"""The statuses of a stack and its resources, each change with its event."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import datetime

from local_aws.cloudformation.state import Resource, Stack

Clock = Callable[[], datetime]


class Journal:
    """Writes statuses and events of one stack.

    Attributes:
        stack: The stack.
        clock: Gives the time, UTC.
        token: The client's request token, which its events carry.
    """

    def __init__(self, stack: Stack, clock: Clock, token: str = "") -> None:
        self.stack = stack
        self.clock = clock
        self.token = token

    def stack_is(self, status: str, reason: str = "") -> None:
        """The stack has that status from now on."""
        self.stack.status, self.stack.reason = status, reason
        itself = Resource(self.stack.name, "AWS::CloudFormation::Stack", self.stack.stack_id)
        self._event(itself, str(uuid.uuid4()), status, reason)

    def resource_is(self, resource: Resource, status: str, reason: str = "") -> None:
        """The resource has that status from now on."""
        now = self.clock()
        resource.status, resource.reason, resource.updated = status, reason, now
        event_id = f"{resource.logical_id}-{status}-{uuid.uuid4()}"
        self._event(resource, event_id, status, reason)

    def _event(self, resource: Resource, event_id: str, status: str, reason: str) -> None:
        event = {
            "StackId": self.stack.stack_id,
            "EventId": event_id,
            "StackName": self.stack.name,
            "LogicalResourceId": resource.logical_id,
            "PhysicalResourceId": resource.physical_id,
            "ResourceType": resource.type,
            "Timestamp": self.clock(),
            "ResourceStatus": status,
        }
        if reason:
            event["ResourceStatusReason"] = reason
        if resource.properties:
            event["ResourceProperties"] = json.dumps(resource.properties)
        if self.token:
            event["ClientRequestToken"] = self.token
        self.stack.events.append(event)
