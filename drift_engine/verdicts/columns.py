"""What of a column can be compared: its numbers, or its categories."""

from __future__ import annotations

from collections.abc import Mapping

from drift_engine.states.kll import KllSketch
from drift_engine.states.profile import NUMERIC_TYPES, FeatureProfile

_MISSING = "NullValue"


def numbers(feature: FeatureProfile) -> KllSketch | None:
    """The sketch of a numeric column, or of a String column most of whose cells are numbers."""
    if feature.numerical is None or feature.numerical.sketch is None:
        return None
    mostly = feature.inferred_type in NUMERIC_TYPES or 2 * feature.numeric_cells > feature.num_present
    return feature.numerical.sketch if mostly else None


def categories(feature: FeatureProfile) -> Mapping[str, int] | None:
    """Counts by category of the present cells; None at high cardinality and for numbers.

    deequ's histogram counts missing cells as a category `NullValue`; whether the service's files keep it was
    not seen. Where the counts add up to all rows, missing ones included, they are taken out again.
    """
    counts = None if feature.string is None else feature.string.categories
    rows = feature.num_present + feature.num_missing
    if not counts or not feature.num_missing or sum(counts.values()) != rows:
        return counts
    present = {**counts, _MISSING: counts.get(_MISSING, 0) - feature.num_missing}
    return {value: count for value, count in present.items() if count > 0}
