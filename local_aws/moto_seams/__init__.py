"""Every private part of moto that the local AWS relies on, in this one package; `seams.py` names them all.

moto is pinned to `MOTO_VERSION`; another version is refused at the start rather than found out in the middle.

- `replace_action(service, operation, handler)` answers an operation, whether moto knows it or not. The
  handler gets a `Call` and returns the answer as a mapping in botocore's spelling (moto's serializer writes
  it for the service's protocol) or what `call.moto()` returned, moto's own answer; or raises `ServiceError`.
  `refuse_action` refuses it. `ask_before(gatekeeper)` sees every call first (`actions.py`).
- `backend(service, account_id, region)` is where moto keeps a service's state; `deployed_function(...)`,
  `invoked_by(...)`: moto's Lambda functions, and what runs them; `event_matches(...)`;
  `bucket_events_go_to(...)`: what a bucket tells EventBridge (`backends.py`).
- `serve(host, port)` is moto's HTTP application on a socket; `answer_path` adds a path, `quiet()` holds
  calls back (`http.py`, `gate.py`). `taken()`, `put_back(...)`: all that moto keeps (`memory.py`).
- `reset()` empties all of moto and forgets the handlers: moto's state belongs to the process.
"""

from __future__ import annotations

from local_aws.moto_seams.actions import (
    Call,
    Gatekeeper,
    Handler,
    answered,
    ask_before,
    refuse_action,
    replace_action,
    reset,
)
from local_aws.moto_seams.backends import (
    Invocation,
    backend,
    bucket_events_go_to,
    deployed_function,
    event_matches,
    invoked_by,
)
from local_aws.moto_seams.http import answer_path, calls, quiet, serve
from local_aws.moto_seams.memory import put_back, taken, trim_metrics
from local_aws.moto_seams.seams import MOTO_VERSION, SEAMS, check_version

__all__ = [
    "MOTO_VERSION",
    "SEAMS",
    "Call",
    "Gatekeeper",
    "Handler",
    "Invocation",
    "answer_path",
    "answered",
    "ask_before",
    "backend",
    "bucket_events_go_to",
    "calls",
    "check_version",
    "deployed_function",
    "event_matches",
    "invoked_by",
    "put_back",
    "quiet",
    "refuse_action",
    "replace_action",
    "reset",
    "serve",
    "taken",
    "trim_metrics",
]
