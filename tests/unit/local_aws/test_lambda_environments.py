"""An execution environment's process may end at any time, also while nothing runs in it."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

from local_aws.deployed_function import DeployedFunction
from local_aws.lambda_environments import Environment

FUNCTION = DeployedFunction("f", "arn", "$LATEST", "m.f", "python3.13", 60, 128, {}, b"", ())


def test_a_process_that_ended_between_two_invocations_is_told_and_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "task").mkdir()
    environment = Environment(FUNCTION, tmp_path)
    environment.begin((sys.executable, "-I", "-c", "import sys; sys.exit(3)"), dict(os.environ))
    while environment.alive:
        time.sleep(0.01)
    finished = environment.run(tmp_path, "token", 60, threading.Event())
    environment.end()
    assert (finished.code, finished.timed_out) == (3, False)
