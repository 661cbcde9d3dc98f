"""Columns of dates of which each batch has its own, so that every one of them would be an unseen category."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from drift_engine.states.profile import FeatureProfile
from drift_engine.verdicts.columns import categories

_ISO = re.compile(
    r"(\d{4})-(\d\d)(?:-(\d\d)"
    r"(?:[T ]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d(?::?\d\d)?))?)?)?",
    re.ASCII,
)
_YEARS = range(1800, 2300)
_NEARLY_ALL = 0.95
_MOSTLY_NEW = 0.5
_OUTSIDE = ("follow", "follows", "before")
ANY_DATE = "(a date)"


@dataclass(frozen=True)
class Dates:
    """The days of a column on both sides.

    Attributes:
        current: the first and the last day of the current data, `2026-01-08`, or the months `2026-01`.
        baseline: the same of the baseline.
        others: the shares of present cells that are no dates, of the baseline and of the current data.
        new: the share of the current data's dated cells whose dates the baseline lacks, 0.5 to 1.
    """

    current: tuple[str, str]
    baseline: tuple[str, str]
    others: tuple[float, float]
    new: float

    def __str__(self) -> str:
        new, old = _range(self.current), _range(self.baseline)
        beside = self._beside()
        share = "" if beside in _OUTSIDE else f", {100.0 * self.new:.3g}% of the cells on new dates"
        return f"dates: {new} {beside} the baseline's {old}{share}; not tested for drift"

    def _beside(self) -> str:
        if self.current[0] > self.baseline[1]:
            return "follow" if self.current[0] != self.current[1] else "follows"
        if self.current[1] < self.baseline[0]:
            return "before"
        inside = self.baseline[0] <= self.current[0] and self.current[1] <= self.baseline[1]
        return "within" if inside else "overlapping"


def dates_of(new: FeatureProfile, old: FeatureProfile) -> Dates | None:
    """The days of a column whose texts are dates, new ones for the greater part; None of any other.

    It is one where at least 95 % of the baseline's present cells are ISO 8601 dates (`2026-01-08`, `2026-01`)
    or times of such days, and at least half of the current data's dated cells have dates that the baseline
    lacks: told from the categories alone, as a `statistics.json` has them. Half, so that late cells of known
    days beside the new ones alarm nobody. With fewer new dates the shares of the known ones say something,
    and the column is one of categories. Dates in another form than the baseline's are new categories, and
    drift.

    Args:
        new: the feature in the current data.
        old: the feature in the baseline.
    """
    if not holds_dates(old):
        return None
    counts = categories(old) or {}, categories(new) or {}
    theirs, mine = (sorted(filter(None, map(_day, side))) for side in counts)
    new_share = _new_share(*counts)
    if new_share < _MOSTLY_NEW:
        return None
    others = _others(counts[0]), _others(counts[1])
    return Dates((mine[0], mine[-1]), (theirs[0], theirs[-1]), others, new_share)


def holds_dates(side: FeatureProfile) -> bool:
    """Whether nearly all present cells are dates, as far as one side can tell."""
    counts = categories(side)
    return bool(counts) and _others(counts or {}) <= 1.0 - _NEARLY_ALL


def dates_as_one(counts: Mapping[str, int] | None) -> Mapping[str, int]:
    """The counts with all dates as one category: what is left to compare are the other texts."""
    merged: dict[str, int] = {}
    for text, count in (counts or {}).items():
        name = text if _day(text) is None else ANY_DATE
        merged[name] = merged.get(name, 0) + count
    return merged


def _new_share(old: Mapping[str, int], new: Mapping[str, int]) -> float:
    """Of the cells that are dates; 0.0 where none is."""
    dated = {text: count for text, count in new.items() if _day(text) is not None}
    return sum(count for text, count in dated.items() if text not in old) / max(1, sum(dated.values()))


def _others(counts: Mapping[str, int]) -> float:
    others = sum(count for text, count in counts.items() if _day(text) is None)
    return others / max(1, sum(counts.values()))


def _day(text: str) -> str | None:
    """The day, or the month, that an ISO date or time is of; None of any other text."""
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2]), int(found[3] or 1)
    if year not in _YEARS:
        return None
    try:
        date(year, month, day)
    except ValueError:
        return None
    return text[:10] if found[3] else text


def _range(days: tuple[str, str]) -> str:
    first, last = days
    return first if first == last else f"{first} to {last}"
