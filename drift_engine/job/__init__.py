"""The analyzer's container contract: environment in, files and an exit message out.

`settings` parses the environment, `run` suggests constraints (no baseline) or checks (both files of one),
`capture` and `scripts` turn captured and preprocessed records into tables, `metrics` writes the CloudWatch
file. Files are written in the analyzer's order: constraints, statistics, violations; then the post-processor
is called. `docs/formats.md` lists the variables.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime, timezone

from drift_engine.exit_codes import Ending, flushed
from drift_engine.job.run import run
from drift_engine.job.settings import Settings, settings
from drift_engine.run import Progress

__all__ = ["Settings", "main", "run", "settings"]


def main(progress: Progress | None = None) -> int:
    """Run the job that the process's environment asks for; 0, or as `exit_codes` has it, never 1."""
    with Ending() as end:
        run(os.environ, sys.stdout, datetime.now(timezone.utc), progress)
        flushed()
    return end.code
