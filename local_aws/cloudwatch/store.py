"""The alarms, the datapoints that they are about, and what happens when a state changes."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from local_aws.clock import Clock
from local_aws.cloudwatch.evaluation import Datapoint, Rule, evaluate
from local_aws.cloudwatch.shapes import MetricKey, metric_of, reason_data, state_change, state_of
from local_aws.errors import ServiceError

log = logging.getLogger(__name__)

_KEPT = timedelta(days=15)  # an alarm looks back seven days at most, and some periods more
_LOOK_EVERY = 256  # datapoints of a metric

STATES = {"OK": "OKActions", "ALARM": "AlarmActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
"""State to the actions that are taken when an alarm enters it."""

Publish = Callable[[str, str, list[str], dict[str, Any]], None]
"""Gets an event: source, detail type, resources, detail."""


@dataclass
class Alarm:
    """An alarm.

    Attributes:
        description: What `DescribeAlarms` answers.
        tags: Its tags.
        history: What `DescribeAlarmHistory` answers, oldest first.
    """

    description: dict[str, Any]
    tags: dict[str, str]
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def actions(self) -> list[str]:
        """What is told about its states."""
        return [arn for key in STATES.values() for arn in self.description[key]]

    @property
    def rule(self) -> Rule:
        """What it checks."""
        settings = self.description
        return Rule(
            statistic=settings["Statistic"],
            period=settings["Period"],
            periods=settings["EvaluationPeriods"],
            to_alarm=settings.get("DatapointsToAlarm", settings["EvaluationPeriods"]),
            comparison=settings["ComparisonOperator"],
            threshold=float(settings["Threshold"]),
            missing=settings.get("TreatMissingData", "missing"),
        )


@dataclass
class AlarmMemory:
    """What the local CloudWatch keeps beside moto.

    Attributes:
        alarms: By name.
        datapoints: What was published lately, by metric.
    """

    alarms: dict[str, Alarm] = field(default_factory=dict)
    datapoints: dict[MetricKey, list[Datapoint]] = field(default_factory=dict)


class AlarmStore:
    """All alarms and datapoints of the local CloudWatch.

    Args:
        publish: Gets the state changes as events.
        clients: Service to boto3 client, for SNS actions.
        clock: The time.
        memory: What is kept.
    """

    def __init__(
        self, publish: Publish, clients: Callable[[str], Any], clock: Clock, memory: AlarmMemory
    ) -> None:
        self._publish = publish
        self._clients = clients
        self.clock = clock
        self.alarms = memory.alarms
        self.datapoints = memory.datapoints
        self.lock = threading.RLock()

    def published(self, key: MetricKey, point: Datapoint) -> None:
        """The datapoint counts; those that no alarm can look at any more are forgotten.

        Args:
            key: The metric.
            point: What was published.
        """
        points = self.datapoints.setdefault(key, [])
        points.append(point)
        if len(points) % _LOOK_EVERY == 0:
            newest = max(each.time for each in points)
            points[:] = [each for each in points if newest - each.time < _KEPT]

    def next_boundary(self, moment: datetime) -> datetime | None:
        """When the next period of an alarm begins, UTC: until then, without new data, no state changes."""
        periods = {int(alarm.description["Period"]) for alarm in list(self.alarms.values())}
        starts = ((int(moment.timestamp()) // period + 1) * period for period in periods)
        first = min(starts, default=None)
        return None if first is None else datetime.fromtimestamp(first, UTC)

    def evaluate_all(self, now: datetime) -> None:
        """Every alarm has been evaluated as of a time.

        Args:
            now: The time, UTC.
        """
        with self.lock:
            for alarm in list(self.alarms.values()):
                points = self.datapoints.get(metric_of(alarm.description), [])
                verdict = evaluate(alarm.rule, points, now)
                if verdict is not None and verdict.state != alarm.description["StateValue"]:
                    data = reason_data(alarm.rule, verdict, now)
                    self.change(alarm, verdict.state, verdict.reason, data, now)

    def alarm(self, name: str) -> Alarm:
        """The alarm of a name, or the service's `ResourceNotFound`."""
        if name not in self.alarms:
            raise ServiceError("ResourceNotFound", f"Alarm not found: {name}")
        return self.alarms[name]

    def by_arn(self, arn: str) -> Alarm | None:
        """The alarm of an ARN; None for another resource."""
        return next((alarm for alarm in self.alarms.values() if alarm.description["AlarmArn"] == arn), None)

    def change(self, alarm: Alarm, state: str, reason: str, data: str, now: datetime) -> None:
        """The alarm has the new state, and whoever should hear of it has."""
        description = alarm.description
        before = state_of(description)
        description.update({"StateValue": state, "StateReason": reason})
        description.update({"StateUpdatedTimestamp": now, "StateTransitionedTimestamp": now})
        description.pop("StateReasonData", None)
        if data:
            description["StateReasonData"] = data
        summary = f"Alarm updated from {before['value']} to {state}"
        after = state_of(description)
        self.remember(alarm, "StateUpdate", summary, {"oldState": before, "newState": after}, now)
        detail = state_change(description, before)
        self._publish("aws.cloudwatch", "CloudWatch Alarm State Change", [description["AlarmArn"]], detail)
        if description["ActionsEnabled"]:
            for topic in description[STATES[state]]:
                self._tell(alarm, topic, detail, now)

    def _tell(self, alarm: Alarm, topic: str, detail: Mapping[str, Any], now: datetime) -> None:
        """The topic has the change, or the alarm's history says why not: an action fails nobody else."""
        subject = f'{detail["state"]["value"]}: "{alarm.description["AlarmName"]}"'[:100]
        summary, outcome = f"Successfully executed action {topic}", {"actionState": "Succeeded"}
        try:
            self._clients("sns").publish(TopicArn=topic, Subject=subject, Message=json.dumps(detail))
        except ClientError as error:
            reason = str(error)
            log.warning("action %s of %s failed: %s", topic, alarm.description["AlarmName"], reason)
            summary, outcome = f"Failed to execute action {topic}", {"actionState": "Failed", "error": reason}
        self.remember(alarm, "Action", summary[:255], outcome, now)

    def remember(self, alarm: Alarm, kind: str, summary: str, data: Mapping[str, Any], now: datetime) -> None:
        """The alarm's history has one more item."""
        alarm.history.append(
            {
                "AlarmName": alarm.description["AlarmName"],
                "AlarmType": "MetricAlarm",
                "Timestamp": now,
                "HistoryItemType": kind,
                "HistorySummary": summary,
                "HistoryData": json.dumps({"version": "1.0", **data})[:4095],
            }
        )
