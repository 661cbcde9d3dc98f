"""EventBridge that delivers: events that match an enabled rule's pattern go to the rule's targets.

Rules and targets are moto's. Delivered to: SageMaker pipelines (a start with the target's parameters),
Lambda functions (asynchronously), SNS topics, SQS queues. A delivery that fails is logged and kept in
`failed`; like the service, it does not fail whatever sent the event. A schedule rule has no pattern and
matches no event; its schedule is stored only.

Refused in `PutTargets`: other kinds of targets, input paths and transformers, dead-letter queues.
"""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from local_aws import moto_seams
from local_aws.errors import ServiceError, invalid
from local_aws.moto_seams import Call

log = logging.getLogger(__name__)

_SCHEDULE = re.compile(r"rate\([1-9]\d* (minute|hour|day)s?\)|cron\(\S+( \S+){5}\)")
_NOT_DONE = ("InputPath", "InputTransformer", "DeadLetterConfig")


@dataclass(frozen=True)
class FailedDelivery:
    """An event that did not reach a target.

    Attributes:
        rule: The rule's name.
        target: The target's ARN.
        event: The event's id.
        reason: Why, in one line.
    """

    rule: str
    target: str
    event: str
    reason: str


class Events:
    """The local EventBridge.

    Args:
        clients: Service to boto3 client.
        region: The region in the events.
        account_id: The account in the events.
    """

    def __init__(self, clients: Callable[[str], Any], region: str, account_id: str) -> None:
        self._clients = clients
        self._region = region
        self._account_id = account_id
        self.failed: list[FailedDelivery] = []

    def install(self) -> None:
        """`PutEvents` delivers; `PutRule` and `PutTargets` refuse what would not be done."""
        moto_seams.replace_action("events", "PutEvents", self.put_events)
        moto_seams.replace_action("events", "PutRule", self.put_rule)
        moto_seams.replace_action("events", "PutTargets", self.put_targets)

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

    def put_rule(self, call: Call) -> Any:
        """Moto's answer."""
        schedule = call.parameters.get("ScheduleExpression")
        if schedule and not _SCHEDULE.fullmatch(schedule):
            raise invalid("Parameter ScheduleExpression is not valid.")
        if not schedule and not call.parameters.get("EventPattern"):
            raise invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.")
        return call.moto()

    def put_targets(self, call: Call) -> Any:
        """Moto's answer."""
        for target in call.parameters["Targets"]:
            arn = target["Arn"]
            if _kind(arn) == "":
                message = (
                    f"The local AWS does not deliver events to {arn}; it does to {', '.join(sorted(_SENDS))}"
                )
                raise ServiceError("NotImplemented", message)
            for key in _NOT_DONE:
                if key in target:
                    raise ServiceError(
                        "NotImplemented", f"The local AWS does not do {key} of the target {arn}"
                    )
            if _kind(arn) == "sagemaker pipeline" and "RoleArn" not in target:
                raise invalid(f"RoleArn is required for target {arn}.")
        return call.moto()

    def _event(
        self, source: str, detail_type: str, resources: list[str], detail: dict[str, Any]
    ) -> dict[str, Any]:
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": detail_type,
            "source": source,
            "account": self._account_id,
            "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
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
                    targets = client.list_targets_by_rule(Rule=rule["Name"], EventBusName=bus)["Targets"]
                    for target in targets:
                        self._send(rule["Name"], target, event)

    def _send(self, rule: str, target: dict[str, Any], event: dict[str, Any]) -> None:
        try:
            _SENDS[_kind(target["Arn"])](self._clients, target, target.get("Input", json.dumps(event)))
        except (ClientError, ParamValidationError) as error:
            reason = " ".join(str(error).split())
            self.failed.append(FailedDelivery(rule, target["Arn"], event["id"], reason))
            log.warning("rule %s: event %s did not reach %s: %s", rule, event["id"], target["Arn"], reason)


def _start_pipeline(clients: Callable[[str], Any], target: Mapping[str, Any], _body: str) -> None:
    parameters = target.get("SageMakerPipelineParameters", {}).get("PipelineParameterList", [])
    clients("sagemaker").start_pipeline_execution(PipelineName=target["Arn"], PipelineParameters=parameters)


def _invoke(clients: Callable[[str], Any], target: Mapping[str, Any], body: str) -> None:
    clients("lambda").invoke(FunctionName=target["Arn"], InvocationType="Event", Payload=body.encode())


def _notify(clients: Callable[[str], Any], target: Mapping[str, Any], body: str) -> None:
    clients("sns").publish(TopicArn=target["Arn"], Message=body)


def _queue(clients: Callable[[str], Any], target: Mapping[str, Any], body: str) -> None:
    sqs = clients("sqs")
    url = sqs.get_queue_url(QueueName=target["Arn"].rsplit(":", 1)[-1])["QueueUrl"]
    group = target.get("SqsParameters", {})
    sqs.send_message(QueueUrl=url, MessageBody=body, **group)


_SENDS: Mapping[str, Callable[[Callable[[str], Any], Mapping[str, Any], str], None]] = {
    "sagemaker pipeline": _start_pipeline,
    "lambda function": _invoke,
    "sns topic": _notify,
    "sqs queue": _queue,
}
"""Kind of target to what delivers an event to it."""


def _kind(arn: str) -> str:
    """A key of `_SENDS`, or nothing for an ARN of another kind."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return ""
    match parts[2], parts[5].split("/")[0].split(":")[0]:
        case "sagemaker", "pipeline":
            return "sagemaker pipeline"
        case "lambda", "function":
            return "lambda function"
        case "sns", _:
            return "sns topic"
        case "sqs", _:
            return "sqs queue"
    return ""


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
