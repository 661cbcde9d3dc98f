"""The command line: `serve`, and `advance` and `faults` for a server that runs."""

from __future__ import annotations

import argparse
import ipaddress
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType

from local_aws import control
from local_aws.errors import LocalAwsError
from local_aws.project import set_up_project
from local_aws.server import Foundation, LocalAws, Options, running

ROOT = Path(__file__).resolve().parents[1]
FINE, COULD_NOT_RUN = 0, 2
PORT = 5000
_LAST_PORT = 65_535
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds", "w": "weeks"}
_UPKEEP_SECONDS = 1.0
_SAVE_SECONDS = 5.0
_EXAMPLES = {
    "serve": f"Example: python -m local_aws serve --port {PORT} --state .local-aws",
    "advance": f"Example: python -m local_aws advance 7d --endpoint http://127.0.0.1:{PORT}",
    "faults": "Example: python -m local_aws faults s3:GetObject:AccessDenied",
}
_UNSET = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")

Say = Callable[[str], None]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    whole = argparse.ArgumentParser(prog="python -m local_aws", description="One machine's AWS.")
    verbs = whole.add_subparsers(dest="verb", required=True)
    serve = verbs.add_parser("serve", help="run a local AWS until Ctrl-C", epilog=_EXAMPLES["serve"])
    serve.add_argument("--port", type=_port, default=PORT, help=f"the port ({PORT}); 0 for one that is free")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    serve.add_argument("--region", default="us-east-1", help="the region (us-east-1)")
    serve.add_argument("--project", type=Path, help="a project's folder, set up in it: examples/flights")
    serve.add_argument("--state", type=Path, help="a folder to begin from and to save everything to")
    serve.add_argument("--cache", type=Path, default=ROOT / ".cache", help="what a project prepared once")
    serve.add_argument(
        "--fault", action="append", default=[], help="what goes wrong: s3:GetObject:AccessDenied"
    )
    advance = verbs.add_parser("advance", help="move the clock of a server", epilog=_EXAMPLES["advance"])
    advance.add_argument("duration", type=_duration, help="how far: 7d, 12h, 30m, 1d12h")
    said = "give a server these faults and no others"
    faults = verbs.add_parser("faults", help=said, epilog=_EXAMPLES["faults"])
    faults.add_argument("fault", nargs="*", help="service:operation:code|slow=seconds|dies[:keys][:every=n]")
    for verb in (advance, faults):
        verb.add_argument("--endpoint", help=f"the server (AWS_ENDPOINT_URL, else http://127.0.0.1:{PORT})")
    return whole


def main(argv: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """The exit code: 0 fine, 2 could not run."""
    arguments = parser().parse_args(argv)
    try:
        if arguments.verb == "serve":
            serve(arguments, _say)
            return FINE
        endpoint = arguments.endpoint or environ_endpoint(environment)
        if arguments.verb == "advance":
            for line in control.advance(endpoint, arguments.duration):
                _say(line)
        else:
            control.inject(endpoint, arguments.fault)
            _say(f"faults from now on: {', '.join(arguments.fault) or 'none'}")
    except LocalAwsError as error:
        print(f"local_aws: {error}", file=sys.stderr)  # noqa: T201 - a command line
        return COULD_NOT_RUN
    except OSError as error:
        if error.filename is None:  # not about a file of the user's
            raise
        print(f"local_aws: {error.filename}: {error.strerror}", file=sys.stderr)  # noqa: T201 - as above
        return COULD_NOT_RUN
    except KeyboardInterrupt:
        return COULD_NOT_RUN
    return FINE


def environ_endpoint(environment: Mapping[str, str]) -> str:
    """Where a server is that nobody named."""
    return environment.get("AWS_ENDPOINT_URL", f"http://127.0.0.1:{PORT}")


def serve(arguments: argparse.Namespace, say: Say) -> None:
    """A local AWS has run until SIGINT or SIGTERM.

    Raises:
        LocalAwsError: It cannot start, or a project cannot be set up in it.
    """
    begun = time.monotonic()
    if not _is_loopback(arguments.host):
        say(f"WARNING: {arguments.host} is no loopback address: whoever reaches it may run code here as you.")
    options = Options(arguments.host, tuple(arguments.fault), arguments.state, asynchronous=True)
    asked = running(region=arguments.region, port=arguments.port, options=options)
    with _until_stopped() as stopped, asked as aws:
        control.install(aws)
        say(f"local AWS: {aws.endpoint_url} (region {aws.region}, account {aws.account_id})")
        lines = {} if arguments.project is None else _set_up(aws, arguments, say)
        _tell(aws, lines, say)
        say(f"Ready after {time.monotonic() - begun:.1f} s. Ctrl-C ends it.")
        _upkeep(aws, arguments.state, stopped)
        say("Stopping.")


def _set_up(aws: LocalAws, arguments: argparse.Namespace, say: Say) -> dict[str, str]:
    """What a deploy of the project needs in its environment, by variable."""
    folder: Path = arguments.project
    foundation: Foundation = aws.deploy_foundation(ROOT / "cfn" / "foundation.yaml", folder.resolve().name)
    batches = set_up_project(aws, folder, foundation, arguments.cache, say)
    for name, uri in batches.items():
        say(f"batch {name}: {uri}")
    return {"ARTIFACT_BUCKET": foundation.bucket, "SAGEMAKER_PIPELINE_ROLE_ARN": foundation.role_arn}


def _tell(aws: LocalAws, lines: Mapping[str, str], say: Say) -> None:
    shown = {key: value for key, value in aws.environment.items() if key not in _UNSET}
    say("Type this where you call it from:\n")
    for key, value in {**shown, **lines}.items():
        say(f"export {key}={value}")
    say("")


def _upkeep(aws: LocalAws, state: Path | None, stopped: threading.Event) -> None:
    """Time has gone by, and what changed has been saved, until somebody stopped the server."""
    saved_at, saved_calls = time.monotonic(), 0
    while not stopped.wait(_UPKEEP_SECONDS):
        aws.timeline.catch_up()
        if state is not None and aws.calls != saved_calls and time.monotonic() - saved_at > _SAVE_SECONDS:
            calls = aws.calls
            if aws.save_if_quiet(state):
                saved_at, saved_calls = time.monotonic(), calls


@contextmanager
def _until_stopped() -> Iterator[threading.Event]:
    """Set by SIGINT and SIGTERM, which do nothing else inside of the block."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _port(text: str) -> int:
    """The port of a text.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to {_LAST_PORT}")
    return int(text)


def _duration(text: str) -> timedelta:
    """The length of a text such as `1d12h`.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    parts = re.findall(r"(\d+)([dhmsw])", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration such as 7d, 12h, 30m or 1d12h")
    whole = sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())
    if not whole:
        raise argparse.ArgumentTypeError("the clock moves forward only: more than 0")
    return whole


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command line
