"""A call that breaks the local AWS, or moto: answered in the form of the service's errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

_JSON, _XML = "application/x-amz-json-1.1", "text/xml"


def answer_to(environ: Mapping[str, Any], error: Exception) -> tuple[str, list[tuple[str, str]], bytes]:
    """Status, headers and body for a call during which an exception was raised that nobody expected.

    Args:
        environ: The call, as WSGI has it.
        error: What was raised.
    """
    operation = str(environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")[2]
    if operation and error.args == (operation,):  # what is raised of a name that botocore does not know
        code, status = "UnknownOperationException", "400 Bad Request"
        message = f"There is no operation {operation}."
    else:
        code, status = "InternalFailure", "500 Internal Server Error"
        what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        message = f"The local AWS, or moto in it, failed: {what}. The traceback is in the server's log."
    kind, body = _body(environ, code, message)
    return status, [("Content-Type", kind), ("x-amzn-ErrorType", code)], body.encode()


def _body(environ: Mapping[str, Any], code: str, message: str) -> tuple[str, str]:
    shown = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    if _service(environ) in ("s3", ""):
        return _XML, shown
    if str(environ.get("CONTENT_TYPE", "")).startswith("application/x-www-form-urlencoded"):
        return _XML, f"<ErrorResponse>{shown}</ErrorResponse>"
    return _JSON, json.dumps({"__type": code, "message": message})


def _service(environ: Mapping[str, Any]) -> str:
    """The service that the call was signed for: `Credential=<key>/<day>/<region>/<service>/aws4_request`."""
    scope = (
        str(environ.get("HTTP_AUTHORIZATION", "")).partition("Credential=")[2].partition(",")[0].split("/")
    )
    return scope[3] if len(scope) > 3 else ""
