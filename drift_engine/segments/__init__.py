"""Segments: which rows, by the values of other columns, carry the drift of a feature.

    two samples of rows -> largest_event -> Event (where the feature moved most)
    Event, another column -> segments_by -> Segment ...;   all columns -> find_segments

It needs rows of the baseline, not its statistics: no state knows two columns at once.
"""

from __future__ import annotations

from drift_engine.segments.decompose import Segment, segments_by
from drift_engine.segments.event import Event, largest_event
from drift_engine.segments.find import find_segments
from drift_engine.segments.text import segments_document, segments_text

__all__ = [
    "Event",
    "Segment",
    "find_segments",
    "largest_event",
    "segments_by",
    "segments_document",
    "segments_text",
]
