"""Child processes that see nothing of this one: a command, a folder, an environment, a time limit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LOOK_EVERY_SECONDS = 0.1


@dataclass(frozen=True)
class Finished:
    """How a child ended.

    Attributes:
        code: Its exit code; negative where a signal ended it.
        lines: What it wrote to stdout and stderr, in order.
        stopped: Somebody asked for it to be stopped.
        timed_out: It ran longer than it was allowed to.
    """

    code: int
    lines: list[str]
    stopped: bool
    timed_out: bool


@dataclass(frozen=True)
class Child:
    """What to run and where.

    Attributes:
        arguments: The command line.
        folder: The working directory.
        environment: The whole environment of the child.
        limit: Seconds that it may run.
    """

    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    limit: float


def search_path() -> str:
    """A PATH with this interpreter's folder and the system's default, whatever this process's own PATH is."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.defpath])


def run(child: Child, stop: threading.Event) -> Finished:
    """How the child ended; it and its own children are killed when `stop` is set or its time is up.

    Args:
        child: What to run.
        stop: Set by whoever wants the child gone.
    """
    lines: list[str] = []
    with subprocess.Popen(
        child.arguments,
        cwd=child.folder,
        env=dict(child.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
        reader.start()
        ended = _wait(process, child.limit, stop)
        reader.join()
    return Finished(
        code=process.returncode,
        lines=lines,
        stopped=not ended and stop.is_set(),
        timed_out=not ended and not stop.is_set(),
    )


def _read(process: subprocess.Popen[bytes], lines: list[str]) -> None:
    for line in process.stdout or ():
        lines.append(line.decode("utf-8", errors="replace").rstrip("\r\n"))


def _wait(process: subprocess.Popen[bytes], limit: float, stop: threading.Event) -> bool:
    """Whether the process ended by itself; otherwise its whole session has been killed."""
    deadline = time.monotonic() + limit
    while True:
        try:
            process.wait(timeout=_LOOK_EVERY_SECONDS)
        except subprocess.TimeoutExpired:
            if stop.is_set() or time.monotonic() > deadline:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                return False
        else:
            return True
