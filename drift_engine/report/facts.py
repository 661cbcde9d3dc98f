"""A feature's plain numbers side by side, and what its verdict says beyond what every form shows."""

from __future__ import annotations

from dataclasses import fields
from typing import TypeAlias

from drift_engine.report.frequent import NAME, frequent_values
from drift_engine.report.shapes.feature import NumberShape, Shape
from drift_engine.report.shapes.numbers import QUANTILES, RankMap
from drift_engine.report.words import deviation, number, percent, probability, shown
from drift_engine.states import FeatureProfile
from drift_engine.verdicts import FeatureVerdict, Outcome

Fact: TypeAlias = tuple[str, str, str]
"""What is measured, in the baseline, in the checked data."""

_SHOWN_ELSEWHERE = frozenset(
    (
        "name",
        "inferred_type",
        "kind",
        "method",
        "distance",
        "threshold",
        "verdict",
        "reason",
        "not_numeric",
        "dates",
        "own_threshold",
    )
)
_PLAIN_NAMES = ("type", "cells", "missing", "distinct", "mean", "standard deviation", NAME)
_QUANTILE_NAMES = tuple(
    {0.0: "min", 0.5: "median", 1.0: "max"}.get(share, f"{100 * share:g}% quantile") for share in QUANTILES
)

FACTS = (*_PLAIN_NAMES, *_QUANTILE_NAMES)
"""The names of all facts, in their order."""


def facts(old: FeatureProfile | None, new: FeatureProfile | None, shape: Shape | None) -> tuple[Fact, ...]:
    """Type, cells, missing share, distinct count, moments and quantiles; "" where a side has none."""
    sides = tuple(map(_plain, (old, new)))
    rows = [(label, sides[0][label], sides[1][label]) for label in sides[0]]
    if isinstance(shape, NumberShape):
        quantiles = [_quantiles(feature, side) for feature, side in zip((old, new), shape.maps, strict=True)]
        rows += [(label, *values) for label, *values in zip(_QUANTILE_NAMES, *quantiles, strict=True)]
    return tuple(row for row in rows if row[1] or row[2])


def further(verdict: FeatureVerdict) -> tuple[tuple[str, str], ...]:
    """The verdict's other fields that are set (p-values, effects, intervals), by readable names."""
    found = []
    for field in fields(verdict):
        value = getattr(verdict, field.name)
        if field.name == "tests":
            found += [(f"test of {each.test}", _test(each)) for each in verdict.tests]
        elif field.name not in _SHOWN_ELSEWHERE and value not in (None, "", ()):
            chance = field.name in ("p_value", "adjusted_p_value")
            found.append((field.name.replace("_", " "), probability(value) if chance else _said(value)))
    return tuple(found)


def missing(feature: FeatureProfile | None) -> float | None:
    """The share of missing cells, 0 to 1; None where there is no such column."""
    return None if feature is None else 1.0 - feature.completeness


def _plain(feature: FeatureProfile | None) -> dict[str, str]:
    if feature is None:
        return dict.fromkeys(_PLAIN_NAMES, "")
    numbers, texts = feature.numerical, feature.string
    distinct = numbers.approximate_num_distinct_values if numbers is not None else None
    if texts is not None:
        distinct = round(texts.distinct_count)
    values = (
        feature.inferred_type,
        f"{feature.num_present + feature.num_missing:,}",
        percent(1.0 - feature.completeness),
        "" if distinct is None else f"{distinct:,}",
        number(numbers.mean if numbers is not None else None, 5),
        "" if numbers is None else deviation(numbers.std_dev, number(numbers.std_dev, 5)),
        frequent_values(feature),
    )
    return dict(zip(_PLAIN_NAMES, values, strict=True))


def _quantiles(feature: FeatureProfile | None, side: RankMap) -> list[str]:
    """Quantiles of the sketch; the ends exact, where the profile has them."""
    values = [float(value) for value in side.quantiles(QUANTILES)]
    if feature is not None and feature.numerical is not None:
        values[0], values[-1] = feature.numerical.min, feature.numerical.max
    return [number(value, 5) for value in values]


def _test(outcome: Outcome) -> str:
    p, adjusted = probability(outcome.p_value), probability(outcome.adjusted_p_value)
    return f"{outcome.says}; effect {number(outcome.effect)}, p {p}, in this table {adjusted}"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return number(float(value))
    if isinstance(value, (tuple, list)):
        return " to ".join(_said(each) for each in value)
    return shown(str(value), 200)
