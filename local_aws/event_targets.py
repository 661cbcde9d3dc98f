"""The targets of EventBridge's rules: `KINDS`, a row a kind, how an event gets there and what if it doesn't.

A delivery that fails for a reason that may pass (throttling, a fault of the service) is tried again at once,
as often as the target's `RetryPolicy` says but at most `MOST_ATTEMPTS` times: the service waits longer and
longer, for a day. What can't be delivered goes to the target's dead-letter queue, with the attributes that
the service gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from local_aws.errors import ServiceError, invalid
from local_aws.event_input import check_target, input_of, parameter_of

MOST_ATTEMPTS = 5
_PASSING = frozenset(
    {
        "InternalFailure",
        "InternalServerError",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)

Clients = Callable[[str], Any]


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


@dataclass(frozen=True)
class Occasion:
    """A rule, by name and ARN, and the event that it is about to deliver."""

    rule: str
    rule_arn: str
    event: Mapping[str, Any]

    def input_for(self, target: Mapping[str, Any]) -> str:
        """What the target gets, as text."""
        return input_of(target, self.event, {"rule_arn": self.rule_arn, "rule_name": self.rule})


def check(target: Mapping[str, Any]) -> None:
    """Nothing, or the refusal of a target that would not get its events."""
    arn = target["Arn"]
    if kind_of(arn) == "":
        done = ", ".join(sorted(KINDS))
        raise ServiceError(
            "NotImplemented", f"The local AWS does not deliver events to {arn}; it does to {done}"
        )
    if kind_of(arn) in NEED_ROLE and "RoleArn" not in target:
        raise invalid(f"RoleArn is required for target {arn}.")
    queue = target.get("DeadLetterConfig", {}).get("Arn", "arn:aws:sqs:::")
    if kind_of(queue) != "sqs queue":
        raise invalid(f"The dead-letter queue {queue} of target {arn} is no SQS queue.")
    check_target(target)


def send(clients: Clients, target: Mapping[str, Any], occasion: Occasion) -> FailedDelivery | None:
    """None once the target has its event, else why it hasn't; then its dead-letter queue has it.

    Args:
        clients: Service to boto3 client.
        target: The target as it was put.
        occasion: What for.
    """
    allowed = 1 + int(target.get("RetryPolicy", {}).get("MaximumRetryAttempts", MOST_ATTEMPTS))
    code, reason, attempts = "", "", 0
    while attempts < min(allowed, MOST_ATTEMPTS):
        attempts += 1
        try:
            KINDS[kind_of(target["Arn"])](clients, target, occasion)
        except ClientError as error:
            code, reason = str(error.response["Error"].get("Code")), " ".join(str(error).split())
        except ParamValidationError as error:
            code, reason = "ValidationException", " ".join(str(error).split())
        else:
            return None
        if code not in _PASSING:
            break
    failed = FailedDelivery(occasion.rule, target["Arn"], str(occasion.event["id"]), reason)
    queue = target.get("DeadLetterConfig", {}).get("Arn")
    if queue is None:
        return failed
    facts = {
        "RULE_ARN": occasion.rule_arn,
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": code,
        "ERROR_MESSAGE": reason,
        "RETRY_ATTEMPTS": str(attempts - 1),
    }
    if code in _PASSING:
        facts["EXHAUSTED_RETRY_CONDITION"] = "MaximumRetryAttempts"
    try:
        _put_in_queue(clients, queue, occasion.input_for(target), {"MessageAttributes": _attributes(facts)})
    except ClientError as error:
        more = f"{reason}; its dead-letter queue did not take it either: {error}"
        return FailedDelivery(failed.rule, failed.target, failed.event, more)
    return failed


def _attributes(facts: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"DataType": "String", "StringValue": value} for name, value in facts.items()}


def _start_pipeline(clients: Clients, target: Mapping[str, Any], occasion: Occasion) -> None:
    asked = target.get("SageMakerPipelineParameters", {}).get("PipelineParameterList", [])
    parameters = [{**item, "Value": parameter_of(item["Value"], occasion.event)} for item in asked]
    clients("sagemaker").start_pipeline_execution(PipelineName=target["Arn"], PipelineParameters=parameters)


def _invoke(clients: Clients, target: Mapping[str, Any], occasion: Occasion) -> None:
    body = occasion.input_for(target).encode()
    clients("lambda").invoke(FunctionName=target["Arn"], InvocationType="Event", Payload=body)


def _release(clients: Clients, target: Mapping[str, Any], occasion: Occasion) -> None:
    # One event is one execution, however often its delivery is tried.
    name, token = target["Arn"].rsplit(":", 1)[-1], str(occasion.event["id"])
    clients("codepipeline").start_pipeline_execution(name=name, clientRequestToken=token)


def _notify(clients: Clients, target: Mapping[str, Any], occasion: Occasion) -> None:
    clients("sns").publish(TopicArn=target["Arn"], Message=occasion.input_for(target))


def _queue(clients: Clients, target: Mapping[str, Any], occasion: Occasion) -> None:
    _put_in_queue(clients, target["Arn"], occasion.input_for(target), target.get("SqsParameters", {}))


def _put_in_queue(clients: Clients, arn: str, body: str, more: Mapping[str, Any]) -> None:
    sqs = clients("sqs")
    url = sqs.get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=body, **more)


KINDS: Mapping[str, Callable[[Clients, Mapping[str, Any], Occasion], None]] = MappingProxyType(
    {
        "codepipeline": _release,
        "sagemaker pipeline": _start_pipeline,
        "lambda function": _invoke,
        "sns topic": _notify,
        "sqs queue": _queue,
    }
)
"""Kind of target to what delivers an event to it."""

NEED_ROLE = frozenset({"codepipeline", "sagemaker pipeline"})
"""The kinds whose targets need a role that EventBridge acts as."""


def kind_of(arn: str) -> str:
    """A key of `KINDS`, or nothing for an ARN of another kind."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return ""
    match parts[2], parts[5].split("/")[0].split(":")[0]:
        case "sagemaker", "pipeline":
            return "sagemaker pipeline"
        case "lambda", "function":
            return "lambda function"
    return _BY_SERVICE.get(parts[2], "")


_BY_SERVICE = {"codepipeline": "codepipeline", "sns": "sns topic", "sqs": "sqs queue"}
