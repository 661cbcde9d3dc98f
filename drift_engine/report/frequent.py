"""The frequent values of a column of many, in words."""

from __future__ import annotations

from drift_engine.report.words import percent, shown
from drift_engine.states import FeatureProfile, FrequentValue, Profile

_MOST, _LONGEST = 5, 40
NAME = "most frequent of more than 512 values"


def frequent_values(feature: FeatureProfile) -> str:
    """The first five with their shares of the present cells; "" where the profile knows none.

    >>> from drift_engine.states import StringStatistics
    >>> guest = StringStatistics(9000.0, None, (FrequentValue("guest", 0.1, 0.08, 0.101),))
    >>> frequent_values(FeatureProfile("user", "String", 10000, 0, string=guest))
    'guest, at least 8.0% (about 10%)'
    """
    values = feature.string.frequent if feature.string is not None else ()
    more = f"; and {len(values) - _MOST} more" if len(values) > _MOST else ""
    return "; ".join(_said(value) for value in values[:_MOST]) + more


def frequent_lines(profile: Profile) -> list[str]:
    """A line for each feature that has any."""
    said = [(feature.name, frequent_values(feature)) for feature in profile.features]
    return [f"{shown(name)}: {NAME}: {values}" for name, values in said if values]


def _said(value: FrequentValue) -> str:
    about = f"about {percent(value.share)}"
    name = shown(value.value, _LONGEST) or '""'
    return f"{name}, at least {percent(value.at_least)} ({about})" if value.at_least else f"{name}, {about}"
