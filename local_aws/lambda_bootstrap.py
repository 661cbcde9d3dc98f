"""An execution environment of a Lambda function; started by `lambda_environments.py`.

It imports nothing of this project: the only code that the handler finds is the deployed package and this
interpreter's site-packages. `argv` is the environment's folder, with `task/` (the unpacked package), and the
file descriptor that says, a line each, the folders of invocations: each has `invocation.json` (what to call
with what, and what to write at the end) and, afterwards, `result.json`: `{"result": ...}` or `{"error":
{"errorMessage", "errorType", ...}}`.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any


class Context:
    """The context object that a handler gets, with the attributes that Lambda documents."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.function_name: str = facts["function_name"]
        self.function_version: str = facts["function_version"]
        self.invoked_function_arn: str = facts["invoked_function_arn"]
        self.memory_limit_in_mb: str = facts["memory_limit_in_mb"]
        self.aws_request_id: str = facts["aws_request_id"]
        self.log_group_name: str = facts["log_group_name"]
        self.log_stream_name: str = facts["log_stream_name"]
        self.identity = None
        self.client_context = None
        self._deadline = time.monotonic() + facts["timeout"]

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation times out, at least 0."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def main(task: Path, orders: int) -> None:
    """Every invocation that is ordered has its `result.json`, until one ends the process."""
    sys.path.insert(0, str(task))
    handler: Any = None
    with os.fdopen(orders, encoding="utf-8") as lines:
        for line in lines:
            folder = Path(line.rstrip("\n"))
            invocation = json.loads((folder / "invocation.json").read_text(encoding="utf-8"))
            handler = handler or _handler(invocation["handler"], folder)
            _invoke(handler, invocation, folder)
            sys.stdout.flush()
            sys.stderr.flush()
            os.write(1, f"{invocation['end']}\n".encode())


def _invoke(handler: Any, invocation: dict[str, Any], folder: Path) -> None:
    """`result.json` is written, whatever the handler does short of ending the process."""
    context = Context(invocation["context"])
    # Only the handler's time counts against the timeout, not the start of this process. The default action
    # of SIGALRM ends the process, even inside of C code.
    signal.setitimer(signal.ITIMER_REAL, invocation["context"]["timeout"])
    try:
        result = handler(invocation["event"], context)
    except Exception as error:  # noqa: BLE001 - every error of the handler is Lambda's answer
        signal.setitimer(signal.ITIMER_REAL, 0)
        stack = traceback.format_tb(error.__traceback__)[1:]
        traceback.print_exc()
        _write(folder, {"error": {**_error(error, type(error).__name__), "stackTrace": stack}})
        return
    signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        _write(folder, {"result": result})
    except TypeError as error:
        message = f"Unable to marshal response: {error}"
        _write(folder, {"error": {"errorMessage": message, "errorType": "Runtime.MarshalError"}})


def _handler(name: str, folder: Path) -> Any:
    """The handler; where there is none, `result.json` says so and the process ends."""
    module_name, _, function_name = name.rpartition(".")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        _end(folder, message, "Runtime.ImportModuleError")
    except SyntaxError as error:
        _end(folder, f"Syntax error in module '{module_name}': {error}", "Runtime.UserCodeSyntaxError")
    except Exception as error:  # noqa: BLE001 - an error while the module is imported is Lambda's answer too
        traceback.print_exc()
        _end(folder, str(error), type(error).__name__)
    if not hasattr(module, function_name):
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        _end(folder, message, "Runtime.HandlerNotFound")
    return getattr(module, function_name)


def _end(folder: Path, message: str, kind: str) -> None:
    print(f"[ERROR] {kind}: {message}", file=sys.stderr)  # noqa: T201 - the function's log
    _write(folder, {"error": {"errorMessage": message, "errorType": kind}})
    sys.exit(1)


def _error(error: Exception, kind: str) -> dict[str, str]:
    return {"errorMessage": str(error), "errorType": kind}


def _write(folder: Path, result: dict[str, Any]) -> None:
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) / "task", int(sys.argv[2]))
