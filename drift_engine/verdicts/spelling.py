"""Categories that differ by nothing but who wrote them: a frame, or the CSV file that was made of it.

pandas writes `True` where Parquet and JSON read `true`, and a point in time at midnight as `2013-01-01` where
its column holds days alone, which reads `2013-01-01 00:00:00` out of the frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from drift_engine.states.profile import FeatureProfile, Profile, StringStatistics

_CAPITAL, _SMALL = frozenset({"True", "False"}), frozenset({"true", "false"})
_MIDNIGHT = " 00:00:00"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def as_baseline_spells(current: Profile, baseline: Profile) -> Profile:
    """The current profile, with booleans and days as the baseline spells them.

    A column is changed only where all its categories are of one spelling, and all of the baseline's of the
    other. Model Monitor takes them for different texts.

    Args:
        current: the profile of the data in question.
        baseline: the profile of the data that it is compared with.
    """
    old = {feature.name: feature for feature in baseline.features}
    features = tuple(_respelled(feature, old.get(feature.name)) for feature in current.features)
    return replace(current, features=features)


def _respelled(new: FeatureProfile, old: FeatureProfile | None) -> FeatureProfile:
    mine, theirs = _categories(new), _categories(old)
    if not mine or not theirs or new.string is None:
        return new
    spelled = _spelled(mine, theirs)
    if spelled is None:
        return new
    categories = {spelled[value]: count for value, count in mine.items()}
    return replace(new, string=StringStatistics(new.string.distinct_count, categories, new.string.frequent))


def _categories(feature: FeatureProfile | None) -> Mapping[str, int] | None:
    return None if feature is None or feature.string is None else feature.string.categories


def _spelled(mine: Iterable[str], theirs: Iterable[str]) -> dict[str, str] | None:
    """Each of my texts as the other side spells it; None where the two don't differ in this way."""
    if _SMALL.issuperset(mine) and _CAPITAL.issuperset(theirs):
        return {text: text.capitalize() for text in mine}
    if _CAPITAL.issuperset(mine) and _SMALL.issuperset(theirs):
        return {text: text.lower() for text in mine}
    if _days(mine) and _midnights(theirs):
        return {text: text + _MIDNIGHT for text in mine}
    if _midnights(mine) and _days(theirs):
        return {text: text.removesuffix(_MIDNIGHT) for text in mine}
    return None


def _days(texts: Iterable[str]) -> bool:
    return all(_DAY.fullmatch(text) for text in texts)


def _midnights(texts: Iterable[str]) -> bool:
    return all(text.endswith(_MIDNIGHT) and _DAY.fullmatch(text.removesuffix(_MIDNIGHT)) for text in texts)
