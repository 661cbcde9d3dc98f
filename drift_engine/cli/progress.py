"""Progress on stderr for whatever takes longer than a second."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TextIO


class Progress:
    """Says how many rows were read: after the first second, then every second (every ten in a log file)."""

    def __init__(self, out: TextIO, clock: Callable[[], float]) -> None:
        self._out = out
        self._clock = clock
        self._terminal = out.isatty()
        self._next = clock() + 1.0
        self._said = False

    def __call__(self, name: str, rows: int) -> None:
        """Take note that so many rows were read."""
        now = self._clock()
        if now < self._next:
            return
        self._next = now + (1.0 if self._terminal else 10.0)
        self._said = True
        line = f"{rows:,} rows read, in {name}"
        self._out.write(f"\r\x1b[K{line}" if self._terminal else f"{line}\n")
        self._out.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._said and self._terminal:
            self._out.write("\r\x1b[K")
