"""`docs/calibration.md`: the tables, made of counts alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from benchmarks.verdicts.simulate import CORRELATIONS, RULES, SHIFTED, SHIFTS, SIZES

NAMES = {"ours": "calibrated", "Simple": "Model Monitor, Simple", "Robust": "Model Monitor, Robust"}


@dataclass(frozen=True)
class Share:
    """So many of so many runs."""

    hits: int
    runs: int

    def __str__(self) -> str:
        share = self.hits / self.runs
        return f"{share:.3f} ± {math.sqrt(share * (1.0 - share) / self.runs):.3f}"


@dataclass(frozen=True)
class Cell:
    """What came of the runs of one size and correlation; counts by rule, or rule, kind and shift.

    Attributes:
        runs: baselines and healthy batches.
        alarms: how many of these alarmed.
        tried: batches with a shifted column.
        found: how many of these were found.
    """

    runs: int
    alarms: Mapping[str, int]
    tried: Mapping[tuple[str, str, float], int]
    found: Mapping[tuple[str, str, float], int]

    def power(self, rule: str, kind: str, shift: float) -> Share:
        """The share of shifted columns that were found."""
        return Share(self.found[rule, kind, shift], self.tried[rule, kind, shift])


Grid = Mapping[tuple[str, float], Cell]
Splits = tuple[int, Mapping[str, int], Mapping[str, int]]
"""Runs, alarms by rule in halves of a month, pairs of consecutive months found by rule (of 11)."""


def page(grid: Grid, splits: Splits, introduction: str) -> str:
    """The whole page."""
    parts = [introduction.strip(), "", "## False alarms", "", *_alarms(grid), ""]
    parts += ["## Power: a normal column, shifted", "", *_normal(grid), ""]
    parts += ["## Power: other columns, calibrated", "", *_kinds(grid), ""]
    parts += ["## Real flights", "", *_flights(splits)]
    return "\n".join(parts) + "\n"


def _alarms(grid: Grid) -> Iterable[str]:
    yield "Share of healthy batches in which any of the 20 columns alarms, ± its Monte Carlo standard error."
    yield ""
    yield from _head(["columns", "rows (baseline / batch)", *(NAMES[rule] for rule in RULES)])
    for correlation in CORRELATIONS:
        for size in map(str, SIZES):
            cell = grid[size, correlation]
            cells = [str(Share(cell.alarms[rule], cell.runs)) for rule in RULES]
            yield _row([_columns(correlation), size, *cells])


def _normal(grid: Grid) -> Iterable[str]:
    yield "Share of batches in which one normal column, shifted by so many standard deviations, is found."
    yield ""
    yield from _head(["columns", "rows (baseline / batch)", "rule", *(f"{shift} sd" for shift in SHIFTS)])
    for correlation in CORRELATIONS:
        for size in map(str, SIZES):
            cell = grid[size, correlation]
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
        for size in map(str, SIZES):
            cell = grid[size, 0.0]
            found = [str(cell.power("ours", kind, shift)) for shift in SHIFTS]
            yield _row([kind, size, *found])


def _flights(splits: Splits) -> Iterable[str]:
    runs, alarms, found = splits
    yield f"Left: share of {runs:,} random splits of January 2013 (26,483 flights, 17 columns) in which one"
    yield "half alarms against the other. Right: of the 11 pairs of consecutive months, how many are found."
    yield ""
    yield from _head(["rule", "halves of one month", "consecutive months"])
    for rule in RULES:
        yield _row([NAMES[rule], str(Share(alarms[rule], runs)), f"{found[rule]} of 11"])


def _columns(correlation: float) -> str:
    return f"correlated {correlation}" if correlation else "independent"


def _head(names: list[str]) -> Iterable[str]:
    yield _row(names)
    yield _row(["---"] * len(names))


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
