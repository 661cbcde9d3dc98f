"""Explanations: one feature's verdict with everything that it rests on.

    baseline, data -> profiles, verdicts -> explain -> Explanation -> explanation_text | explanation_document

`parts` says where the rows moved and how much of the movement each part carries, `interval` how far the gap
is known, `flips` what would change the verdict. The formula is the report's (`report.formula`). Everything is
computed from the two profiles, so it works on stored statistics too.
"""

from __future__ import annotations

from drift_engine.explain.explanation import Explanation, explain
from drift_engine.explain.flips import Flip, flips
from drift_engine.explain.interval import GapInterval
from drift_engine.explain.parts import Part, category_parts, number_parts
from drift_engine.explain.text import explanation_document, explanation_text

__all__ = [
    "Explanation",
    "Flip",
    "GapInterval",
    "Part",
    "category_parts",
    "explain",
    "explanation_document",
    "explanation_text",
    "flips",
    "number_parts",
]
