"""A shell that believes that a person sits before it: a pseudo-terminal, keys in, the screen out."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

_PATIENCE_S = 60.0
_AGAIN_S = 10.0
_ESCAPES = re.compile(r"\x1b\[[0-9;?<>=]*[a-zA-Z]|\x1b\][^\x07]*\x07|\x1b[=>]|\x1b\([A-Z]|[\x07\r]")
BASH = ("bash", "--norc", "--noprofile", "-i")


class Terminal:
    """An interactive shell without anybody's settings, bash unless told otherwise."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        patience_s: float = _PATIENCE_S,
        shell: Sequence[str] = BASH,
    ) -> None:
        self._seen = ""
        self._patience_s = patience_s
        self._pid, self._master = pty.fork()
        if self._pid == 0:
            try:
                os.chdir(folder)
                os.execvpe(shell[0], list(shell), {**environment, "PS1": "> "})  # noqa: S606
            finally:  # not a second pytest, where there is no such shell
                os._exit(127)

    def press(self, keys: str) -> None:
        """Press these keys."""
        os.write(self._master, keys.encode())

    def insist(self, keys: str, pattern: str) -> str:
        """Press keys until the screen holds the pattern; what was on it.

        As people do: Python takes notice of a Ctrl-C that comes in the moment before it begins to read only
        with the next one.
        """
        end = time.monotonic() + self._patience_s
        pressed = 0.0
        while not re.search(pattern, _ESCAPES.sub("", self._seen)):
            assert time.monotonic() < end, f"no {pattern!r} in {self._seen!r}"
            if time.monotonic() - pressed > _AGAIN_S:
                self.press(keys)
                pressed = time.monotonic()
            if select.select([self._master], [], [], 0.2)[0]:
                self._seen += os.read(self._master, 65_536).decode(errors="replace")
        return self.await_text(pattern)

    def await_text(self, pattern: str) -> str:
        """What was on the screen since the last call, once it holds the pattern.

        Raises:
            AssertionError: it doesn't in time.
        """
        return _ESCAPES.sub("", self.await_raw(pattern))

    def await_raw(self, pattern: str) -> str:
        """The same, with the escape sequences that came."""
        end = time.monotonic() + self._patience_s
        while not re.search(pattern, shown := _ESCAPES.sub("", self._seen)):
            assert time.monotonic() < end, f"no {pattern!r} in {shown!r}"
            if select.select([self._master], [], [], 0.2)[0]:
                self._seen += os.read(self._master, 65_536).decode(errors="replace")
        raw, self._seen = self._seen, ""
        return raw

    def run(self, command: str) -> str:
        """What a whole command printed, its own line included."""
        self.press(f"{command}; echo en''d:$?\n")
        return self.await_text(r"end:\d+\s")

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._master)
