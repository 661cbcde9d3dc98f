"""data_type_check: the share of present cells whose own type is the constraint's."""

from __future__ import annotations

from collections.abc import Iterator

from drift_engine.checks.evidence import Evidence
from drift_engine.checks.finding import Finding
from drift_engine.states.profile import NUMERIC_TYPES, FeatureProfile, InferredType, TypeCounts
from drift_engine.verdicts.columns import numbers


def data_type_check(evidence: Evidence) -> Iterator[Finding]:
    """One finding a feature too few of whose present cells are of the expected type.

    Model Monitor takes each cell's own type, so that `1` is no Fractional and no String. Unless `strict`, an
    integer is a Fractional, `3.0` is an Integral too (pandas makes that of 3 where cells are missing), any
    cell of a column of texts is a String, and so is a number where the baseline's texts were mostly numbers
    (the batch lacks the odd ones). A numeric cell without a number (infinity, `1e999`, an Integral beyond 64
    bits) is neither Integral nor Fractional.
    """
    mostly_numbers = {each.name for each in evidence.baseline.features if numbers(each) is not None}
    for constraint, monitoring, feature in evidence.evaluated():
        counts = feature.type_counts
        if counts is None or counts.present == 0:
            continue
        expected = constraint.inferred_type
        if evidence.strict:
            right = _right(counts, expected)
        elif expected == "String" and constraint.name in mostly_numbers:
            right = counts.present
        else:
            right = _acceptable(feature, counts, expected)
        share = right / counts.present
        if expected != "Unknown" and share < monitoring.datatype_check_threshold:
            yield Finding(
                constraint.name,
                "data_type_check",
                share,
                monitoring.datatype_check_threshold,
                expected_type=expected,
                not_numeric=_not_numeric(feature, counts, evidence.strict) * (expected in NUMERIC_TYPES),
            )


def _right(counts: TypeCounts, expected: InferredType) -> int:
    texts = counts.string + counts.boolean  # A column of true and false is a String in the files.
    of_type = {"Integral": counts.integral, "Fractional": counts.fractional, "String": texts}
    return of_type.get(expected, counts.present)


def _acceptable(feature: FeatureProfile, counts: TypeCounts, expected: InferredType) -> int:
    if expected in NUMERIC_TYPES:
        return feature.numbers if expected == "Fractional" else feature.whole_numbers
    if expected == "String" and feature.inferred_type == "String":
        return counts.present
    return _right(counts, expected)


def _not_numeric(feature: FeatureProfile, counts: TypeCounts, strict: bool) -> int:
    return counts.present - (counts.numeric if strict else feature.numbers)
