"""Counts the calls that are being answered, and holds new ones back where none may be."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """All calls go through it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._closed = False
        self.passed = 0

    @contextmanager
    def request(self) -> Iterator[None]:
        """Inside of the block a call is being answered."""
        with self._changed:
            while self._closed:
                self._changed.wait()
            self._inside += 1
            self.passed += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1

    @contextmanager
    def quiet(self) -> Iterator[bool]:
        """Whether no call is being answered; then new ones wait for the end of the block."""
        with self._changed:
            is_quiet = self._inside == 0 and not self._closed
            self._closed |= is_quiet
        try:
            yield is_quiet
        finally:
            with self._changed:
                if is_quiet:
                    self._closed = False
                self._changed.notify_all()
