"""Measure all tools, as far as each gets."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.peers.install import environment
from benchmarks.peers.kept import FILE, Run, read_runs, write_runs
from benchmarks.peers.tools import TOOLS
from benchmarks.peers.watch import Watched, watched

_ROOT = Path(__file__).parents[2]
_READ = _ROOT / "benchmarks" / "speed" / "read.py"
_MB = 1e6
# Nobody needs to know who measured what; some of the tools would tell their makers.
_SILENT = {
    "DO_NOT_TRACK": "1",
    "NML_DISABLE_USAGE_LOGGING": "1",
    "WHYLOGS_NO_ANALYTICS": "True",
    "YDATA_PROFILING_NO_ANALYTICS": "True",
}


@dataclass
class Session:
    """What is measured with what, and what is known so far."""

    data: Path
    limit: float
    memory: float
    about: dict[str, object]
    runs: list[Run]

    def tables(self, rows: int) -> tuple[Path, Path]:
        """Two tables of so many rows, made if they aren't there, by a process of its own."""
        pair = self.data / f"mixed-{rows}.csv", self.data / f"mixed-{rows}-b.csv"
        if not all(path.exists() for path in pair):
            print(f"making two tables of {rows:,} rows", file=sys.stderr)
            code = (
                "import sys; from pathlib import Path; from benchmarks.speed.tables import mixed\n"
                "rows, *paths = sys.argv[1:]\n"
                "for seed, path in enumerate(paths, start=8): mixed(Path(path), int(rows), seed)"
            )
            command = [sys.executable, "-c", code, str(rows), *map(str, pair)]
            subprocess.run(command, env={**os.environ, "PYTHONPATH": str(_ROOT)}, check=True)
        return pair

    def known(self, tool: str, rows: int) -> Run | None:
        """The run that was measured already."""
        return next((run for run in self.runs if (run.tool, run.rows) == (tool, rows)), None)

    def keep(self, run: Run) -> Run:
        """Write it down at once, and say so."""
        self.runs.append(run)
        write_runs(self.about, self.runs)
        said = run.failure or f"{run.wall:.2f} s, {run.cpu:.2f} s of processor, {run.memory:.0f} MB"
        print(f"{run.rows:>11,} rows  {run.tool:<26}{said}", file=sys.stderr)
        return run

    def measure(self, commands: Sequence[Sequence[str]], output: str) -> tuple[Watched, float]:
        """Commands one after the other, and how much they left in a folder, in MB."""
        environment = {**os.environ, **_SILENT, "PYTHONPATH": str(_ROOT)}
        runs: list[Watched] = []
        for command in commands:
            left = self.limit - sum(run.wall for run in runs)
            runs.append(watched(command, environment, left, self.memory))
            if runs[-1].failure:
                break
        size = sum(file.stat().st_size for file in Path(output).rglob("*") if file.is_file()) / _MB
        whole = Watched(
            sum(run.wall for run in runs),
            sum(run.cpu for run in runs),
            max(run.memory for run in runs),
            runs[-1].failure,
        )
        return whole, size

    def ours(self, rows: int) -> Run:
        """The engine: a baseline of the first file, a check of the second."""
        first, second = self.tables(rows)
        with tempfile.TemporaryDirectory() as output:
            engine = (sys.executable, "-m", "drift_engine")
            known, found = f"{output}/baseline", f"{output}/check"
            commands = (
                (*engine, "baseline", str(first), "--output", known),
                (*engine, "check", str(second), "--baseline", known, "--output", found),
            )
            cost, size = self.measure(commands, output)
        return Run("drift-engine", rows, cost.wall, cost.cpu, cost.memory, size, failure=cost.failure)

    def read(self, rows: int) -> Run:
        """The plain read of both files, which leaves nothing."""
        commands = [(sys.executable, str(_READ), str(path)) for path in self.tables(rows)]
        with tempfile.TemporaryDirectory() as output:
            cost, _ = self.measure(commands, output)
        return Run("plain read", rows, cost.wall, cost.cpu, cost.memory, failure=cost.failure)


