"""Where a feature moved most, as an event that each row is in or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drift_engine.report.words import number, shown
from drift_engine.rows import RowColumn

Floats = npt.NDArray[np.float64]

_NAMES = 5


@dataclass(frozen=True, eq=False)
class Event:
    """A statement about a feature's cells.

    Attributes:
        name: as people read it: `≤ 17`, `in UA, B6`.
        current: 1.0 where a row of the current data is in it, 0.0 where not, NaN where the cell is missing.
        baseline: the same of the baseline's rows.
    """

    name: str
    current: Floats
    baseline: Floats

    @property
    def gap(self) -> float:
        """How much larger its share became, -1 to 1."""
        return float(np.nanmean(self.current) - np.nanmean(self.baseline))


def largest_event(current: RowColumn, baseline: RowColumn) -> Event | None:
    """The event whose share changed most; None where there is nothing to compare.

    Numbers: at or below the value at which the distribution functions are farthest apart. Categories: being
    one of those whose share grew, so that the change is the total variation.
    """
    if numeric(current) and numeric(baseline):
        return _below(current.numbers, baseline.numbers)
    if current.labels is None or baseline.labels is None:
        return None
    return _grown(current, baseline)


def numeric(column: RowColumn) -> bool:
    """Whether most present cells are numbers."""
    present = int((~column.missing).sum())
    return 2 * int((~np.isnan(column.numbers)).sum()) > present


def _below(current: Floats, baseline: Floats) -> Event | None:
    mine, theirs = (np.sort(side[~np.isnan(side)]) for side in (current, baseline))
    if not len(mine) or not len(theirs):
        return None
    at = np.union1d(mine, theirs)
    gaps = np.searchsorted(mine, at, "right") / len(mine) - np.searchsorted(theirs, at, "right") / len(theirs)
    limit = float(at[int(np.argmax(np.abs(gaps)))])
    sides = (np.where(np.isnan(side), np.nan, side <= limit) for side in (current, baseline))
    return Event(f"≤ {number(limit, 6)}", *sides)


def _grown(current: RowColumn, baseline: RowColumn) -> Event | None:
    counts, known = current.counts(slice(None)), baseline.counts(slice(None))
    n, m = sum(counts.values()), sum(known.values())
    if not n or not m:
        return None
    growth = {name: counts.get(name, 0) / n - known.get(name, 0) / m for name in sorted({*counts, *known})}
    grown = sorted((name for name, by in growth.items() if by > 0), key=lambda name: -growth[name])
    more = f" and {len(grown) - _NAMES:,} more" if len(grown) > _NAMES else ""
    name = f"in {', '.join(shown(each, 40) for each in grown[:_NAMES])}{more}" if grown else "in none"
    return Event(name, _in(current, set(grown)), _in(baseline, set(grown)))


def _in(column: RowColumn, names: set[str]) -> Floats:
    inside = np.array([*(label in names for label in column.labels or ()), np.nan], dtype=np.float64)
    return inside[column.codes]
