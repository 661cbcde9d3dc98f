"""Where the command line writes: how wide it is, and whether colours are welcome."""

from __future__ import annotations

import os
import re
import shutil
from typing import TextIO

from drift_engine.report.words import visible

_NARROWEST = 40
_COLOURS = {"drifted": "\x1b[1;31m", "undecided": "\x1b[33m"}
# A verdict in its column: blanks on both sides, or the line's end.
_VERDICT = re.compile(r"(?<=  )(drifted|undecided)(?=  |$)", re.MULTILINE)


def width_of(out: TextIO) -> int | None:
    """A terminal's width, 40 at least; None of a file or a pipe, where nothing is cut."""
    return max(_NARROWEST, shutil.get_terminal_size().columns) if out.isatty() else None


def coloured(out: TextIO) -> bool:
    """Whether it is a terminal, and nobody said `NO_COLOR` (no-color.org) or has a terminal without."""
    return out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def written(text: str, out: TextIO) -> str:
    """The text as it goes out: nothing in a name acts on a terminal, verdicts in colour where welcome."""
    safe = visible(text)
    if not coloured(out):
        return safe
    return _VERDICT.sub(lambda found: f"{_COLOURS[found[0]]}{found[0]}\x1b[0m", safe)
