"""Run all cases and write the page."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.sections import PAGE, put
from benchmarks.speed.cases import cases
from benchmarks.speed.measure import cost
from benchmarks.speed.page import Measured, page

_ROOT = Path(__file__).parents[2]
_SCALES = {"full": 1, "small": 50}


def main() -> None:
    """Measure, and write a section of the page; all else in it stays."""
    parser = argparse.ArgumentParser(prog="benchmarks.speed", description=main.__doc__)
    parser.add_argument("--size", choices=sorted(_SCALES), default="full")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--data", type=Path, default=_ROOT / ".cache" / "bench", help="where the tables are made"
    )
    parser.add_argument("--output", type=Path, default=PAGE)
    arguments = parser.parse_args()
    arguments.data.mkdir(parents=True, exist_ok=True)
    print("making the tables", file=sys.stderr)
    scale = _SCALES[arguments.size]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    make = [sys.executable, "-m", "benchmarks.speed.tables", str(arguments.data), str(scale)]
    subprocess.run(make, env=environment, check=True)
    wanted = cases(arguments.data, scale)
    before = os.getloadavg()[0]
    results = []
    for case in wanted:
        ours, other = [], []
        # One run before those that count: files into memory, the kernel into its cache.
        for run in range(arguments.runs + 1):
            pair = [
                cost(commands, environment) if commands else None for commands in (case.yardstick, case.ours)
            ]
            if run:
                other += [pair[0]] if pair[0] else []
                ours += [pair[1]] if pair[1] else []
        results.append(Measured(case, ours, other))
        print(f"{case.name}: {ours[-1]}", file=sys.stderr)
    how = f"{arguments.size} size, {arguments.runs} runs"
    text = page(results, how, (before, os.getloadavg()[0]), datetime.now(tz=timezone.utc))
    put("speed", text, arguments.output)


main()
