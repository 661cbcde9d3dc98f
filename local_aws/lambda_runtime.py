"""Lambda without Docker: the deployed zip file is unpacked and its handler runs in a clean subprocess.

The subprocess is used again for the function's next invocation (`lambda_environments.py`). It finds the
deployed package and this interpreter's site-packages, nothing of this checkout, and no environment but the
function's own and what leads boto3 to the local AWS. Layers are built for the function's runtime; where that
is another Python than this one they cannot be loaded, so their packages come from this interpreter's
site-packages, and the function's log says so.
"""

from __future__ import annotations

import base64
import io
import json
import math
import secrets
import shutil
import signal
import sys
import tempfile
import threading
import time
import uuid
import zipfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_aws import lambda_bootstrap, moto_seams
from local_aws.clock import Clock
from local_aws.containers.job_log import write_log
from local_aws.deployed_function import DeployedFunction
from local_aws.errors import ServiceError
from local_aws.lambda_environments import Environment, Environments
from local_aws.moto_seams import Call
from local_aws.subprocesses import Finished, search_path

_INIT_SECONDS = 10  # what Lambda gives a function to start before the timeout counts
APP_ID_LIMIT = 50  # botocore warns of a longer one
"""The user agent of a child's calls says whose they are: `app/<the end of its name>`."""
_LOG_RESULT_BYTES = 4096


@dataclass(frozen=True)
class Answer:
    """What an invocation gave.

    Attributes:
        payload: The handler's result, or the error object.
        failed: Whether it is an error object.
        log: The invocation's log lines.
    """

    payload: Any
    failed: bool
    log: list[str]


class LambdaRuntime:
    """Answers `Invoke`.

    Args:
        clients: Service to boto3 client.
        workdir: Where invocations get their temporary folders.
        environment: What a child process needs to reach the local AWS.
        clock: The time of its log lines; the function itself has the machine's.
    """

    def __init__(
        self, clients: Callable[[str], Any], workdir: Path, environment: Mapping[str, str], clock: Clock
    ) -> None:
        self._clients = clients
        self._clock = clock
        self._workdir = workdir
        self._environment = environment
        self._environments = Environments(workdir)
        self._stop = threading.Event()
        self._background: set[threading.Thread] = set()

    def install(self, stack: ExitStack) -> None:
        """`Invoke` is answered here, moto's own invocations too; the stack stops what still runs."""
        moto_seams.replace_action("lambda", "Invoke", self.invoke)
        for operation in ("InvokeAsync", "InvokeWithResponseStream", "CreateEventSourceMapping"):
            moto_seams.refuse_action(
                "lambda", operation, "functions are invoked by Invoke, SNS and EventBridge"
            )
        stack.enter_context(moto_seams.invoked_by(self._for_moto))
        stack.callback(self.close)

    def close(self) -> None:
        """Every invocation has ended, and every process of one."""
        self._stop.set()
        for thread in list(self._background):
            thread.join()
        self._environments.close()

    @property
    def busy(self) -> bool:
        """Whether a function runs that nobody waits for."""
        return bool(self._background)

    def invoke(self, call: Call) -> Mapping[str, Any]:
        """The function's result or error, no error of the call itself; for `Event` that it was taken."""
        sent = call.parameters
        function = moto_seams.deployed_function(
            call.account_id, call.region, sent["FunctionName"], sent.get("Qualifier")
        )
        event = _event(sent.get("Payload") or b"{}")
        kind = sent.get("InvocationType", "RequestResponse")
        if kind == "DryRun":
            return {"StatusCode": 204}
        if kind == "Event":
            self._run_later(function, event)
            return {"StatusCode": 202}
        answer = self._run(function, event)
        result: dict[str, Any] = {
            "StatusCode": 200,
            "ExecutedVersion": function.version,
            "Payload": json.dumps(answer.payload).encode(),
        }
        if answer.failed:
            result["FunctionError"] = "Unhandled"
        if sent.get("LogType") == "Tail":
            tail = "\n".join(answer.log).encode()[-_LOG_RESULT_BYTES:]
            result["LogResult"] = base64.b64encode(tail).decode()
        return result

    def _run_later(self, function: DeployedFunction, event: Any) -> None:
        def run_it() -> None:
            try:
                self._run(function, event)
            finally:
                self._background.discard(thread)

        thread = threading.Thread(target=run_it, daemon=True)
        self._background.add(thread)
        thread.start()

    def _for_moto(self, function: DeployedFunction, event: Any) -> tuple[Any, bool, list[str]]:
        answer = self._run(function, event)
        return answer.payload, answer.failed, answer.log

    def _run(self, function: DeployedFunction, event: Any) -> Answer:
        request_id = str(uuid.uuid4())
        started = self._clock.now()
        stream = f"{started:%Y/%m/%d}/[{function.version}]{uuid.uuid4().hex}"
        with tempfile.TemporaryDirectory(prefix="invocation-", dir=self._workdir) as name:
            folder, token = Path(name), secrets.token_hex()
            context = _context(function, request_id, stream)
            invocation = {"handler": function.handler, "event": event, "context": context, "end": token}
            (folder / "invocation.json").write_text(json.dumps(invocation), encoding="utf-8")
            environment = self._environments.taken(function) or self._new(function)
            clock = time.monotonic()
            try:
                finished = environment.run(folder, token, function.timeout + _INIT_SECONDS, self._stop)
            finally:
                self._environments.give_back(environment)
            milliseconds = (time.monotonic() - clock) * 1000
            answer = _answer(function, request_id, finished, folder)
        log = _log(function, request_id, answer.log, milliseconds)
        write_log(self._clients("logs"), function.log_group, stream, log, started)
        return Answer(answer.payload, answer.failed, log)

    def _new(self, function: DeployedFunction) -> Environment:
        """A new environment of the function, which has begun."""
        folder = self._environments.folder()
        try:
            _unpack(function, folder / "task")
        except ServiceError:
            shutil.rmtree(folder)
            raise
        variables = {
            "PATH": search_path(),
            "LANG": "C.UTF-8",
            "TMPDIR": str(folder),
            **self._environment,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
            "AWS_SDK_UA_APP_ID": function.name[-APP_ID_LIMIT:],
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": function.version,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "LAMBDA_TASK_ROOT": str(folder / "task"),
            "_HANDLER": function.handler,
            **function.environment,
        }
        # -I: neither this process's folder nor PYTHONPATH, and so no checkout, is on the path.
        made = Environment(function, folder)
        made.begin((sys.executable, "-I", lambda_bootstrap.__file__, str(folder)), variables)
        return made


