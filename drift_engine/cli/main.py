"""The entry point: arguments in, exit code out, every error one line."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Sequence

from drift_engine import job
from drift_engine.cli.analyses import ANALYSES
from drift_engine.cli.arguments import parser
from drift_engine.cli.commands import COMMANDS
from drift_engine.cli.completion import answer
from drift_engine.cli.progress import Progress
from drift_engine.cli.screen import width_of
from drift_engine.exit_codes import FOUND, Ending, flushed
from drift_engine.report import tables_fit

_RUN = {**COMMANDS, **{name: row.run for name, row in ANALYSES.items()}}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 fine, 1 drift or findings, 2 could not run, 3 none judged.

    A bug ends with a traceback and 70, so that it can't be taken for drift.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name that the terminal's encoding lacks is shown escaped instead of ending the run.
            stream.reconfigure(errors="backslashreplace")
    understood = parser(ANALYSES.values())
    if "_ARGCOMPLETE" in os.environ:
        answer(understood)
    arguments = understood.parse_args(argv)
    with Ending() as end:
        if arguments.command == "job":
            with Progress(sys.stderr, time.monotonic) as progress:
                end.code = job.main(progress)
        else:
            with tables_fit(width_of(sys.stdout)):
                if _RUN[arguments.command](arguments, sys.stdout):
                    end.code = FOUND
        flushed()
    return end.code
