"""Segments as text for people and as a document for machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from drift_engine.report.tables import Row, text_table
from drift_engine.report.words import change, number, percent, shown
from drift_engine.segments.decompose import Segment
from drift_engine.segments.event import Event

_NAME, _MOST = 40, 20


def segments_text(feature: str, event: Event, found: Sequence[Segment], notes: Sequence[str] = ()) -> str:
    """The event, notes on it, and a row a segment, at most twenty."""
    head = ("column", "value", "rows", f"share {event.name}", "carries", "by its growth", "p")
    rows: list[Row] = [head, *(_row(segment, event.gap) for segment in found[:_MOST])]
    said = "\n".join((f"{shown(feature, _NAME)} {event.name}: {100.0 * event.gap:+.1f} pp", *notes))
    if not found:
        return f"{said}\nno segment moved more than the others"
    more = f"\nand {len(found) - _MOST:,} more" if len(found) > _MOST else ""
    return f"{said}\n{text_table(rows)}{more}"


def segments_document(
    feature: str, event: Event, found: Sequence[Segment], p_value: float | None = None
) -> dict[str, Any]:
    """The same with JSON's types alone; `p_value` is the feature's."""
    return {
        "feature": feature,
        "event": event.name,
        "gap": event.gap,
        "p_value": p_value,
        "segments": [asdict(segment) for segment in found],
    }


def _row(segment: Segment, gap: float) -> Row:
    sides = (segment.before, segment.after)
    moved = " → ".join("none" if side is None else percent(side) for side in sides)
    return (
        shown(segment.column, _NAME),
        shown(segment.value, _NAME),
        change(segment.baseline_share, segment.current_share),
        moved,
        _part(segment.within, gap),
        _part(segment.mix, gap),
        _p(segment.p_value),
    )


def _part(part: float, gap: float) -> str:
    return f"{100.0 * part / gap:+.0f}%" if gap else ""


def _p(p_value: float | None) -> str:
    return "" if p_value is None else "< 1e-15" if p_value < 1e-15 else number(p_value, 2)
