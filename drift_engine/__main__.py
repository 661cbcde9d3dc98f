"""`python -m drift_engine` and the program `drift-engine`: the command line, started without detours.

Small data is read in less time than Python takes to start and to end, of which a third is left out here.
"""
# PYTHON_ARGCOMPLETE_OK: argcomplete looks for this word before it completes `python -m`.

from __future__ import annotations

import atexit
import gc
import importlib
import os
import sys

_THREADS = "OPENBLAS_NUM_THREADS"


def main() -> int:
    """Run the command that `sys.argv` names and return its exit code."""
    # Nothing that is imported is garbage, and what is left at the end goes with the process.
    gc.disable()
    atexit.register(gc.freeze)
    # numpy's BLAS looks once, when it is loaded, how many threads it shall start. They only wait: what is
    # multiplied here is small. The variable is not left to the programs that we start.
    given = _THREADS in os.environ
    os.environ.setdefault(_THREADS, "1")
    cli = importlib.import_module("drift_engine.cli")
    if not given:
        del os.environ[_THREADS]
    gc.freeze()
    gc.enable()
    return int(cli.main())


if __name__ == "__main__":
    sys.exit(main())
