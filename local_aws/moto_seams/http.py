"""moto's HTTP application on a socket, with our way of a call in it."""

from __future__ import annotations

import copy
import functools
import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import boto3
import moto.core.errors
import moto.core.utils
from flask import Flask
from moto.core.base_backend import AccountSpecificBackend
from moto.core.responses import BaseResponse
from moto.core.utils import convert_to_flask_response
from moto.moto_server.werkzeug_app import (
    BackendRequest,
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response
from werkzeug.serving import BaseWSGIServer, make_server

from local_aws.errors import LocalAwsError, ServiceError
from local_aws.moto_seams import failures
from local_aws.moto_seams.actions import ask, call_action
from local_aws.moto_seams.gate import Gate
from local_aws.moto_seams.memory import untracked
from local_aws.moto_seams.patches import replaced
from local_aws.s3_operations import operation_of
from local_aws.sessions import core_session

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)


class _QuietRequestHandler(MotoRequestHandler):
    """The request handler of moto, logging to our logger at DEBUG instead of to stderr."""

    def log(self, type: str, message: str, *args: Any) -> None:
        log.debug(message, *args)


class _CloudFormation(BaseResponse):
    """CloudFormation without moto's part of it, whose import loads every service, more than a second."""

    def __init__(self) -> None:
        super().__init__(service_name="cloudformation")


@functools.cache
def _create_app(service: Any) -> Flask:
    """The routes of a service, compiled once a process: what the service keeps is elsewhere."""
    if service != "cloudformation":
        return create_backend_app(service)
    application = Flask("local_aws")
    application.request_class = BackendRequest
    answer = convert_to_flask_response(_CloudFormation.dispatch)
    application.add_url_rule("/", endpoint="cloudformation", methods=["GET", "POST"], view_func=answer)
    return application


class _AnyCode:
    """Has every error code in it."""

    def __contains__(self, code: object) -> bool:
        return True


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
        own = _own.get(environ["PATH_INFO"])
        if own is not None:
            return own(environ, start_response)
        try:
            with _gate.request():
                return super().__call__(environ, start_response)
        except _UnknownServiceError as error:
            message = f"The local AWS has no service {error}"
            start_response("400 Bad Request", [("Content-Type", "application/x-amz-json-1.1")])
            return [json.dumps({"__type": "NotImplemented", "message": message}).encode()]
        except Exception as error:  # the server's last boundary: whoever called gets an error of the service
            log.exception("%s %s failed", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            status, headers, body = failures.answer_to(environ, error)
            start_response(status, headers)
            return [body]


_own: dict[str, WSGIApplication] = {}
_gate = Gate()


def answer_path(path: str, application: WSGIApplication) -> None:
    """From now until the server ends the application answers a path that no service has.

    Args:
        path: Such as `/_local_aws/advance`.
        application: It may answer in parts, as they come.
    """
    _own[path] = application


def quiet() -> AbstractContextManager[bool]:
    """Whether no call is being answered; inside of the block none is, new ones wait."""
    return _gate.quiet()


def calls() -> int:
    """How many calls have been answered so far."""
    return _gate.passed


@contextmanager
def serve(host: str, port: int) -> Iterator[str]:
    """The address `http://host:port` of moto's HTTP server, which runs in a thread until the block ends.

    Args:
        host: The address to bind to.
        port: The port; 0 for any that is free.

    Raises:
        LocalAwsError: Nothing can listen there.
    """
    application = _Application(_create_app)
    # A socket of our own: werkzeug ends the process where it cannot listen.
    try:
        listening = socket.create_server((host, port), backlog=128)
    except OSError as error:
        raise LocalAwsError(f"cannot listen on {host}:{port}: {error}") from error
    server: BaseWSGIServer = make_server(
        host,
        port,
        application,
        threaded=True,
        request_handler=_QuietRequestHandler,
        fd=listening.fileno(),
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    with ExitStack() as stack:
        stack.enter_context(replaced(BaseResponse, "call_action", call_action))
        # moto asks sessions for services and regions; its own fail where AWS_PROFILE names a missing profile.
        stack.enter_context(replaced(moto.core.utils, "Session", core_session))
        stack.enter_context(replaced(AccountSpecificBackend, "get_session", _session))
        # moto warns about error codes that botocore's model of the service does not list.
        stack.enter_context(replaced(moto.core.errors, "COMMON_ERROR_CODES", _AnyCode()))
        stack.enter_context(replaced(FakeBucket, "get_permission", _bucket_permission))
        stack.enter_context(replaced(S3Response, "_bucket_response", _bucket_response))
        stack.enter_context(replaced(S3Response, "_key_response", _key_response))
        stack.enter_context(untracked())
        stack.callback(_own.clear)
        stack.enter_context(listening)
        stack.callback(server.server_close)
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        thread.start()
        yield f"http://{host}:{listening.getsockname()[1]}"


_motos_bucket_response = S3Response._bucket_response
_motos_key_response = S3Response._key_response


def _bucket_response(response: Any, request: Any, full_url: str) -> Any:
    return _refused(response, request, full_url, "") or _motos_bucket_response(response, request, full_url)


def _key_response(response: Any, request: Any, full_url: str) -> Any:
    key = response.parse_key_name()
    return _refused(response, request, full_url, key) or _motos_key_response(response, request, full_url)


def _refused(response: Any, request: Any, full_url: str, key: str) -> tuple[int, dict[str, str], str] | None:
    """The answer to a call of S3 that a gatekeeper refuses; None for any other. moto has a way of its own."""
    names = frozenset(name.lower() for name, _ in request.headers)
    operation = operation_of(request.method, bool(key), dict(request.args), names)
    parameters = {"Bucket": response.parse_bucket_name_from_url(request, full_url)}
    parameters.update({"Prefix": request.args["prefix"]} if "prefix" in request.args else {})
    try:
        ask("s3", operation, {**parameters, "Key": key} if key else parameters, str(request.user_agent))
    except ServiceError as error:
        body = f"<Error><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message></Error>"
        return error.status, {}, "" if request.method == "HEAD" else body
    return None


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


@functools.cache
def _session() -> boto3.Session:
    return boto3.Session(botocore_session=core_session())
