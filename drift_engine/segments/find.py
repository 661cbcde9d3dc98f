"""The segments, among all columns, that carry a feature's drift."""

from __future__ import annotations

import math

from drift_engine.rows import RowColumn, Rows
from drift_engine.segments.decompose import MOST_SEGMENTS, Segment, corrected, segments_by
from drift_engine.segments.event import Event

ALPHA = 0.05
"""A p-value above it is taken for chance."""


def find_segments(feature: str, event: Event, current: Rows, baseline: Rows) -> tuple[Segment, ...]:
    """Segments that moved in the event's direction and more than all other rows, the surest in front.

    Looked for among all other columns of at most fifty values that both sides have. Their p-values are
    corrected for the number of segments looked at (Bonferroni), and at most `ALPHA`.

    Args:
        feature: the feature whose drift it is.
        event: where it moved.
        current: rows of the current data.
        baseline: rows of the baseline.
    """
    looked = [
        segment
        for name, column in baseline.columns.items()
        if name != feature and name in current.columns
        if _has_few_values(column) and _has_few_values(current.columns[name])
        for segment in segments_by(name, event, current.columns[name], column)
    ]
    direction = math.copysign(1.0, event.gap)
    found = []
    for segment in corrected(looked):
        p_value = segment.p_value
        if p_value is None:
            continue
        change = direction * ((segment.after or 0.0) - (segment.before or 0.0))
        share = (segment.baseline_share + segment.current_share) / 2.0
        # More than the average of all: then also more than the rest.
        if p_value <= ALPHA and change > 0.0 and direction * segment.within > share * abs(event.gap):
            found.append((p_value, -abs(segment.within), segment))
    return tuple(segment for _, _, segment in sorted(found, key=lambda each: each[:2]))


def _has_few_values(column: RowColumn) -> bool:
    return column.labels is not None and 2 <= len(column.labels) <= MOST_SEGMENTS
