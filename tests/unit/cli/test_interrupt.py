"""Ctrl-C in the middle of a file: exit code 130, and nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROWS = 4_000_000


def reads(process: subprocess.Popen[bytes], file: Path) -> bool:
    """Whether the process has the file open."""
    opened = Path(f"/proc/{process.pid}/fd")
    for link in opened.iterdir():
        try:
            if link.readlink() == file:
                return True
        except OSError:
            pass
    return False


@pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="needs /proc to see that the file is being read"
)
@pytest.mark.parametrize("verb", ["baseline", "profile"])
def test_an_interrupted_command_leaves_what_was_there(tmp_path: Path, verb: str) -> None:
    data = tmp_path / "x.csv"
    data.write_bytes(b"a,b\n" + b"1.5,x\n" * ROWS)
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "statistics.json").write_text("older")
    output = folder if verb == "baseline" else folder / "part.profile"
    command = [sys.executable, "-m", "drift_engine", verb, str(data), "--output", str(output)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DRIFT_ENGINE_NATIVE": "off"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        while process.poll() is None and not reads(process, data):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=120)
    assert process.returncode == 130, error
    assert b"interrupted" in error
    assert b"Traceback" not in error
    assert [path.name for path in folder.iterdir()] == ["statistics.json"]
    assert (folder / "statistics.json").read_text() == "older"
