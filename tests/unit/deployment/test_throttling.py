"""What a deploy does when AWS says that it is called too often: it calls again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from deployment.aws import Aws, code_of

ANSWER = (
    b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    b"<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)
REFUSAL = (
    b"<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>"
)


class Busy(BaseHTTPRequestHandler):
    """Says "Throttling" as often as the server is told, then answers."""

    def do_POST(self) -> None:
        server: Any = self.server
        server.calls += 1
        throttled = server.calls <= server.refusals
        body = REFUSAL if throttled else ANSWER
        self.send_response(400 if throttled else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[Any]:
    with HTTPServer(("127.0.0.1", 0), Busy) as http:
        counted: Any = http
        counted.calls, counted.refusals = 0, 0
        threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield counted
        http.shutdown()


def test_a_throttled_call_is_made_again_until_it_is_answered(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    server.refusals = 2
    aws = Aws(boto3.Session("testing", "testing", region_name="us-east-1"))
    assert aws.sts.get_caller_identity()["Account"] == "123456789012"
    assert server.calls == 3


def test_a_call_that_is_throttled_for_ever_is_given_up_with_awss_own_word(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.0)
    server.refusals = 1000
    aws = Aws(boto3.Session("testing", "testing", region_name="us-east-1"))
    with pytest.raises(ClientError) as caught:
        aws.sts.get_caller_identity()
    assert (code_of(caught.value), server.calls) == ("Throttling", 6)
