"""Where the work of an operation is done after its call has been checked: in the call, or beside it.

The call itself has checked everything and set the stack's `*_IN_PROGRESS`. In a process of its own nobody
could look at it meanwhile, so there the work is done before the answer; a server answers at once, and whoever
asks sees statuses and events as they come. Only one operation runs on a stack at a time: its status says so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from local_aws.cloudformation.journal import Journal

Work = Callable[[], None]
"""What is left of an operation once its stack is in progress."""

_BROKEN = "InternalFailure: the local AWS failed; its traceback is on stderr."


class Background:
    """Does the operations' work.

    Args:
        beside: Whether calls are answered while the work is done.
    """

    def __init__(self, beside: bool = False) -> None:
        self._beside = beside
        self._threads: set[threading.Thread] = set()

    @property
    def busy(self) -> bool:
        """Whether an operation goes on that no call waits for."""
        return bool(self._threads)

    def do(self, work: Work, journal: Journal) -> None:
        """The work is done, or has been begun.

        Args:
            work: What is left to do.
            journal: Of the stack, which is in progress.
        """
        if not self._beside:
            work()
            return

        def run() -> None:
            try:
                work()
            finally:
                status = journal.stack.status
                if status.endswith("_IN_PROGRESS"):  # a bug of ours, whose traceback this thread prints
                    journal.stack_is(status.replace("_IN_PROGRESS", "_FAILED"), _BROKEN)
                self._threads.discard(thread)

        thread = threading.Thread(target=run, name=f"stack-{journal.stack.name}", daemon=True)
        self._threads.add(thread)
        thread.start()

    def close(self) -> None:
        """Every operation has come to its end."""
        for thread in list(self._threads):
            thread.join()
