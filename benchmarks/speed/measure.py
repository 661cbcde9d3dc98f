"""What processes cost: wall time, processor time and peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """Of one run, which may be several processes one after the other.

    Attributes:
        wall: seconds from start to end.
        cpu: seconds of all processors, the system's part included.
        memory: the largest resident size of a process, in MB (10**6 bytes); never below that of the process
            that started it, which must be small therefore.
    """

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True)
class Spread:
    """Median, least and largest of some numbers."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Spread:
        """The spread of these numbers, at least one."""
        return cls(statistics.median(numbers), min(numbers), max(numbers))


def cost(commands: Sequence[Sequence[str]], environment: Mapping[str, str]) -> Cost:
    """Run commands one after the other.

    Raises:
        RuntimeError: one of them failed with a code above 1, which says drift.
    """
    wall = cpu = memory = 0.0
    for command in commands:
        start = time.perf_counter()
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        wall += time.perf_counter() - start
        if process.returncode not in (0, 1):
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
        cpu += usage.ru_utime + usage.ru_stime
        memory = max(memory, usage.ru_maxrss * 1024 / 1e6)
    return Cost(wall, cpu, memory)
