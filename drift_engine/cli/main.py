"""The entry point: arguments in, exit code out, every error one line."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from drift_engine import job
from drift_engine.cli.analyses import ANALYSES
from drift_engine.cli.arguments import parser
from drift_engine.cli.commands import COMMANDS
from drift_engine.errors import DriftEngineError

OK, FOUND, FAILED = 0, 1, 2
_INTERRUPTED = 130
_RUN = {**COMMANDS, **{name: row.run for name, row in ANALYSES.items()}}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 fine, 1 drift or findings, 2 could not run."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name that the terminal's encoding lacks is shown escaped instead of ending the run.
            stream.reconfigure(errors="backslashreplace")
    arguments = parser(ANALYSES.values()).parse_args(argv)
    try:
        if arguments.command == "job":
            return job.main()
        found = _RUN[arguments.command](arguments, sys.stdout)
        sys.stdout.flush()
    except DriftEngineError as error:
        sys.stderr.write(f"drift-engine: {' '.join(str(error).split())}\n")
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write("drift-engine: interrupted\n")
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (as `head` does); Python must not try to flush again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return FOUND if found else OK
