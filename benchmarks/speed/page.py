"""docs/benchmarks.md: the machine, the table, and what it does not say."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

from benchmarks.speed.cases import Case
from benchmarks.speed.measure import Cost, Spread

_PACKAGES = ("numpy", "polars", "pyarrow", "pandas")


@dataclass(frozen=True)
class Measured:
    """A case, what the engine took each time, and what its yardstick took just before."""

    case: Case
    ours: Sequence[Cost]
    yardstick: Sequence[Cost]


def page(results: Sequence[Measured], how: str, loads: tuple[float, float], when: datetime) -> str:
    """The page as Markdown."""
    runs = len(results[0].ours)
    lines = [
        f"Written by `make bench` on {when:%Y-%m-%d %H:%M} UTC ({how}). Remake it rather than believe it:",
        "other machines have other ratios.",
        "",
        f"* Machine: {_processor()}, {len(os.sched_getaffinity(0))} processors, {_memory():.0f} GB,",
        f"  {platform.system()} {platform.release()}.",
        f"* Python {platform.python_version()}, {_versions()}.",
        f"* Load average {loads[0]:.1f} at the start and {loads[1]:.1f} at the end. Above the number of",
        "  processors the machine was busy with other work: wall times then say little, and the ratio of",
        "  processor times says more.",
        f"* Each line: {runs} runs, yardstick and engine in turn, process against process, starts of Python",
        "  and files included. Ratios are made run by run; shown are median and range.",
        "",
        "| what | against | limit | wall | processor | met |",
        "|---|---|---:|---:|---:|:-:|",
    ]
    lines += [_line(result) for result in results]
    lines += ["", "Seconds and MB behind the ratios (medians):", "", *_absolute(results), ""]
    return "\n".join(lines)


def _line(result: Measured) -> str:
    case = result.case
    if case.unit == "MB":
        taken = [cost.memory for cost in result.yardstick] or [0.0] * len(result.ours)
        found = Spread.of([ours.memory - less for ours, less in zip(result.ours, taken, strict=True)])
        shown = ("", f"{found.median:.0f} MB ({found.least:.0f} to {found.most:.0f})")
        met = found.median <= case.limit
    elif case.unit == "seconds":
        wall, cpu = (Spread.of([getattr(cost, what) for cost in result.ours]) for what in ("wall", "cpu"))
        shown, met = (_spread(wall, " s"), _spread(cpu, " s")), wall.median <= case.limit
    else:
        pairs = list(zip(result.ours, result.yardstick, strict=True))
        wall = Spread.of([ours.wall / other.wall for ours, other in pairs])
        cpu = Spread.of([ours.cpu / other.cpu for ours, other in pairs])
        shown, met = (_spread(wall), _spread(cpu)), wall.median <= case.limit
    unit = {"ratio": "x", "seconds": " s", "MB": " MB"}[case.unit]
    limit = f"{case.limit:g}{unit}"
    return (
        f"| {case.name} | {case.against} | {limit} | {shown[0]} | {shown[1]} | {'yes' if met else '**no**'} |"
    )


def _spread(found: Spread, unit: str = "x") -> str:
    return f"{found.median:.2f}{unit} ({found.least:.2f} to {found.most:.2f})"


def _absolute(results: Sequence[Measured]) -> list[str]:
    lines = ["| what | | wall | processor | peak memory |", "|---|---|---:|---:|---:|"]
    for result in results:
        for who, costs in (("engine", result.ours), ("yardstick", result.yardstick)):
            if costs:
                wall, cpu, memory = (
                    Spread.of([getattr(cost, what) for cost in costs]).median
                    for what in ("wall", "cpu", "memory")
                )
                lines.append(f"| {result.case.name} | {who} | {wall:.2f} s | {cpu:.2f} s | {memory:.0f} MB |")
    return lines


def _versions() -> str:
    return ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)


def _processor() -> str:
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
