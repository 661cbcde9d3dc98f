"""What a process costs with all that it starts, and its end where it goes beyond a limit."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_WAIT = 0.01


@dataclass(frozen=True)
class Watched:
    """A run.

    Attributes:
        wall: seconds.
        cpu: seconds of all processors.
        memory: the largest resident size of all its processes together, in MB (10**6 bytes).
        failure: why it has no result; "" where it has.
    """

    wall: float
    cpu: float
    memory: float
    failure: str = ""


def watched(
    command: Sequence[str], environment: Mapping[str, str], seconds: float, most_memory: float
) -> Watched:
    """Run a command in a session of its own, which is ended as a whole at a limit (seconds, MB)."""
    start = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stderr is not None
        os.set_blocking(process.stderr.fileno(), False)
        cpu = memory = 0.0
        said, failure = b"", ""
        next_look = 0.0
        try:
            while True:
                # A look at all processes takes milliseconds, so there are few of them in a long run.
                if time.perf_counter() - start >= next_look:
                    now_cpu, now_memory = _of_session(process.pid)
                    cpu, memory = max(cpu, now_cpu), max(memory, now_memory)
                    next_look = time.perf_counter() - start
                    next_look += min(0.5, max(0.02, next_look / 20))
                said = (said + (process.stderr.read() or b""))[-2000:]
                ended, status, usage = os.wait4(process.pid, os.WNOHANG)
                wall = time.perf_counter() - start
                if ended:
                    break
                if wall > seconds or memory > most_memory:
                    failure = (
                        f"more than {seconds:.0f} s" if wall > seconds else f"more than {most_memory:.0f} MB"
                    )
                    _end(process.pid)
                    _, status, usage = os.wait4(process.pid, 0)
                    break
                time.sleep(_WAIT)
        finally:
            _end(process.pid)
        process.returncode = os.waitstatus_to_exitcode(status)
        cpu = max(cpu, usage.ru_utime + usage.ru_stime)
        memory = max(memory, usage.ru_maxrss * 1024 / 1e6)
    # 1 says drift.
    if process.returncode not in (0, 1) and not failure:
        lines = said.decode(errors="replace").strip().splitlines()
        failure = f"ended with {process.returncode}: {lines[-1][:200] if lines else 'it said nothing'}"
    return Watched(wall, cpu, memory, failure)


def _end(session: int) -> None:
    try:
        os.killpg(session, signal.SIGKILL)
    except ProcessLookupError:
        return


def _of_session(session: int) -> tuple[float, float]:
    """Processor time and resident size of the session's processes that are there now."""
    cpu = memory = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except (OSError, UnicodeDecodeError):
            continue
        # man 5 proc: after the name come state, ppid, pgrp, session, ...; utime and stime are the 14th, 15th.
        if int(fields[3]) == session:
            cpu += (int(fields[11]) + int(fields[12])) / _TICKS
            memory += int(fields[21]) * _PAGE / 1e6
    return cpu, memory
