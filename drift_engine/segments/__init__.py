"""Segments: which rows, by the values of other columns, carry the drift of a feature.

    two samples of rows -> largest_event -> Event (where the feature moved most)
    Event, another column -> segments_by -> Segment ... -> corrected;   all columns -> find_segments
    two samples of rows -> chance_of (whether the feature moved at all)

It needs rows of the baseline, not its statistics: no state knows two columns at once.
"""

from __future__ import annotations

from drift_engine.segments.chance import chance_of
from drift_engine.segments.decompose import MOST_SEGMENTS, Segment, corrected, segments_by
from drift_engine.segments.event import Event, largest_event
from drift_engine.segments.find import ALPHA, find_segments
from drift_engine.segments.text import segments_document, segments_text

__all__ = [
    "ALPHA",
    "MOST_SEGMENTS",
    "Event",
    "Segment",
    "chance_of",
    "corrected",
    "find_segments",
    "largest_event",
    "segments_by",
    "segments_document",
    "segments_text",
]
