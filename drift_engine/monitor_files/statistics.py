"""A profile as `statistics.json`.

The layout is the service's (`docs/formats.md`); its order of keys is kept. What a file that was read holds
beyond our fields is in the profile's `extras` and is written again.
"""

from __future__ import annotations

from typing import Any

from drift_engine.monitor_files.extras import patched
from drift_engine.monitor_files.layout import Printer, pretty
from drift_engine.states.kll import KllSketch
from drift_engine.states.profile import (
    NUMERIC_TYPES,
    FeatureProfile,
    NumericalStatistics,
    Profile,
    StringStatistics,
)
from drift_engine.verdicts.columns import numbers


def statistics_json(profile: Profile, *, strict: bool = False, doubles: Printer | None = None) -> str:
    """The text of `statistics.json`, ready to be written as UTF-8.

    Args:
        profile: the table's profile.
        strict: leave out what Model Monitor doesn't write: the numbers of a String column.
        doubles: prints many numbers faster than Python does.
    """
    document: dict[str, Any] = {
        "version": 0.0,
        "dataset": {"item_count": profile.item_count},
        "features": [_with_extras(feature, strict) for feature in profile.features],
    }
    return pretty(patched(document, profile.extras), doubles=doubles)


def feature_document(
    feature: FeatureProfile, *, strict: bool = False, arrays: bool = False
) -> dict[str, Any]:
    """A feature's entry, without the extras of the file that it was read from.

    Args:
        feature: the feature.
        strict: leave out the numbers of a String column.
        arrays: give a sketch's levels as arrays, not as the lists of `json.loads`.
    """
    document: dict[str, Any] = {"name": feature.name, "inferred_type": feature.inferred_type}
    if feature.inferred_type in NUMERIC_TYPES:
        document["numerical_statistics"] = _numerical(feature, feature.num_present, arrays)
    elif feature.inferred_type == "String":
        if feature.string is not None:
            document["string_statistics"] = _string(feature, feature.string)
        if not strict and numbers(feature) is not None:
            document["numerical_statistics"] = _numerical(feature, feature.numeric_cells, arrays)
    return document


def _with_extras(feature: FeatureProfile, strict: bool) -> dict[str, Any]:
    # Extras may be items of a level, as a number without a fraction, and these have no place in an array.
    document = feature_document(feature, strict=strict, arrays=not feature.extras)
    return dict(patched(document, feature.extras))


def _common(feature: FeatureProfile, present: int) -> dict[str, int]:
    rows = feature.num_present + feature.num_missing
    return {"num_present": present, "num_missing": rows - present}


def _numerical(feature: FeatureProfile, present: int, arrays: bool) -> dict[str, Any]:
    document: dict[str, Any] = {"common": _common(feature, present)}
    numerical = feature.numerical
    if numerical is None:
        return document
    for key in ("mean", "sum", "std_dev", "min", "max"):
        document[key] = float(getattr(numerical, key))
    if numerical.approximate_num_distinct_values is not None:
        document["approximate_num_distinct_values"] = int(numerical.approximate_num_distinct_values)
    rows = feature.num_present + feature.num_missing
    document["completeness"] = present / rows if rows else 0.0
    if numerical.sketch is not None:
        document["distribution"] = {"kll": _kll(numerical, numerical.sketch, arrays)}
    return document


def _kll(numerical: NumericalStatistics, sketch: KllSketch, arrays: bool) -> dict[str, Any]:
    buckets = [
        {"lower_bound": float(b.lower_bound), "upper_bound": float(b.upper_bound), "count": float(b.count)}
        for b in numerical.buckets
    ]
    data = list(sketch.levels) if arrays else [level.tolist() for level in sketch.levels]
    parameters = {"c": float(sketch.c), "k": float(sketch.k)}
    return {"buckets": buckets, "sketch": {"parameters": parameters, "data": data}}


def _string(feature: FeatureProfile, string: StringStatistics) -> dict[str, Any]:
    document: dict[str, Any] = {
        "common": _common(feature, feature.num_present),
        "distinct_count": float(string.distinct_count),
        "completeness": feature.completeness,
    }
    if string.categories is not None:
        buckets = [{"value": value, "count": int(count)} for value, count in string.categories.items()]
        document["distribution"] = {"categorical": {"buckets": buckets}}
    return document
