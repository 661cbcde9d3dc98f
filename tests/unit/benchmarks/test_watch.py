"""Runs of other tools: what they cost, and that none outlives its limit."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from benchmarks.peers.kept import Run, read_runs, write_runs
from benchmarks.peers.watch import Watched, watched

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="Linux tells of processes in /proc"
)


def run(code: str, seconds: float = 60.0, memory: float = 4000.0) -> Watched:
    return watched([sys.executable, "-c", code], os.environ, seconds, memory)


def ends(pid: str) -> bool:
    """Whether a process is gone within a minute: one that was killed gives its memory back first."""
    for _ in range(600):
        try:
            state = Path("/proc", pid, "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


def test_a_run_tells_its_cost() -> None:
    found = run("x = bytearray(200_000_000); sum(range(3_000_000))")
    assert found.failure == ""
    assert found.memory > 200.0
    assert found.cpu > 0.0


def test_drift_is_no_failure_and_an_error_is_one_with_its_last_line() -> None:
    assert run("raise SystemExit(1)").failure == ""
    assert run("import sys; print('a\\nno such thing', file=sys.stderr); sys.exit(3)").failure == (
        "ended with 3: no such thing"
    )


def test_beyond_a_limit_a_run_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    file = str(tmp_path / "pid")
    # It grows once it has said who it is, so that the limit never comes first, however busy the machine is.
    child = (
        f"import os, time; open({file!r}, 'w').write(str(os.getpid())); "
        "x = bytearray(900_000_000); time.sleep(600)"
    )
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    assert run(code, seconds=300.0, memory=500.0).failure == "more than 500 MB"
    assert ends((tmp_path / "pid").read_text(encoding="utf-8"))
    assert run("import time; time.sleep(600)", seconds=1.0).failure == "more than 1 s"


def test_runs_are_kept_as_they_were(tmp_path: Path) -> None:
    runs = [Run("a", 10, 1.0, 2.0, 3.0, 0.5, (1.0, 2.0, 3.0)), Run("b", 10, 0.0, 0.0, 0.0, failure="no")]
    write_runs({"limit": 60.0}, runs, tmp_path / "results" / "runs.json")
    assert read_runs(tmp_path / "results" / "runs.json") == ({"limit": 60.0}, runs)
    assert read_runs(tmp_path / "none.json") == ({}, [])
