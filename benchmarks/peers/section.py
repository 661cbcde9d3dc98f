"""The page's section about the other tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.charts import MEMORY, SECONDS
from benchmarks.peers.kept import Run
from benchmarks.peers.tools import TOOLS

_TABLE_ROWS = 10**6


def section(about: Mapping[str, object], runs: Sequence[Run]) -> str:
    """Markdown: a table at a million rows, the charts, and what did not get there."""
    rows = min(_TABLE_ROWS, max(run.rows for run in runs))
    lines = [
        "## Beside other tools",
        "",
        f"Made by `make bench-peers` ({about['begun']} to {about['ended']}; load average up to"
        f" {about['load']:.1f}), remade from",
        "`benchmarks/results/peers.json` by `make bench-page`. The same two CSV files, statistics of both",
        "and what differs in each column; a process a tool, its start included; one run each, the engine's",
        "just before it. Each tool has an environment of its own (`benchmarks/peers/requirements`) and one",
        "small adapter (`benchmarks/peers/adapters`), which does the job as the tool's pages do it.",
        "They don't all do the same: what is left out is noted.",
        "",
        f"Two files of {rows:,} rows x 16 mixed columns; in brackets as a multiple of the engine's:",
        "",
        "| tool | wall | processor | peak memory | written | note |",
        "|---|---:|---:|---:|---:|---|",
    ]
    there = {run.tool: run for run in runs if run.rows == rows}
    for name in ("drift-engine", "plain read"):
        if name in there:
            lines.append(
                _line(there[name], "", "the yardstick of above, twice" if name == "plain read" else "")
            )
    for tool in TOOLS:
        if tool.name in there:
            lines.append(_line(there[tool.name], f" {tool.version}", tool.note))
    lines += [
        "",
        f"![Rows against seconds, both axes logarithmic](images/{SECONDS})",
        "",
        f"![Rows against peak memory, both axes logarithmic](images/{MEMORY})",
        "",
        f"A line ends where a tool took more than {about['limit']:.0f} s for both files or more than"
        f" {about['memory']:,.0f} MB:",
        "",
        *_failures(runs),
    ]
    return "\n".join(lines)


def _line(run: Run, version: str, note: str) -> str:
    if run.failure:
        return f"| {run.tool}{version} | | | | | {run.failure} |"
    cells = [f"{run.wall:.1f} s", f"{run.cpu:.1f} s", f"{run.memory:,.0f} MB"]
    if run.ours:
        measured = (run.wall, run.cpu, run.memory)
        cells = [
            f"{cell} ({mine / ours:.1f}x)" for cell, mine, ours in zip(cells, measured, run.ours, strict=True)
        ]
    written = f"{1000 * run.output:,.0f} kB" if run.output else ""
    return f"| {run.tool}{version} | {' | '.join(cells)} | {written} | {note} |"


def _failures(runs: Sequence[Run]) -> list[str]:
    """The first size at which each tool failed, and why."""
    first: dict[str, Run] = {}
    for run in sorted(runs, key=lambda run: run.rows):
        if run.failure:
            first.setdefault(run.tool, run)
    return [f"* {run.tool}: {run.failure} (at {run.rows:,} rows)" for run in first.values()] or ["* none did"]
