"""Progress on a terminal for whatever takes longer than a second: rows, rows a second, time left."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TextIO

from drift_engine.report.words import shown


class Progress:
    """One line, rewritten every second after the first and wiped at the end; nothing in a log file."""

    def __init__(self, out: TextIO, clock: Callable[[], float]) -> None:
        self._out = out
        self._clock = clock
        self._terminal = out.isatty()
        self._start = clock()
        self._next = self._start + 1.0
        self._share: float | None = None
        self._said = False

    def share(self, done: float | None) -> None:
        """Take note that this share of all bytes is read, 0 to 1; None where nobody knows."""
        self._share = done

    def __call__(self, name: str, rows: int) -> None:
        """Take note that so many rows were read."""
        now = self._clock()
        if not self._terminal or now < self._next:
            return
        self._next = now + 1.0
        self._said = True
        taken = now - self._start
        line = f"{rows:,} rows read, {rows / taken:,.0f} a second{self._left(taken)}, in {shown(name)}"
        self._out.write(f"\r\x1b[K{line}")
        self._out.flush()

    def _left(self, taken: float) -> str:
        if not self._share:
            return ""
        seconds = taken / self._share - taken
        minutes = f"{seconds // 60:.0f} min " if seconds >= 60 else ""
        return f", about {minutes}{seconds % 60:.0f} s left"

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._said:
            self._out.write("\r\x1b[K")
