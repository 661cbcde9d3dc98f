"""EventBridge that delivers: an event goes to every enabled rule that it matches, a time to its schedules.

Rules and targets are moto's. `event_targets.py` has the kinds of targets, retries and dead-letter queues,
`event_input.py` what a target gets of an event, `schedules.py` when a schedule fires; `timeline.py` fires it.
A delivery that fails is logged and kept; like the service, it does not fail whatever sent the event.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local_aws import moto_seams
from local_aws.clock import Clock
from local_aws.errors import ServiceError, invalid
from local_aws.event_targets import FailedDelivery, Occasion, check, send
from local_aws.moto_seams import Call
from local_aws.schedules import ScheduleError, parse

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Scheduled:
    """A rule's schedule and since when the rule has it, UTC."""

    expression: str
    since: datetime

    def next_after(self, moment: datetime) -> datetime | None:
        """When the rule fires next after a moment, UTC; None for never again."""
        return parse(self.expression).next_after(moment, self.since)


@dataclass
class EventMemory:
    """What the local EventBridge keeps beside moto.

    Attributes:
        scheduled: The rules with a schedule, by name; they are all on the default bus.
        failed: The deliveries that failed.
    """

    scheduled: dict[str, Scheduled] = field(default_factory=dict)
    failed: list[FailedDelivery] = field(default_factory=list)


class Events:
    """The local EventBridge.

    Args:
        clients: Service to boto3 client.
        region: The region in the events.
        account_id: The account in the events.
        clock: The time.
        memory: What is kept.
    """

    def __init__(
        self,
        clients: Callable[[str], Any],
        region: str,
        account_id: str,
        clock: Clock,
        memory: EventMemory,
    ) -> None:
        self._clients = clients
        self._region = region
        self._account_id = account_id
        self._clock = clock
        self.memory = memory

    def install(self) -> None:
        """`PutEvents` delivers, schedules are known; what would not be done is refused."""
        moto_seams.replace_action("events", "PutEvents", self.put_events)
        moto_seams.replace_action("events", "PutRule", self.put_rule)
        moto_seams.replace_action("events", "PutTargets", self.put_targets)
        moto_seams.replace_action("events", "TestEventPattern", self.test_pattern)
        moto_seams.replace_action("events", "DeleteRule", self.delete_rule)

    def publish(self, source: str, detail_type: str, resources: list[str], detail: dict[str, Any]) -> None:
        """The event has gone to every rule of the default bus that it matches.

        Args:
            source: Such as `aws.cloudwatch`.
            detail_type: Such as `CloudWatch Alarm State Change`.
            resources: The ARNs that it is about.
            detail: What happened.
        """
        self._deliver(self._event(source, detail_type, resources, detail), "default")

    def put_events(self, call: Call) -> Mapping[str, Any]:
        """One entry for each event: its id, or why it was not taken."""
        answers: list[dict[str, str]] = []
        for entry in call.parameters["Entries"]:
            fault = _fault(entry)
            if fault:
                answers.append(fault)
                continue
            detail = json.loads(entry["Detail"])
            event = self._event(entry["Source"], entry["DetailType"], entry.get("Resources", []), detail)
            self._deliver(event, entry.get("EventBusName", "default"))
            answers.append({"EventId": event["id"]})
        return {"Entries": answers, "FailedEntryCount": sum("ErrorCode" in answer for answer in answers)}

    def test_pattern(self, call: Call) -> Mapping[str, Any]:
        """Whether an event matches a pattern."""
        try:
            event = json.loads(call.parameters["Event"])
            return {"Result": moto_seams.event_matches(call.parameters["EventPattern"], event)}
        except ValueError as error:
            message = f"Event pattern is not valid: {error}"
            raise ServiceError("InvalidEventPatternException", message) from error

    def put_rule(self, call: Call) -> Any:
        """Moto's answer; a schedule counts from now on."""
        sent = call.parameters
        schedule = sent.get("ScheduleExpression")
        if schedule and sent.get("EventBusName", "default").rpartition("/")[2] != "default":
            raise invalid("ScheduleExpression is supported only on the default event bus.")
        if not schedule and not sent.get("EventPattern"):
            raise invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.")
        try:
            if schedule:
                parse(schedule)
        except ScheduleError as error:
            raise invalid(f"Parameter ScheduleExpression is not valid. {error}") from error
        answer = call.moto()
        scheduled = self.memory.scheduled
        if not schedule:
            scheduled.pop(sent["Name"], None)
        elif sent["Name"] not in scheduled or scheduled[sent["Name"]].expression != schedule:
            scheduled[sent["Name"]] = Scheduled(schedule, self._clock.now())
        return answer

    def delete_rule(self, call: Call) -> Any:
        """Moto's answer; its schedule is forgotten."""
        answer = call.moto()
        if call.parameters.get("EventBusName", "default").rpartition("/")[2] == "default":
            self.memory.scheduled.pop(call.parameters["Name"], None)
        return answer

    def put_targets(self, call: Call) -> Any:
        """Moto's answer."""
        for target in call.parameters["Targets"]:
            check(target)
        return call.moto()

    def fire(self, name: str, moment: datetime) -> bool:
        """Whether the rule is enabled; then its targets have got the event of its schedule.

        Args:
            name: A rule of the default bus.
            moment: The time that the schedule named, UTC.
        """
        rule = self._clients("events").describe_rule(Name=name)
        if rule["State"] != "ENABLED":
            return False
        event = self._event("aws.events", "Scheduled Event", [rule["Arn"]], {})
        self._to_targets(rule, "default", {**event, "time": _stamp(moment)})
        return True

    def _event(
        self, source: str, detail_type: str, resources: list[str], detail: dict[str, Any]
    ) -> dict[str, Any]:
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": detail_type,
            "source": source,
            "account": self._account_id,
            "time": _stamp(self._clock.now()),
            "region": self._region,
            "resources": resources,
            "detail": detail,
        }

    def _deliver(self, event: dict[str, Any], bus: str) -> None:
        client = self._clients("events")
        for page in client.get_paginator("list_rules").paginate(EventBusName=bus):
            for rule in page["Rules"]:
                pattern = rule.get("EventPattern")
                if rule["State"] == "ENABLED" and pattern and moto_seams.event_matches(pattern, event):
                    self._to_targets(rule, bus, event)

    def _to_targets(self, rule: Mapping[str, Any], bus: str, event: dict[str, Any]) -> None:
        client = self._clients("events")
        for target in client.list_targets_by_rule(Rule=rule["Name"], EventBusName=bus)["Targets"]:
            failed = send(self._clients, target, Occasion(rule["Name"], rule["Arn"], event))
            if failed is not None:
                self.memory.failed.append(failed)
                log.warning(
                    "rule %s: %s did not get its event: %s", failed.rule, failed.target, failed.reason
                )


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _fault(entry: Mapping[str, Any]) -> dict[str, str]:
    """Why EventBridge does not take an entry; empty when it does."""
    for key in ("Source", "DetailType", "Detail"):
        if not entry.get(key):
            message = f"Parameter {key} is not valid. Reason: {key} is a required argument."
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": message}
    if entry["Source"].startswith("aws."):
        message = f"Not authorized for the source {entry['Source']}."
        return {"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": message}
    try:
        detail = json.loads(entry["Detail"])
    except json.JSONDecodeError:
        detail = None
    if not isinstance(detail, dict):
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    return {}
