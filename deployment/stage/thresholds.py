"""The stage's `thresholds.json`: what each feature may do, laid over by the project, checked before anything.

The engine reads the same file again in the monitor's job and in the Lambda (`drift_engine.thresholds`, which
this package may not import); a test holds the two to the same format.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from deployment.stage import schema
from deployment.stage.schema import Faults, Key, Origin, Path

# The engine's distances, without the p-value, by what they compare.
NUMERICAL: Final = (
    "simple",
    "robust",
    "kolmogorov_smirnov",
    "cramer_von_mises",
    "anderson_darling",
    "kuiper",
    "wasserstein",
    "wasserstein_scaled",
    "energy",
    "linf_binned",
    "jensen_shannon_binned",
    "kullback_leibler_binned",
    "hellinger_binned",
    "population_stability_index_binned",
    "total_variation_binned",
    "chi_squared_two_sample_binned",
    "g_two_sample_binned",
    "cramers_v_binned",
)
CATEGORICAL: Final = (
    "linf_simple",
    "linf_robust",
    "chi_squared_statistic",
    "jensen_shannon",
    "kullback_leibler",
    "hellinger",
    "population_stability_index",
    "total_variation",
    "chi_squared_two_sample",
    "g_two_sample",
    "cramers_v",
)
_IMPORTANCE: Final = ("low", "normal", "high")


@dataclass(frozen=True)
class Thresholds:
    """The merged file.

    Attributes:
        document: Its content.
        files: The files that it was merged from.
        origins: Where each key path was set.
        today: The day, in UTC, on which the stage is deployed; what ends by then is ignored no longer.
    """

    document: Mapping[str, Any]
    files: tuple[str, ...]
    origins: Mapping[Path, Origin] = field(repr=False)
    today: date

    @property
    def body(self) -> bytes:
        """The file for the job and the Lambda; the same for the same content."""
        return (json.dumps(self.document, indent=2, ensure_ascii=False) + "\n").encode()

    def ignored(self) -> Mapping[str, str]:
        """The features that are ignored today, each with the day on which that ends."""
        # Days of this form sort as text; other forms are a fault.
        today = self.today.isoformat()
        return {name: day for name, day in self._days().items() if day > today}

    def ended(self) -> Mapping[str, str]:
        """The features whose ignoring has ended though the file still names its day, each with that day.

        No fault: the engine ends ignoring by itself, and no urgent release should wait for a line's removal.
        """
        today = self.today.isoformat()
        return {name: day for name, day in self._days().items() if day <= today}

    def _days(self) -> Mapping[str, str]:
        features = self.document.get("features")
        entries = features.items() if isinstance(features, dict) else ()
        return {
            name: str(wish["ignore_until"])
            for name, wish in entries
            if isinstance(wish, dict) and wish.get("ignore_until") is not None
        }


@dataclass(frozen=True)
class Wish:
    """What is wanted for one feature."""

    method: str | None
    threshold: float | None
    effect_floor: float | None
    importance: str
    ignore_until: date | None
    reason: str | None


def measured_as_numbers(thresholds: Thresholds, features: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The String features that the file compares as numbers; only the statistics tell whether that fits."""
    entries = thresholds.document.get("features")
    wishes = entries if isinstance(entries, dict) else {}
    asked = {
        name for name, wish in wishes.items() if isinstance(wish, dict) and wish.get("method") in NUMERICAL
    }
    return frozenset(each["name"] for each in features if each.get("inferred_type") == "String") & asked


def faults_of(
    thresholds: Thresholds, features: Sequence[Mapping[str, Any]], numeric_texts: Set[str] = frozenset()
) -> list[str]:
    """Everything that is wrong with the file, a line each, with file and key path.

    Args:
        thresholds: The merged file.
        features: The entries of the baseline's `constraints.json`.
        numeric_texts: The String features that can be compared as numbers too.
    """
    faults = Faults(thresholds.origins, thresholds.files[-1])
    _FILE(thresholds.document, (), faults)
    entries = thresholds.document.get("features")
    if not isinstance(entries, dict):
        return faults.lines
    known = {feature["name"]: feature for feature in features}
    for name, entry in entries.items():
        path = ("features", name)
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join([*known][:12])}"
            faults.note(path, f"the baseline of the model has no such feature; {hint}")
        # Its faults are noted already.
        wish = _WISH(entry, path, Faults({}, ""))
        if isinstance(wish, Wish):
            fits = name in numeric_texts and wish.method in NUMERICAL
            _check(wish, None if fits else known.get(name), path, faults)
    return faults.lines


def _check(wish: Wish, feature: Mapping[str, Any] | None, path: Path, faults: Faults) -> None:
    """Notes what of a wish contradicts itself or the baseline."""
    if wish.method is not None and wish.threshold is None:
        faults.note((*path, "threshold"), "is missing: a method needs a threshold of its own")
    if wish.ignore_until is not None and wish.reason is None:
        faults.note((*path, "reason"), "is missing: an ignored feature needs one")
    if wish.reason is not None and wish.ignore_until is None:
        faults.note((*path, "ignore_until"), "is missing: a reason alone ignores nothing")
    if wish.method is None or feature is None:
        return
    text = feature.get("inferred_type") == "String"
    kind, methods = ("categories", CATEGORICAL) if text else ("numbers", NUMERICAL)
    if wish.method not in methods:
        faults.note((*path, "method"), f"{wish.method} can't compare {kind}; known are {', '.join(methods)}")
    elif text and "domains" not in feature.get("string_constraints", {}):
        faults.note((*path, "method"), "the baseline has no counts of so many different texts")


def _method(value: object, path: Path, faults: Faults) -> str | schema.Bad:
    methods = (*NUMERICAL, *CATEGORICAL)
    if isinstance(value, str) and value in methods:
        return value
    close = difflib.get_close_matches(str(value), methods, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return faults.note(path, f"is {value!r}, should be a distance that drift-engine metrics lists{hint}")


def _day(value: object, path: Path, faults: Faults) -> date | schema.Bad:
    try:
        day: date | None = date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        day = None
    # Python 3.11 takes other spellings too (20261231); the monitor job runs on 3.10, which doesn't.
    if day is None or day.isoformat() != value:
        return faults.note(path, f"is {json.dumps(value)}, should be a day such as 2026-12-31")
    return day


def _anything(value: object, path: Path, faults: Faults) -> object:  # noqa: ARG001
    return value


def _any_name(name: str) -> None:
    """No name is wrong before the baseline is known."""


_MOST: Final = 1e6  # a chi-square statistic can be large
_WISH: Final = schema.section(
    Wish,
    {
        "method": Key(_method, None),
        "threshold": Key(schema.number(0, _MOST), None),
        "effect_floor": Key(schema.number(0, 1), None),
        "importance": Key(schema.choice(_IMPORTANCE), "normal"),
        "ignore_until": Key(_day, None),
        "reason": Key(schema.text(r"(?s)\s*\S.*", "a reason in words"), None),
    },
)
_FILE: Final = schema.section(
    dict,
    {
        "version": Key(schema.whole(1, 1)),
        "about": Key(_anything, None),
        "features": Key(schema.table(_WISH, _any_name)),
    },
)
