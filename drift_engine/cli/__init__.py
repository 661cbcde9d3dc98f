"""The command line, a thin skin over `drift_engine.run`.

`main` alone reads argv and the environment. Results go to stdout (`--json` for machines), progress and errors
to stderr. Exit codes: 0 fine, 1 drift or other findings, 2 could not run.
"""

from __future__ import annotations

from drift_engine.cli.main import main

__all__ = ["main"]
