"""What moto keeps: services' states, Lambda functions, event patterns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from moto.awslambda.models import LambdaFunction
from moto.backends import get_backend
from moto.core.exceptions import JsonRESTError
from moto.events.models import EventPattern
from moto.s3 import notifications

from local_aws.deployed_function import DeployedFunction
from local_aws.errors import ServiceError
from local_aws.moto_seams.patches import replaced


def backend(service: str, account_id: str, region: str) -> Any:
    """What moto keeps of a service in an account and a region.

    Args:
        service: moto's name of the service: Lambda is `awslambda`.
        account_id: The twelve digits.
        region: The region; `aws` for services without one, such as S3.
    """
    # Typed by moto for each service; the seams are looser on purpose.
    backends: Any = get_backend
    return backends(service)[account_id][region]


def deployed_function(
    account_id: str, region: str, name_or_arn: str, qualifier: str | None
) -> DeployedFunction:
    """The function of a name or ARN.

    Args:
        account_id: The account.
        region: The region.
        name_or_arn: The function's name or ARN.
        qualifier: A version or alias; None for the latest.

    Raises:
        ServiceError: There is none.
    """
    functions = backend("awslambda", account_id, region)
    try:
        function = functions.get_function(unquote(name_or_arn), qualifier)
    except JsonRESTError as error:
        raise ServiceError(error.error_type, error.message) from error
    return _as_deployed(function)


def _as_deployed(function: Any) -> DeployedFunction:
    if function.package_type != "Zip":
        message = f"The local AWS does not run {function.function_name}: it is an image"
        raise ServiceError("NotImplemented", message)
    return DeployedFunction(
        name=function.function_name,
        arn=function.function_arn,
        version=str(function.version),
        handler=function.handler,
        runtime=function.run_time,
        timeout=float(function.timeout),
        memory=int(function.memory_size),
        environment=dict(function.environment_vars),
        code=function.code_bytes,
        layers=tuple(layer["Arn"] for layer in function.layers),
    )


Invocation = Callable[[DeployedFunction, Any], tuple[Any, bool, list[str]]]
"""Function and event to the payload, whether it is an error, and the log's lines."""


@contextmanager
def invoked_by(invoke: Invocation) -> Iterator[None]:
    """Inside of the block, moto's own services (SNS, logs, S3 notifications) run functions by `invoke`."""

    def run(function: Any, event: Any = None) -> tuple[str, bool, str]:
        payload, failed, log = invoke(_as_deployed(function), event)
        return json.dumps(payload), failed, "\n".join(log)

    with replaced(LambdaFunction, "_invoke_lambda", run):
        yield


def event_matches(pattern: str, event: Mapping[str, Any]) -> bool:
    """Whether an event matches an event pattern.

    Args:
        pattern: A rule's `EventPattern`, JSON.
        event: The event in the form that targets get it.
    """
    # moto's type of an event has keys that only moto sets.
    unchecked: Any = event
    return bool(EventPattern.load(pattern).matches_event(unchecked))


_BUCKET_EVENTS = {"ObjectCreated": "Object Created", "ObjectRemoved": "Object Deleted"}


@contextmanager
def bucket_events_go_to(publish: Callable[[str, str, list[str], dict[str, Any]], object]) -> Iterator[None]:
    """Inside of the block, a bucket whose notifications go to EventBridge tells `publish`.

    Args:
        publish: Gets source, detail-type, resources and detail.
    """

    def send(account_id: str, bucket: Any, event_name: str, key: Any) -> None:
        _, kind, how = event_name.split(":")  # such as s3:ObjectCreated:Put
        if kind not in _BUCKET_EVENTS:
            return
        changed = {"key": key.name, "size": key.size, "etag": key.etag.strip('"'), "sequencer": "0"}
        if key.version_id not in (None, "null"):
            changed["version-id"] = key.version_id
        detail = {
            "version": "0",
            "bucket": {"name": bucket.name},
            "object": changed,
            "requester": account_id,
            "reason": f"{how}Object",
        }
        publish("aws.s3", _BUCKET_EVENTS[kind], [bucket.arn], detail)

    with replaced(notifications, "_send_event_bridge_message", send):
        yield
