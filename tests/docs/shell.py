"""A shell in which a page's commands run one after another, as in the reader's terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

_END = "--end-of-command--"
_PATIENCE_S = 180.0


class Shell:
    """A bash whose folder and exported variables last from command to command."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(self, command: str) -> tuple[int, str]:
        """The exit code of a command and what it printed, errors among it; -1 where the shell ended.

        A command that takes three minutes is taken for one that hangs: the shell is killed.
        """
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        self._bash.stdin.write(f"{{\n{command}\n}} </dev/null\nprintf '\\n%s %d\\n' {_END} $?\n")
        self._bash.stdin.flush()
        printed: list[str] = []
        timer = threading.Timer(_PATIENCE_S, self._kill)
        timer.start()
        try:
            for line in self._bash.stdout:
                if line.startswith(_END):
                    return int(line.split()[1]), "".join(printed)
                printed.append(line)
        finally:
            timer.cancel()
        return -1, "".join(printed)

    def __enter__(self) -> Shell:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._kill()
        for stream in (self._bash.stdin, self._bash.stdout):
            if stream is not None:
                stream.close()
        self._bash.wait()

    def _kill(self) -> None:
        if self._bash.poll() is None:
            os.killpg(self._bash.pid, signal.SIGKILL)