def _event(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        message = f"Could not parse request body into json: {error}"
        raise ServiceError("InvalidRequestContentException", message) from error


def _unpack(function: DeployedFunction, folder: Path) -> None:
    folder.mkdir()
    try:
        with zipfile.ZipFile(io.BytesIO(function.code)) as archive:
            archive.extractall(folder)  # zipfile takes drives and '..' out of names
    except zipfile.BadZipFile as error:
        message = f"Could not unzip the code of {function.name}: {error}"
        raise ServiceError("InvalidZipFileException", message) from error


def _context(function: DeployedFunction, request_id: str, stream: str) -> dict[str, Any]:
    return {
        "function_name": function.name,
        "function_version": function.version,
        "invoked_function_arn": function.arn,
        "memory_limit_in_mb": str(function.memory),
        "aws_request_id": request_id,
        "log_group_name": function.log_group,
        "log_stream_name": stream,
        "timeout": function.timeout,
    }


def _answer(function: DeployedFunction, request_id: str, finished: Finished, folder: Path) -> Answer:
    """The handler's result, or the error that Lambda reports for how the process ended."""
    written = folder / "result.json"
    if written.is_file():
        result = json.loads(written.read_text(encoding="utf-8"))
        if "error" in result:
            return Answer({**result["error"], "requestId": request_id}, True, finished.lines)
        return Answer(result["result"], False, finished.lines)
    if finished.timed_out or finished.code == -signal.SIGALRM:
        message = f"RequestId: {request_id} Error: Task timed out after {function.timeout:.2f} seconds"
        return Answer({"errorType": "Sandbox.Timedout", "errorMessage": message}, True, finished.lines)
    message = f"RequestId: {request_id} Error: Runtime exited with error: exit status {finished.code}"
    return Answer({"errorType": "Runtime.ExitError", "errorMessage": message}, True, finished.lines)


def _log(function: DeployedFunction, request_id: str, lines: list[str], milliseconds: float) -> list[str]:
    here = f"python{sys.version_info.major}.{sys.version_info.minor}"
    notes = [] if function.runtime == here else [f"local AWS: {function.runtime} is answered by {here}"]
    if function.layers:
        notes.append(
            f"local AWS: {', '.join(function.layers)}: the layers' packages come from this interpreter"
        )
    return [
        *notes,
        f"START RequestId: {request_id} Version: {function.version}",
        *lines,
        f"END RequestId: {request_id}",
        f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms\t"
        f"Billed Duration: {math.ceil(milliseconds)} ms\tMemory Size: {function.memory} MB",
    ]
