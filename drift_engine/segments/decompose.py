"""A change of one share, taken apart by the values of another column."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from drift_engine.rows import RowColumn
from drift_engine.segments.event import Event

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MOST_SEGMENTS = 50
_LEAST_ROWS = 20
_MISSING, _REST = "(missing)", "(all others)"


@dataclass(frozen=True)
class Segment:
    """The rows with one value of a column.

    Attributes:
        column, value: which.
        baseline_share, current_share: its share of the rows, 0 to 1.
        before, after: the event's share among its rows, in the baseline and in the current data; None where
            it has none.
        within: what the change inside the segment adds to the event's change.
        mix: what the segment's own growth adds to it.
        p_value: the chance that a segment like all others differs from them as much, 0 to 1; None with fewer
            than 20 rows on a side.
    """

    column: str
    value: str
    baseline_share: float
    current_share: float
    before: float | None
    after: float | None
    within: float
    mix: float
    p_value: float | None


def segments_by(name: str, event: Event, current: RowColumn, baseline: RowColumn) -> tuple[Segment, ...]:
    """The segments of one column, the one that adds most in front; all together are the event's change.

    With shares p and rates r of the event, p r - p' r' = (r - r') (p + p') / 2 + (p - p') (r + r') / 2, the
    second with the rate's distance from the overall one, which changes no sum: Kitagawa 1955, Components of a
    Difference Between Two Rates, JASA 50, 1168-1194. The p-value is that of the difference between the
    segment's change and the change of all other rows: the larger one of two normal approximations, with a
    success and a failure added (Agresti & Caffo 2000, The American Statistician 54, 280-288), and with the
    variance under the hypothesis (Farrington & Manning 1990, Statistics in Medicine 9, 1447-1454). Of some
    dozen rows either of them is too small in some cases, in the tails that a correction for fifty segments
    looks at; the larger one was not in any that was simulated.

    Args:
        name: the column's.
        event: where the feature moved.
        current: the column in the current data, of the event's rows.
        baseline: the same in the baseline.
    """
    values = _values(current, baseline)
    there, known = ~np.isnan(event.current), ~np.isnan(event.baseline)
    mine, theirs = _places(current, values)[there], _places(baseline, values)[known]
    hits, old_hits = event.current[there], event.baseline[known]
    size = len(values) + 2
    n, m = (np.bincount(each, minlength=size).astype(np.float64) for each in (mine, theirs))
    x = np.bincount(mine, hits, size).astype(np.float64)
    y = np.bincount(theirs, old_hits, size).astype(np.float64)
    overall = (x.sum() / n.sum() + y.sum() / m.sum()) / 2.0
    found = []
    for at, value in enumerate((*values, _REST, _MISSING)):
        if not n[at] and not m[at]:
            continue
        shares = m[at] / m.sum(), n[at] / n.sum()
        after = x[at] / n[at] if n[at] else None
        before = y[at] / m[at] if m[at] else None
        new = after if after is not None else before if before is not None else 0.0
        old = before if before is not None else new
        within = (new - old) * (shares[0] + shares[1]) / 2.0
        mix = (shares[1] - shares[0]) * ((new + old) / 2.0 - overall)
        p_value = _p_value((x, n), (y, m), at)
        found.append(Segment(name, value, *shares, before, after, float(within), float(mix), p_value))
    return tuple(sorted(found, key=lambda each: -abs(each.within + each.mix)))


def corrected(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """The segments with p-values for looking at all of them at once (Bonferroni), in their order."""
    looked = tuple(segments)
    tested = sum(segment.p_value is not None for segment in looked)
    return tuple(
        segment if segment.p_value is None else replace(segment, p_value=min(1.0, segment.p_value * tested))
        for segment in looked
    )


def _values(current: RowColumn, baseline: RowColumn) -> tuple[str, ...]:
    """The most frequent values of both sides, at most fifty."""
    counts = dict(baseline.counts(slice(None)))
    for value, count in current.counts(slice(None)).items():
        counts[value] = counts.get(value, 0) + count
    return tuple(sorted(counts, key=lambda value: (-counts[value], value))[:MOST_SEGMENTS])


def _places(column: RowColumn, values: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Each row's place among the values, the rest, and the missing."""
    known = {value: at for at, value in enumerate(values)}
    places = [known.get(label, len(values)) for label in column.labels or ()]
    return np.array([*places, len(values) + 1], dtype=np.int64)[column.codes]


def _p_value(current: tuple[Floats, Floats], baseline: tuple[Floats, Floats], at: int) -> float | None:
    (x, n), (y, m) = current, baseline
    inside = (x[at], n[at], y[at], m[at])
    outside = tuple(float(each.sum()) - float(each[at]) for each in (x, n, y, m))
    if min(n[at], m[at], outside[1], outside[3]) < _LEAST_ROWS:
        return None
    (change, variance), (rest, more) = (_change(*each) for each in (inside, outside))
    by_own = _two_sided(change - rest, variance + more)
    x_at, n_at, y_at, m_at = inside
    by_score = _two_sided(x_at / n_at - y_at / m_at - rest, _as_the_rest(inside, rest) + more)
    return max(by_own, by_score)


def _two_sided(difference: float, variance: float) -> float:
    return math.erfc(abs(difference) / math.sqrt(2.0 * variance))


def _change(x: float, n: float, y: float, m: float) -> tuple[float, float]:
    new, old = (x + 1.0) / (n + 2.0), (y + 1.0) / (m + 2.0)
    return new - old, new * (1.0 - new) / (n + 2.0) + old * (1.0 - old) / (m + 2.0)


def _as_the_rest(inside: tuple[float, float, float, float], rest: float) -> float:
    """The variance of a segment's change had it changed as the rest: both its shares from all of its rows."""
    x, n, y, m = inside
    least = 0.5 / (n + m + 2.0)
    old = min(max((x + y + 1.0 - n * rest) / (n + m + 2.0), least), 1.0 - least)
    new = min(max(old + rest, least), 1.0 - least)
    return new * (1.0 - new) / n + old * (1.0 - old) / m
