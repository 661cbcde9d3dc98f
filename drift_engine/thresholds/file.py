"""`thresholds.json`, read and written."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from drift_engine.distances import DISTANCES
from drift_engine.errors import ThresholdsError
from drift_engine.states import FeatureProfile, Profile
from drift_engine.thresholds.model import IMPORTANCE, Thresholds, Wish
from drift_engine.verdicts.columns import categories, numbers

_NOT_A_DISTANCE = "chi_squared_p_value"


def read_thresholds(path: str | Path, baseline: Profile | None = None) -> Thresholds:
    """The thresholds that a file states.

    Args:
        path: the file.
        baseline: whose features and types they are checked against.

    Raises:
        ThresholdsError: the file can't be read, or has faults; lists all of them with their key paths.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise ThresholdsError(f"{path}: can't be read: {error.strerror}") from error
    return parse_thresholds(content, str(path), baseline)


def parse_thresholds(content: bytes, name: str, baseline: Profile | None = None) -> Thresholds:
    """The thresholds that a file's bytes state.

    Args:
        content: the bytes.
        name: of the file, for the message.
        baseline: whose features and types they are checked against.

    Raises:
        ThresholdsError: the bytes have faults; lists all of them with their key paths.
    """
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        raise ThresholdsError(f"{name}: is not JSON: {error}") from error
    faults = _Faults()
    entries = _outer(document, faults)
    known = None if baseline is None else {feature.name: feature for feature in baseline.features}
    wishes = {feature: _wish(feature, entry, known, faults) for feature, entry in entries.items()}
    if faults.found:
        raise ThresholdsError(f"{name}: {'; '.join(faults.found)}")
    return Thresholds(wishes)


def thresholds_json(thresholds: Thresholds, about: Mapping[str, Any] | None = None) -> str:
    """The file's text: what is set, and under `about` whatever else a reader should know."""
    features = {name: _set(wish) for name, wish in thresholds.features.items()}
    document = {"version": 1, **({"about": dict(about)} if about else {}), "features": features}
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _set(wish: Wish) -> dict[str, Any]:
    document: dict[str, Any] = {
        "method": wish.method,
        "threshold": wish.threshold,
        "effect_floor": wish.effect_floor,
        "importance": None if wish.importance == "normal" else wish.importance,
        "ignore_until": None if wish.ignore_until is None else wish.ignore_until.isoformat(),
        "reason": wish.reason or None,
    }
    return {key: value for key, value in document.items() if value is not None}


@dataclass(frozen=True)
class _Faults:
    found: list[str] = field(default_factory=list)

    def add(self, where: str, said: str) -> None:
        self.found.append(f"{where}: {said}")


def _outer(document: object, faults: _Faults) -> Mapping[str, object]:
    if not isinstance(document, dict):
        faults.add("the file", "expected an object")
        return {}
    for key in document.keys() - {"version", "about", "features"}:
        faults.add(str(key), "unknown key")
    if document.get("version") != 1:
        faults.add("version", "expected 1")
    entries = document.get("features")
    if not isinstance(entries, dict):
        faults.add("features", "expected an object of features by name")
        return {}
    return entries


def _wish(name: str, entry: object, known: Mapping[str, FeatureProfile] | None, faults: _Faults) -> Wish:
    where = f"features.{name}"
    if known is not None and name not in known:
        faults.add(where, "the baseline has no such feature")
    if not isinstance(entry, dict):
        faults.add(where, "expected an object")
        return Wish()
    values: dict[str, Any] = {}
    for key, value in entry.items():
        if key not in _READ:
            faults.add(f"{where}.{key}", f"unknown key (known: {', '.join(_READ)})")
            continue
        read, expected = _READ[key]
        values[key] = read(value)
        if values[key] is None:
            faults.add(f"{where}.{key}", f"expected {expected}, found {json.dumps(value)[:60]}")
    wish = Wish(**{key: value for key, value in values.items() if value is not None})
    _consistent(where, wish, None if known is None else known.get(name), faults)
    return wish


def _consistent(where: str, wish: Wish, feature: FeatureProfile | None, faults: _Faults) -> None:
    if wish.method is not None and wish.threshold is None:
        faults.add(f"{where}.threshold", "is missing: a method needs its own threshold")
    if wish.ignore_until is not None and not wish.reason:
        faults.add(f"{where}.reason", "is missing: an ignored feature needs one")
    if wish.reason and wish.ignore_until is None:
        faults.add(f"{where}.ignore_until", "is missing: a reason alone ignores nothing")
    if wish.method is None or feature is None:
        return
    kind = DISTANCES[wish.method].kind
    there = numbers(feature) if kind == "numerical" else categories(feature)
    if there is None:
        faults.add(f"{where}.method", f"{wish.method} compares {kind} columns; this one is not")


def _method(value: object) -> str | None:
    return value if isinstance(value, str) and value in DISTANCES and value != _NOT_A_DISTANCE else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and value >= 0 else None


def _share(value: object) -> float | None:
    number = _number(value)
    return number if number is not None and number <= 1.0 else None


def _importance(value: object) -> str | None:
    return value if isinstance(value, str) and value in IMPORTANCE else None


def _date(value: object) -> date | None:
    try:
        day = date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        return None
    # From Python 3.11 on other spellings pass (20261231), which the job on Python 3.10 would refuse.
    return day if day.isoformat() == value else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


_READ: Mapping[str, tuple[Callable[[object], Any], str]] = {
    "method": (_method, "a distance (drift-engine metrics lists them)"),
    "threshold": (_number, "a number from 0 on"),
    "effect_floor": (_share, "a number from 0 to 1"),
    "importance": (_importance, f"one of {', '.join(IMPORTANCE)}"),
    "ignore_until": (_date, "a date such as 2026-12-31"),
    "reason": (_text, "text"),
}
