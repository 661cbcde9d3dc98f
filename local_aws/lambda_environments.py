"""Execution environments of Lambda functions: a process each, used again for the function's next invocation.

As in the service: what a module made at its import is still there in the next invocation, one environment
runs one invocation at a time, and one that a timeout, an exit or a change of the function has ended is not
used again. At most `MOST_IDLE` wait for work; the one that has waited longest goes first.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from local_aws.deployed_function import DeployedFunction
from local_aws.subprocesses import Finished

MOST_IDLE = 3
_LOOK_EVERY_SECONDS = 0.1


class Environment:
    """A process that runs the invocations of one function, one after the other.

    Attributes:
        function: The function as it was when the process began.
        folder: The environment's own, with the unpacked package in `task`; gone with it.
        alive: Whether it can run another invocation.
    """

    def __init__(self, function: DeployedFunction, folder: Path) -> None:
        self.function = function
        self.folder = folder
        self.alive = False
        self._lines: list[str] = []
        self._token = ""
        self._done = threading.Event()

    def begin(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """The process runs.

        Args:
            arguments: Its command line, to which the file descriptor is added that it reads orders from.
            environment: Its whole environment.
        """
        reading, self._orders = os.pipe()
        try:
            self._process = subprocess.Popen(
                [*arguments, str(reading)],
                cwd=self.folder / "task",
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(reading,),
            )
        finally:
            os.close(reading)
        self.alive = True
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def run(self, invocation: Path, token: str, limit: float, stop: threading.Event) -> Finished:
        """How an invocation ended; the code is 0 where the process is still there for another one.

        Args:
            invocation: The invocation's folder.
            token: What the process writes once the invocation has ended; nobody can guess it.
            limit: Seconds until the process is killed.
            stop: Set by whoever wants it gone.
        """
        self._lines, self._token = [], token
        self._done.clear()
        if not self.alive:  # it ended before the line above, and its reader with it: nobody sets this again
            self._done.set()
        with suppress(BrokenPipeError):  # it has ended: the reader says so
            os.write(self._orders, f"{invocation}\n".encode())
        deadline = time.monotonic() + limit
        while not self._done.wait(_LOOK_EVERY_SECONDS):
            if stop.is_set() or time.monotonic() > deadline:
                self._kill()
                self._done.wait()
                return Finished(self._process.wait(), self._lines, stop.is_set(), not stop.is_set())
        code = 0 if self.alive else self._process.wait()
        return Finished(code, self._lines, stopped=False, timed_out=False)

    def end(self) -> None:
        """The process and its folder are gone."""
        self._kill()
        self._process.wait()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()
        os.close(self._orders)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _read(self) -> None:
        for line in self._process.stdout or ():
            text = line.decode("utf-8", errors="replace").rstrip("\r\n")
            if self._token and text.endswith(self._token):
                said = text.removesuffix(self._token)
                self._lines.extend([said] if said else [])
                self._done.set()
            else:
                self._lines.append(text)
        self.alive = False
        self._done.set()


class Environments:
    """The environments that wait for work.

    Args:
        workdir: Where they get their folders.
    """

    def __init__(self, workdir: Path) -> None:
        self._workdir = workdir
        self._lock = threading.Lock()
        self._idle: list[Environment] = []
        self._closed = False

    def taken(self, function: DeployedFunction) -> Environment | None:
        """One of the function as it is now, no longer idle; None where there is none."""
        with self._lock:
            same = [each for each in self._idle if each.function.arn == function.arn]
            found = next((each for each in same if each.alive and each.function == function), None)
            gone = [each for each in same if each is not found and each.function != function]
            self._idle = [each for each in self._idle if each is not found and each not in gone]
        for each in gone:
            each.end()
        return found

    def folder(self) -> Path:
        """A folder for a new environment."""
        return Path(tempfile.mkdtemp(prefix="lambda-", dir=self._workdir))

    def give_back(self, environment: Environment) -> None:
        """It waits for its next invocation, or is ended where it can run none."""
        with self._lock:
            keep = environment.alive and not self._closed
            self._idle += [environment] if keep else []
            over = [] if keep else [environment]
            while len(self._idle) > MOST_IDLE:
                over.append(self._idle.pop(0))
        for each in over:
            each.end()

    def close(self) -> None:
        """All that wait have been ended; what is given back later is ended too."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for each in idle:
            each.end()
