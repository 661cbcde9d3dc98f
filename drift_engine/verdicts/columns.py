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

    deequ's histogram counts missing cells as a category `NullValue`. Whether the service's files keep it was
    not seen; a category of that name with exactly as many cells as are missing is left out.
    """
    counts = None if feature.string is None else feature.string.categories
    if counts and feature.num_missing and counts.get(_MISSING) == feature.num_missing:
        return {value: count for value, count in counts.items() if value != _MISSING}
    return counts
