"""`python -m drift_engine`: the command line."""
# PYTHON_ARGCOMPLETE_OK: argcomplete looks for this word before it completes `python -m`.

from __future__ import annotations

import sys

from drift_engine.cli import main

if __name__ == "__main__":
    sys.exit(main())
