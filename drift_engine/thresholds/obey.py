"""Verdicts and findings as the thresholds file wants them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Literal

from drift_engine.checks import Finding
from drift_engine.distances import DISTANCES
from drift_engine.distances.kolmogorov_smirnov import kolmogorov_smirnov
from drift_engine.distances.total_variation import total_variation
from drift_engine.states import FeatureProfile, Profile
from drift_engine.thresholds.model import Thresholds, Wish
from drift_engine.verdicts import FeatureVerdict, Significance
from drift_engine.verdicts.columns import categories, numbers
from drift_engine.verdicts.verdict import Outcome, Word


def obeyed(
    verdicts: Iterable[FeatureVerdict],
    current: Profile,
    baseline: Profile,
    thresholds: Thresholds,
    today: date,
) -> tuple[FeatureVerdict, ...]:
    """The verdicts, in their order, changed where the file wishes something."""
    news = {feature.name: feature for feature in current.features}
    olds = {feature.name: feature for feature in baseline.features}
    found = []
    for verdict in verdicts:
        wish, new = thresholds.features.get(verdict.name), news.get(verdict.name)
        if wish is not None and wish.ignored(today):
            said = f"ignored until {wish.ignore_until}: {wish.reason}"
            found.append(replace(verdict, verdict="not checked", reason=said))
        elif wish is None or new is None or verdict.distance is None or verdict.verdict == "not checked":
            found.append(verdict)
        elif verdict.dates is not None and verdict.verdict == "not comparable" and wish.threshold is None:
            found.append(verdict)  # An effect floor alone makes no test of dates.
        else:
            found.append(_judged(verdict, wish, new, olds[verdict.name]))
    return tuple(found)


def _judged(verdict: FeatureVerdict, wish: Wish, new: FeatureProfile, old: FeatureProfile) -> FeatureVerdict:
    if wish.method is not None:
        distance = _distance(wish.method, new, old)
        if distance is None:
            return replace(verdict, reason=f"{wish.method} can't compare this column")
        verdict = replace(verdict, method=wish.method, distance=distance)
    if wish.threshold is not None and verdict.distance is not None:
        verdict = _by_threshold(verdict, wish.threshold)
    if wish.effect_floor is not None:
        verdict = _by_floor(verdict, wish, new, old)
    return verdict


def _distance(method: str, new: FeatureProfile, old: FeatureProfile) -> float | None:
    row = DISTANCES[method]
    of = numbers if row.kind == "numerical" else categories
    mine, theirs = of(new), of(old)
    return None if mine is None or theirs is None else float(row.compute(mine, theirs))


def _by_threshold(verdict: FeatureVerdict, threshold: float) -> FeatureVerdict:
    """The threshold decides, unseen categories included; missing cells are no part of a distance."""
    missing = verdict.outcome("missing")
    beside = missing is not None and missing.says == "drifted"
    over = (verdict.distance or 0.0) > threshold
    word: Word = "drifted" if over or beside else "ok"
    side = "above" if over else "not above"
    reason = f"{verdict.distance:.3g} by {verdict.method} is {side} its own threshold {threshold:g}"
    if beside and verdict.reason:
        reason = f"{verdict.reason}; {reason}"
    return replace(verdict, threshold=threshold, verdict=word, reason=reason, own_threshold=not beside)


def _by_floor(
    verdict: FeatureVerdict, wish: Wish, new: FeatureProfile, old: FeatureProfile
) -> FeatureVerdict:
    """The floor in place of the general one: where tests decide, it may make a drift of an `ok` too."""
    floor = wish.effect_floor or 0.0
    effect = verdict.effect if verdict.effect is not None else _effect(new, old)
    whole = verdict.outcome("distribution")
    word: Word = verdict.verdict
    if whole is not None and wish.threshold is None:
        return _by_tests(verdict, whole, effect, floor)
    if word == "drifted" and effect <= floor:
        word = "ok"
    side = "above" if effect > floor else "not above"
    said = f"effect {effect:.3g} is {side} its own floor {floor:g}"
    reason = f"{verdict.reason}; {said}" if wish.threshold is not None else said
    return replace(verdict, verdict=word, effect=effect, effect_floor=floor, reason=reason)


def _by_tests(verdict: FeatureVerdict, whole: Outcome, effect: float, floor: float) -> FeatureVerdict:
    """The calibrated verdict, had the distribution's test this floor."""
    low, high = whole.interval
    moved = whole.adjusted_p_value <= Significance().alpha and high > floor
    says: Literal["ok", "drifted", "undecided"] = (
        "ok" if not moved else "drifted" if low > floor else "undecided"
    )
    own = replace(whole, effect_floor=floor, says=says)
    tests = tuple(own if test.test == "distribution" else test for test in verdict.tests)
    beside = any(test.says == "drifted" for test in tests if test.test != "distribution")
    word: Word = "drifted" if beside else says
    side = "above" if effect > floor else "not above"
    reason = f"effect {effect:.3g} is {side} its own floor {floor:g}"
    if says == "undecided":
        reason = (
            f"significant, but the sketches can't tell whether the effect is above its own floor {floor:g}"
        )
    elif says == "ok" and effect > floor:
        reason = verdict.reason
    if beside and verdict.reason and verdict.reason != reason:
        reason = f"{verdict.reason}; {reason}"
    return replace(verdict, verdict=word, effect=effect, effect_floor=floor, tests=tests, reason=reason)


def _effect(new: FeatureProfile, old: FeatureProfile) -> float:
    mine, theirs = categories(new), categories(old)
    if mine is not None and theirs is not None:
        return total_variation(mine, theirs)
    sketch, known = numbers(new), numbers(old)
    return 0.0 if sketch is None or known is None else kolmogorov_smirnov(sketch, known)


def obeyed_findings(
    findings: Iterable[Finding], verdicts: Iterable[FeatureVerdict], thresholds: Thresholds, today: date
) -> Iterator[Finding]:
    """The findings without the ignored features', and with the drift that the file decides on.

    Drift of low importance is no finding.

    Args:
        findings: of the checks.
        verdicts: `obeyed`.
        thresholds: the file.
        today: the day, in UTC, that ignoring is held against.
    """
    by_name = {verdict.name: verdict for verdict in verdicts}
    for finding in findings:
        wish = thresholds.features.get(finding.feature_name)
        if wish is not None and finding.check == "baseline_drift_check":
            verdict = by_name[finding.feature_name]
            if wish.threshold is None and wish.importance != "low" and verdict.verdict == "drifted":
                yield finding
        elif wish is None or not wish.ignored(today):
            yield finding
    for name in (name for name in thresholds.features if name in thresholds.own - thresholds.silent):
        judged = by_name.get(name)  # none of a feature that the check leaves out
        if judged is None or judged.verdict != "drifted":
            continue
        if judged.distance is None or judged.threshold is None:
            continue
        if judged.distance > judged.threshold:
            yield Finding(
                name,
                "baseline_drift_check",
                judged.distance,
                judged.threshold,
                not_numeric=judged.not_numeric,
                note=judged.reason,
            )


def ordered(verdicts: Iterable[FeatureVerdict], thresholds: Thresholds) -> tuple[FeatureVerdict, ...]:
    """Drifted ones first, among them those of high importance; otherwise in the order given."""
    places = {"high": 0, "normal": 1, "low": 2}

    def place(verdict: FeatureVerdict) -> tuple[bool, int]:
        wish = thresholds.features.get(verdict.name)
        return verdict.verdict != "drifted", places["normal" if wish is None else wish.importance]

    return tuple(sorted(verdicts, key=place))
