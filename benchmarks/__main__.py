"""Make the sections and charts of docs/benchmarks.md again from what is kept in benchmarks/results."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from benchmarks import charts, cold_start
from benchmarks.peers.kept import read_runs
from benchmarks.peers.section import section
from benchmarks.sections import PAGE, put
from benchmarks.speed.measure import Spread


def main() -> None:
    """Write what there are results for."""
    about, runs = read_runs()
    if runs:
        put("peers", section(about, runs))
        charts.draw(runs)
    if cold_start.RESULTS.exists():
        put("lambda", _lambda(json.loads(cold_start.RESULTS.read_text(encoding="utf-8"))))
    print(f"{PAGE.name} has {len(runs)} runs of tools", file=sys.stderr)


def _lambda(found: Mapping[str, Any]) -> str:
    few, many = found["features 100"], found["features 1000"]
    wall = Spread.of([ours["wall"] / other["wall"] for other, ours in few])
    cpu = Spread.of([ours["cpu"] / other["cpu"] for other, ours in few])
    seconds = {what: Spread.of([ours[what] for _, ours in many]).median for what in ("wall", "cpu", "memory")}
    size = found["package"] / 1000
    return "\n".join(
        [
            "## The Evaluate Drift Lambda",
            "",
            f"Made by `make bench-lambda` on {found['when']} ({len(few)} runs,"
            f" load average {found['load']:.1f}): fresh processes,",
            "the package as the deploy makes it, statistics of 100,000 rows, so about 5,000 items a sketch,",
            "one BLAS thread as in the template. The yardstick imports boto3 and makes the three clients.",
            "",
            "| what | limit | wall | processor | met |",
            "|---|---:|---:|---:|:-:|",
            "| import and first evaluation, 100 features x 2 sketches | 1.3x"
            f" | {_times(wall)} | {_times(cpu)} | {_met(wall.median <= 1.3)} |",
            f"| the same of 1,000 features | 3 s | {seconds['wall']:.2f} s | {seconds['cpu']:.2f} s |"
            f" {_met(seconds['wall'] < 3.0)} |",
            f"| peak memory with 1,000 features | 300 MB | {seconds['memory']:.0f} MB | |"
            f" {_met(seconds['memory'] < 300.0)} |",
            f"| package without numpy | 200 KB | {size:.0f} KB | | {_met(size < 200.0)} |",
        ]
    )


def _times(found: Spread) -> str:
    return f"{found.median:.2f}x ({found.least:.2f} to {found.most:.2f})"


def _met(met: bool) -> str:
    return "yes" if met else "**no**"


if __name__ == "__main__":
    main()
