"""What importing the engine costs, in processor time and as a multiple of `import numpy`.

    python benchmarks/import_time.py

Each statement runs in fresh interpreters, and the least time counts: what disturbs a measurement only adds to
it. The time of an empty interpreter is taken off. The aim: `import drift_engine` below `import numpy`, and
`from drift_engine import make_baseline, check` below twice that.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

STATEMENTS = (
    "import numpy",
    "import drift_engine",
    "from drift_engine import make_baseline, check",
    "import drift_engine.cli",
    "import pandas",
)
RUNS = 15


def seconds(statement: str) -> float:
    """Processor time of a fresh interpreter that runs the statement, the least of all runs."""
    return min(_once(statement) for _ in range(RUNS))


def _once(statement: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", statement], cwd=Path(__file__).parents[1], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print a line for every statement."""
    empty = seconds("pass")
    numpy = seconds("import numpy") - empty
    print(f"{'statement':<50}{'ms':>6}{'of numpy':>10}")
    for statement in STATEMENTS:
        taken = seconds(statement) - empty
        print(f"{statement:<50}{1000 * taken:>6.0f}{taken / numpy:>9.2f}x")


if __name__ == "__main__":
    main()
