"""`docs/calibration.md`: the tables, made of counts alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from benchmarks.verdicts.counts import Cell, Share, Splits
from benchmarks.verdicts.simulate import CORRELATIONS, RULES, SHIFTED, SHIFTS, SIZES

NAMES = {"ours": "calibrated", "Simple": "Model Monitor, Simple", "Robust": "Model Monitor, Robust"}


Grid = Mapping[tuple[str, float], Cell]


def page(grid: Grid, splits: Splits, introduction: str) -> str:
    """The whole page; cells that are not there are left out, and their number is said."""
    grid = {
        (size, correlation): grid[size, correlation]
        for correlation in CORRELATIONS
        for size in map(str, SIZES)
        if (size, correlation) in grid
    }
    parts = [introduction.strip(), "", *_unfinished(grid), "## False alarms", "", *_alarms(grid), ""]
    parts += ["## Power: a normal column, shifted", "", *_normal(grid), ""]
    parts += ["## Power: other columns, calibrated", "", *_kinds(grid), ""]
    parts += ["## Real flights", "", *_flights(splits)]
    return "\n".join(parts) + "\n"


def _unfinished(grid: Grid) -> Iterable[str]:
    absent = len(CORRELATIONS) * len(SIZES) - len(grid)
    if absent:
        yield f"**{absent} of the {len(CORRELATIONS) * len(SIZES)} cells of the grid are not simulated yet.**"
        yield ""


def _alarms(grid: Grid) -> Iterable[str]:
    yield "Share of healthy batches in which any of the 20 columns alarms, ± its Monte Carlo standard error."
    yield ""
    yield from _head(["columns", "rows (baseline / batch)", "runs", *(NAMES[rule] for rule in RULES)])
    for (size, correlation), cell in grid.items():
        cells = [str(Share(cell.alarms[rule], cell.runs)) for rule in RULES]
        yield _row([_columns(correlation), size, f"{cell.runs:,}", *cells])


def _normal(grid: Grid) -> Iterable[str]:
    yield "Share of batches in which one normal column, shifted by so many standard deviations, is found."
    yield ""
    yield from _head(["columns", "rows (baseline / batch)", "rule", *(f"{shift} sd" for shift in SHIFTS)])
    for (size, correlation), cell in grid.items():
        for rule in RULES:
            found = [str(cell.power(rule, "normal", shift)) for shift in SHIFTS]
            yield _row([_columns(correlation), size, NAMES[rule], *found])


def _kinds(grid: Grid) -> Iterable[str]:
    yield "Independent columns; lognormal ones are shifted in their own standard deviations, Poisson ones"
    yield "(rate 4) have their rate raised by as many, categories have the normal variable behind them"
    yield "shifted."
    yield ""
    yield from _head(["column", "rows (baseline / batch)", *(f"{shift} sd" for shift in SHIFTS)])
    for kind in SHIFTED[1:]:
        for size, cell in ((size, cell) for (size, correlation), cell in grid.items() if not correlation):
            found = [str(cell.power("ours", kind, shift)) for shift in SHIFTS]
            yield _row([kind, size, *found])


def _flights(splits: Splits) -> Iterable[str]:
    yield f"Left: share of {splits.runs:,} random splits of January 2013 (26,483 flights, 17 columns) in"
    yield "which one half alarms against the other. Right: of the 11 pairs of consecutive months, how many"
    yield "are found."
    yield ""
    yield from _head(["rule", "halves of one month", "consecutive months"])
    for rule in RULES:
        yield _row([NAMES[rule], str(Share(splits.alarms[rule], splits.runs)), f"{splits.found[rule]} of 11"])


def _columns(correlation: float) -> str:
    return f"correlated {correlation}" if correlation else "independent"


def _head(names: list[str]) -> Iterable[str]:
    yield _row(names)
    yield _row(["---"] * len(names))


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
