"""How a command ends: its exit code, and what is said on stderr.

Python ends with 1 on an exception that nobody expected. Here 1 means drift, so that a bug or a full disk has
to end otherwise: a scheduler that retrains on 1 must not do so for them.
"""

from __future__ import annotations

import os
import sys
import traceback
from types import TracebackType

from drift_engine.errors import DriftEngineError, InconclusiveError

OK, FOUND, FAILED = 0, 1, 2
UNJUDGED = 3
"""No feature could be judged: neither drift nor its absence was shown."""
BUG = 70
"""EX_SOFTWARE of `sysexits.h`; with a traceback."""
INTERRUPTED = 130


class Ending:
    """The exit code of the block that it is entered for.

    Attributes:
        code: what the block sets, 0 at first; 2 where it raised an error of ours or of the system's, 3 where
            it said that nothing could be judged, 130 where it was interrupted, 70 where it raised anything
            else.
    """

    def __init__(self) -> None:
        self.code = OK

    def __enter__(self) -> Ending:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        match error:
            case None | SystemExit():
                return False
            case InconclusiveError():
                self._fail(str(error), UNJUDGED)
            case DriftEngineError():
                self._fail(str(error))
            case BrokenPipeError():
                # The reader of our output has gone, as `head` does.
                self._fail("")
            case OSError():
                place = "" if error.filename is None else f"{error.filename}: "
                self._fail(f"{place}{error.strerror or error}")
            case KeyboardInterrupt():
                sys.stderr.write("drift-engine: interrupted\n")
                self.code = INTERRUPTED
            case _:
                traceback.print_exception(error)
                self.code = BUG
        return True

    def _fail(self, message: str, code: int = FAILED) -> None:
        if message:
            line = " ".join(message.split())
            # A name in it may hold what acts on a terminal.
            safe = "".join(char if char.isprintable() else repr(char)[1:-1] for char in line)
            sys.stderr.write(f"drift-engine: {safe}\n")
        self.code = code


def flushed() -> None:
    """Write out what stdout holds; if that fails, Python must not try again at its end, which makes it 120.

    Raises:
        OSError: it can't be written.
    """
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise
