"""Run all cases and write the page."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.sections import PAGE, put
from benchmarks.speed.cases import Case, cases
from benchmarks.speed.kept import Kept, Pairs
from benchmarks.speed.measure import cost
from benchmarks.speed.page import Measured, page

_ROOT = Path(__file__).parents[2]
_SCALES = {"full": 1, "small": 50}
_TIMES = 4


def main() -> None:
    """Measure, and write a section of the page; all else in it stays."""
    parser = argparse.ArgumentParser(prog="benchmarks.speed", description=main.__doc__)
    parser.add_argument("--size", choices=sorted(_SCALES), default="full")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--data", type=Path, default=_ROOT / ".cache" / "bench", help="where the tables are made"
    )
    parser.add_argument("--output", type=Path, default=PAGE)
    parser.add_argument("--fresh", action="store_true", help="measure again what a stopped run had measured")
    arguments = parser.parse_args()
    arguments.data.mkdir(parents=True, exist_ok=True)
    scale = _SCALES[arguments.size]
    # Python keeps what it compiled, as it does in an installed package: the first run is not counted.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(_ROOT)
    print("making the tables", file=sys.stderr)
    make = [sys.executable, "-m", "benchmarks.speed.tables", str(arguments.data), str(scale)]
    subprocess.run(make, env=environment, check=True)
    kept = Kept(arguments.data / f"measured-{arguments.size}.json")
    if arguments.fresh:
        kept.forget()
    before = os.getloadavg()[0]
    results = []
    for case in cases(arguments.data, scale):
        runs = 1 if case.large else arguments.runs
        found = kept.get(case.name, runs) or _measured(case, runs, environment)
        if found is None:
            continue
        kept.put(case.name, *found)
        results.append(Measured(case, *found))
        print(f"{case.name}: {found[0][-1]}", file=sys.stderr)
    how = f"{arguments.size} size, {arguments.runs} runs"
    text = page(results, how, (before, os.getloadavg()[0]), datetime.now(tz=timezone.utc))
    put("speed", text, arguments.output)
    kept.forget()


def _measured(case: Case, runs: int, environment: Mapping[str, str]) -> Pairs | None:
    """A case so many times, yardstick and engine in turn; None where there is no room for its file."""
    if case.large is None:
        return _in_turn(case, runs, environment, warm=1)
    source = max(case.large.parent.glob("mixed-*.csv"), key=lambda path: path.stat().st_size)
    if shutil.disk_usage(case.large.parent).free < 3 * _TIMES * source.stat().st_size:
        print(f"{case.name}: left out, the disk is too full", file=sys.stderr)
        return None
    try:
        given = (str(source), str(case.large), _TIMES)
        make = f"from benchmarks.speed.tables import repeated; repeated(*{given!r})"
        subprocess.run([sys.executable, "-c", make], env=environment, check=True)
        return _in_turn(case, runs, environment, warm=0)
    finally:
        case.large.unlink(missing_ok=True)


def _in_turn(case: Case, runs: int, environment: Mapping[str, str], warm: int) -> Pairs:
    ours, other = [], []
    for run in range(runs + warm):
        pair = [cost(commands, environment) if commands else None for commands in (case.yardstick, case.ours)]
        # Those that don't count bring files into memory and the kernel into its cache.
        if run >= warm:
            other += [pair[0]] if pair[0] else []
            ours += [pair[1]] if pair[1] else []
    return ours, other


main()
