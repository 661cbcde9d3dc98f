"""Every private part of moto that the local AWS relies on, named in this one file.

moto is pinned to `MOTO_VERSION`; another version is refused at the start rather than found out in the middle.

- `replace_action(service, operation, handler)` answers an operation, whether moto knows it or not. The
  handler gets a `Call` and returns the answer as a mapping in botocore's spelling (moto's serializer writes
  it for the service's protocol) or what `call.moto()` returned, moto's own answer; or raises `ServiceError`.
- `backend(service, account_id, region)` is where moto keeps a service's state.
- `deployed_function(...)`, `invoked_by(...)`: moto's Lambda functions, and what runs them.
- `event_matches(...)`: whether an event matches a pattern.
- `serve(host, port)` is moto's HTTP application on a socket.
- `reset()` empties all of moto and forgets the handlers: moto's state belongs to the process.
"""

from __future__ import annotations

import copy
import functools
import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import boto3
import moto
import moto.core.errors
import moto.core.utils
from flask import Flask
from moto.awslambda.models import LambdaFunction
from moto.backends import get_backend
from moto.core.base_backend import AccountSpecificBackend, BackendDict
from moto.core.exceptions import JsonRESTError
from moto.core.model_instances import reset_model_data
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import convert_to_flask_response
from moto.events.models import EventPattern
from moto.moto_server.werkzeug_app import (
    BackendRequest,
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.s3.models import FakeBucket
from werkzeug.serving import BaseWSGIServer, make_server

from local_aws.deployed_function import DeployedFunction
from local_aws.errors import LocalAwsError, ServiceError
from local_aws.sessions import core_session
from local_aws.shapes import parameter_faults, service_model

log = logging.getLogger(__name__)

MOTO_VERSION = "5.2.5"


@dataclass(frozen=True)
class Call:
    """One call of an AWS operation.

    Attributes:
        service: botocore's name of the service, such as `sagemaker`.
        operation: The operation, such as `StartPipelineExecution`.
        parameters: The call's parameters in botocore's spelling.
        region: The region that the client signed for.
        account_id: The account that the credentials belong to.
        moto: Runs moto's own implementation; its result may be returned by a handler as it is.
    """

    service: str
    operation: str
    parameters: dict[str, Any]
    region: str
    account_id: str
    moto: Callable[[], Any]


Handler = Callable[[Call], Mapping[str, Any] | tuple[Any, ...]]

_handlers: dict[tuple[str, str], Handler] = {}
_motos_call_action = BaseResponse.call_action


def replace_action(service: str, operation: str, handler: Handler) -> None:
    """From now until `reset()` the operation is answered by the handler.

    Args:
        service: botocore's name of the service, such as `sagemaker`, `lambda` or `cloudformation`.
        operation: The operation as AWS spells it, such as `ListPipelineExecutionSteps`.
        handler: Gets the `Call`; a later handler of the same operation takes the place of an earlier one.
    """
    _handlers[service, operation] = handler


def refuse_action(service: str, operation: str, instead: str) -> None:
    """From now until `reset()` the operation is an error, where moto would only pretend to do it.

    Args:
        service: botocore's name of the service.
        operation: The operation.
        instead: What the local AWS does.
    """

    def refuse(_: Call) -> Mapping[str, Any]:
        raise ServiceError("NotImplemented", f"The local AWS does not do {service} {operation}: {instead}")

    _handlers[service, operation] = refuse


def check_version() -> None:
    """Nothing, or a `LocalAwsError` where the installed moto is another than this file was written for."""
    if moto.__version__ != MOTO_VERSION:
        wanted = f"moto=={MOTO_VERSION}"
        message = f"{wanted} is needed, {moto.__version__} is installed: run pip install {wanted}"
        raise LocalAwsError(message)


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

    with _replaced(LambdaFunction, "_invoke_lambda", run):
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


def reset() -> None:
    """All of moto's services are empty, and no operation has a handler of ours."""
    _handlers.clear()
    BackendDict.reset()
    reset_model_data()


class _QuietRequestHandler(MotoRequestHandler):
    """The request handler of moto, logging to our logger at DEBUG instead of to stderr."""

    def log(self, type: str, message: str, *args: Any) -> None:
        log.debug(message, *args)


class _CloudFormation(BaseResponse):
    """CloudFormation without moto's part of it, whose import loads every service, more than a second."""

    def __init__(self) -> None:
        super().__init__(service_name="cloudformation")


def _create_app(service: Any) -> Flask:
    if service != "cloudformation":
        return create_backend_app(service)
    application = Flask("local_aws")
    application.request_class = BackendRequest
    answer = convert_to_flask_response(_CloudFormation.dispatch)
    application.add_url_rule("/", endpoint="cloudformation", methods=["GET", "POST"], view_func=answer)
    return application


class _UnknownServiceError(Exception):
    """No service of moto answers at this host."""


class _Application(DomainDispatcherApplication):
    """The dispatcher of moto, with a clear answer for a service that moto does not have."""

    def get_backend_for_host(self, host: str | None) -> Any:
        known = (pattern.match(f"http://{host}") for _, pattern in self.backend_url_patterns)
        if host is not None and host.endswith(".amazonaws.com") and not any(known):
            raise _UnknownServiceError(host.split(".")[0])
        return super().get_backend_for_host(host)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        try:
            return super().__call__(environ, start_response)
        except _UnknownServiceError as error:
            message = f"The local AWS has no service {error}"
            start_response("400 Bad Request", [("Content-Type", "application/x-amz-json-1.1")])
            return [json.dumps({"__type": "NotImplemented", "message": message}).encode()]


@contextmanager
def serve(host: str, port: int) -> Iterator[str]:
    """The address `http://host:port` of moto's HTTP server, which runs in a thread until the block ends.

    Args:
        host: The address to bind to.
        port: The port; 0 for any that is free.
    """
    application = _Application(_create_app)
    server: BaseWSGIServer = make_server(
        host, port, application, threaded=True, request_handler=_QuietRequestHandler
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    with ExitStack() as stack:
        stack.enter_context(_replaced(BaseResponse, "call_action", _call_action))
        # moto asks sessions for services and regions; its own fail where AWS_PROFILE names a missing profile.
        stack.enter_context(_replaced(moto.core.utils, "Session", core_session))
        stack.enter_context(_replaced(AccountSpecificBackend, "get_session", _session))
        # moto warns about error codes that botocore's model of the service does not list.
        codes = [*moto.core.errors.COMMON_ERROR_CODES, "NotImplemented"]
        stack.enter_context(_replaced(moto.core.errors, "COMMON_ERROR_CODES", codes))
        stack.enter_context(_replaced(FakeBucket, "get_permission", _bucket_permission))
        stack.callback(server.server_close)
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        thread.start()
        yield f"http://{host}:{server.server_port}"


_motos_bucket_permission = FakeBucket.get_permission


def _bucket_permission(bucket: Any, action: str, resource: str) -> Any:
    """What the bucket's policy says, the loopback taken for TLS.

    moto takes a condition that is not met for a denial: under a policy "only TLS" nobody may read or write.
    """
    if not bucket.policy:
        return _motos_bucket_permission(bucket, action, resource)
    document = json.loads(bucket.policy)
    statements = document.get("Statement", [])
    document["Statement"] = [
        {**statement, "Condition": {}} if statement.get("Condition") == _TLS["true"] else statement
        for statement in (statements if isinstance(statements, list) else [statements])
        if statement.get("Condition") != _TLS["false"]
    ]
    seen = copy.copy(bucket)
    seen.policy = json.dumps(document).encode()
    return _motos_bucket_permission(seen, action, resource)


_TLS = {answer: {"Bool": {"aws:SecureTransport": answer}} for answer in ("true", "false")}


@contextmanager
def _replaced(owner: object, name: str, value: object) -> Iterator[None]:
    original = vars(owner)[name]
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, original)


@functools.cache
def _session() -> boto3.Session:
    return boto3.Session(botocore_session=core_session())


def _call_action(response: Any) -> Any:
    """The answer of our handler where there is one, else moto's, with its gaps turned into clear errors."""
    operation = str(response._get_action())
    service = str(response.boto3_service_name)
    handler = _handlers.get((service, operation))
    answer: Any
    try:
        if handler is None:
            return _by_moto(response, service, operation)
        response.parse_parameters(response.normalized_request)
        response.params = dict(response.params)  # the handler may change what moto gets
        call = Call(
            service=service,
            operation=operation,
            parameters=response.params,
            region=response.region,
            account_id=response.current_account,
            moto=lambda: _by_moto(response, service, operation),
        )
        faults = parameter_faults(service, operation, call.parameters)
        if faults:
            raise ServiceError("ValidationException", faults)
        answer = handler(call)
    except ServiceError as error:
        answer = error
    if isinstance(answer, tuple):
        return answer
    # They bring moto's own objects into AWS's form; our answers are in it already.
    response.RESPONSE_KEY_PATH_TO_TRANSFORMER = {}
    status, headers, body = response.serialized(ActionResult(answer))
    if isinstance(answer, Mapping):
        # moto's serializer leaves out members that are the HTTP status, such as that of Lambda's Invoke.
        output: Any = service_model(service).operation_model(operation).output_shape
        members = output.members.items() if output is not None else ()
        named = [name for name, shape in members if shape.serialization.get("location") == "statusCode"]
        status = next((answer[name] for name in named if name in answer), status)
    return status, *response._enrich_response(headers, body)


def _by_moto(response: Any, service: str, operation: str) -> Any:
    try:
        return _motos_call_action(response)
    except NotImplementedError as error:
        message = f"The local AWS does not do {service} {operation}: {error}"
        raise ServiceError("NotImplemented", message) from error