def main() -> None:
    """Measure what is not known yet."""
    parser = argparse.ArgumentParser(prog="benchmarks.peers", description=main.__doc__)
    parser.add_argument("--peers", type=Path, default=_ROOT / ".cache" / "peers", help="their environments")
    parser.add_argument("--data", type=Path, default=_ROOT / ".cache" / "bench", help="where the tables are")
    parser.add_argument("--rows", type=int, nargs="+", default=[10**4, 10**5, 10**6, 10**7])
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for two files (default: 60)")
    parser.add_argument("--memory", type=float, default=12_000.0, help="MB of one run (default: 12000)")
    parser.add_argument("--fresh", action="store_true", help="measure again what is known")
    parser.add_argument("--install", action="store_true", help="make the environments, measure nothing")
    arguments = parser.parse_args()
    pythons = {tool.name: environment(tool, arguments.peers) for tool in TOOLS}
    if arguments.install:
        for name, (_, failure) in pythons.items():
            print(f"{name}: {failure or 'installed'}")
        return
    about, runs = ({}, []) if arguments.fresh else read_runs()
    now = f"{datetime.now(tz=timezone.utc):%Y-%m-%d %H:%M} UTC"
    about = {"begun": now, **about, "limit": arguments.limit, "memory": arguments.memory, "ended": now}
    about["load"] = max(float(str(about.get("load", 0.0))), os.getloadavg()[0])
    arguments.data.mkdir(parents=True, exist_ok=True)
    session = Session(arguments.data, arguments.limit, arguments.memory, about, runs)
    for rows in arguments.rows:
        _one_size(session, rows, pythons)
    about["ended"] = f"{datetime.now(tz=timezone.utc):%Y-%m-%d %H:%M} UTC"
    write_runs(about, session.runs)
    print(f"kept in {FILE.relative_to(_ROOT)}; make bench-page makes the page of it", file=sys.stderr)


def _one_size(session: Session, rows: int, pythons: dict[str, tuple[Path, str]]) -> None:
    if session.known("plain read", rows) is None:
        session.read(rows)  # Once for nothing, so that the files are in memory.
        session.keep(session.read(rows))
    ours = session.known("drift-engine", rows) or session.keep(session.ours(rows))
    for tool in TOOLS:
        if session.known(tool.name, rows) is not None:
            continue
        python, failure = pythons[tool.name]
        failure = failure or _hopeless(session, tool.name, rows)
        if failure:
            session.keep(Run(tool.name, rows, 0.0, 0.0, 0.0, failure=failure))
            continue
        # The engine again beside each, unless that takes as long as the tools themselves.
        near = session.ours(rows) if ours.wall < 10.0 else ours
        with tempfile.TemporaryDirectory() as output:
            command = (str(python), str(tool.adapter), *map(str, session.tables(rows)), output)
            cost, size = session.measure([command], output)
        beside = (near.wall, near.cpu, near.memory)
        session.keep(
            Run(tool.name, rows, cost.wall, cost.cpu, cost.memory, size, beside, failure=cost.failure)
        )


def _hopeless(session: Session, tool: str, rows: int) -> str:
    """Why a tool needs not be tried with so many rows; "" where it may get there.

    It failed with fewer, or it would take half as long again as the limit if the time went on growing as
    between the two sizes before.
    """
    smaller = sorted((run for run in session.runs if run.tool == tool and run.rows < rows), key=_rows)
    if not smaller or smaller[-1].failure or len(smaller) == 1:
        return smaller[-1].failure if smaller else ""
    before, last = smaller[-2:]
    slope = max(0.0, last.wall - before.wall) / (last.rows - before.rows)
    if last.wall + slope * (rows - last.rows) > 1.5 * session.limit:
        return f"not tried: {last.wall:.0f} s with {last.rows:,} rows"
    return ""


def _rows(run: Run) -> int:
    return run.rows


if __name__ == "__main__":
    if shutil.which("java") is None:
        print("there is no Java here: PySpark will fail", file=sys.stderr)
    main()
