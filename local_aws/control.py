"""What a running server is told from outside: to move its clock, to have faults. Paths below `/_local_aws`.

They take JSON only, so that no web page in a browser of this machine can call them.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Protocol

from local_aws import moto_seams
from local_aws.errors import LocalAwsError
from local_aws.faults import Faults
from local_aws.timeline import Timeline

ADVANCE, FAULTS = "/_local_aws/advance", "/_local_aws/faults"
_LONGEST = timedelta(days=3660)


class Controlled(Protocol):
    """What can be told from outside."""

    timeline: Timeline
    faults: Faults


def install(aws: Controlled) -> None:
    """The server takes orders."""

    def advance(asked: dict[str, Any]) -> Iterator[str]:
        duration = timedelta(seconds=float(asked["seconds"]))
        if not timedelta() < duration <= _LONGEST:
            raise ValueError(f"the clock moves forward, by {_LONGEST.days} days at most")
        return aws.timeline.advance(duration)

    def inject(asked: dict[str, Any]) -> Iterator[str]:
        aws.faults.inject(*(str(text) for text in asked["faults"]))
        return iter(())

    moto_seams.answer_path(ADVANCE, _application(advance))
    moto_seams.answer_path(FAULTS, _application(inject))


def advance(endpoint: str, duration: timedelta) -> Iterator[str]:
    """A line about everything that happens while a server's clock moves, as it happens.

    Args:
        endpoint: The server's address.
        duration: How far.

    Raises:
        LocalAwsError: There is no local AWS, or it refuses.
    """
    return _told(endpoint, ADVANCE, {"seconds": duration.total_seconds()})


def inject(endpoint: str, faults: list[str]) -> None:
    """A server has these faults and no others.

    Raises:
        LocalAwsError: There is no local AWS, or it refuses.
    """
    for _ in _told(endpoint, FAULTS, {"faults": faults}):
        pass


def _application(answer: Any) -> Any:
    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        head = [("Content-Type", "text/plain; charset=utf-8")]
        if environ["REQUEST_METHOD"] != "POST" or environ.get("CONTENT_TYPE") != "application/json":
            start_response("415 Unsupported Media Type", head)
            return [b"POST application/json\n"]
        try:
            sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            lines = answer(json.loads(sent))
        except (KeyError, TypeError, ValueError, LocalAwsError) as error:
            start_response("400 Bad Request", head)
            missing = f"the order has no {error}" if isinstance(error, KeyError) else str(error)
            return [f"{missing}\n".encode()]
        start_response("200 OK", head)
        return (f"{line}\n".encode() for line in lines)

    return application


def _told(endpoint: str, path: str, order: dict[str, Any]) -> Iterator[str]:
    if not endpoint.startswith(("http://", "https://")):
        raise LocalAwsError(f"{endpoint!r} is no address of a server, http://host:port")
    request = urllib.request.Request(  # noqa: S310 - http only, see above
        endpoint.rstrip("/") + path,
        data=json.dumps(order).encode(),
        headers={"Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request) as answer:
            for line in answer:
                yield line.decode().rstrip("\n")
    except urllib.error.HTTPError as error:
        raise LocalAwsError(f"{endpoint} refuses: {error.read().decode(errors='replace').strip()}") from error
    except (OSError, http.client.HTTPException) as error:
        raise LocalAwsError(f"no local AWS answers at {endpoint} ({error}): start one with serve") from error
