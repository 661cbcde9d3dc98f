"""Verdicts and findings as the thresholds file wants them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from drift_engine.checks import Evidence, Finding, alarms
from drift_engine.distances import DISTANCES
from drift_engine.distances.kolmogorov_smirnov import kolmogorov_smirnov
from drift_engine.distances.total_variation import total_variation
from drift_engine.run import CheckResult
from drift_engine.states import FeatureProfile, Profile
from drift_engine.thresholds.model import Thresholds, Wish
from drift_engine.verdicts import FeatureVerdict, Significance
from drift_engine.verdicts.columns import categories, numbers
from drift_engine.verdicts.verdict import Word


def obey(result: CheckResult, thresholds: Thresholds, today: date) -> CheckResult:
    """A check's result as the file wants it: verdicts, findings and alarm.

    An ignored feature has no finding of any kind. A feature of low importance keeps its verdict, but drift of
    it is no finding and no alarm. Those of high importance come first among equals.

    Args:
        result: of `run.check`, with its baseline.
        thresholds: the file.
        today: the day, in UTC, that ignoring is held against.
    """
    known = result.baseline
    if known is None or result.stopped_early:
        return result
    verdicts = obeyed(result.features, result.profile, known.statistics, thresholds, today)
    by_name = {verdict.name: verdict for verdict in verdicts}
    findings = tuple(_findings(result.findings, by_name, thresholds, today))
    silent = {name for name, wish in thresholds.features.items() if wish.importance == "low"}
    evidence = Evidence.of(result.profile, known.statistics, known.constraints, strict=result.strict)
    loud = tuple(verdict for verdict in verdicts if verdict.name not in silent)
    alarm = alarms(evidence, findings, loud, result.rule)
    return replace(result, features=_ordered(verdicts, thresholds), findings=findings, alarm=alarm)


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
    reason = verdict.reason if beside or verdict.verdict == word else ""
    return replace(verdict, threshold=threshold, verdict=word, reason=reason)


def _by_floor(
    verdict: FeatureVerdict, wish: Wish, new: FeatureProfile, old: FeatureProfile
) -> FeatureVerdict:
    """The floor in place of the general one: where tests decide, it may make a drift of an `ok` too."""
    floor = wish.effect_floor or 0.0
    effect = verdict.effect if verdict.effect is not None else _effect(new, old)
    whole = verdict.outcome("distribution")
    word: Word = verdict.verdict
    if whole is not None and wish.threshold is None:
        low, high = whole.interval
        significant = whole.adjusted_p_value <= Significance().alpha
        beside = any(test.says == "drifted" for test in verdict.tests if test.test != "distribution")
        moved = significant and high > floor
        word = "drifted" if beside or (moved and low > floor) else "undecided" if moved else "ok"
    elif word == "drifted" and effect <= floor:
        word = "ok"
    reason = verdict.reason
    if word != verdict.verdict:
        side = "not above" if word == "ok" else "above"
        reason = f"effect {effect:.3g} is {side} its floor {floor:g}"
    return replace(verdict, verdict=word, effect=effect, effect_floor=floor, reason=reason)


def _effect(new: FeatureProfile, old: FeatureProfile) -> float:
    mine, theirs = categories(new), categories(old)
    if mine is not None and theirs is not None:
        return total_variation(mine, theirs)
    sketch, known = numbers(new), numbers(old)
    return 0.0 if sketch is None or known is None else kolmogorov_smirnov(sketch, known)


def _findings(
    findings: tuple[Finding, ...], verdicts: dict[str, FeatureVerdict], thresholds: Thresholds, today: date
) -> Iterable[Finding]:
    """The findings without the ignored, and with the drift that the file decides on."""
    for finding in findings:
        wish = thresholds.features.get(finding.feature_name)
        if wish is None or (not wish.ignored(today) and finding.check != "baseline_drift_check"):
            yield finding
    for name, wish in thresholds.features.items():
        verdict = verdicts.get(name)
        if verdict is None or verdict.verdict != "drifted" or wish.importance == "low":
            continue
        if verdict.distance is not None and verdict.threshold is not None:
            yield Finding(
                name,
                "baseline_drift_check",
                verdict.distance,
                verdict.threshold,
                not_numeric=verdict.not_numeric,
                note=verdict.reason,
            )


def _ordered(verdicts: tuple[FeatureVerdict, ...], thresholds: Thresholds) -> tuple[FeatureVerdict, ...]:
    """Drifted ones first, among them those of high importance; otherwise in the order given."""
    places = {"high": 0, "normal": 1, "low": 2}

    def place(verdict: FeatureVerdict) -> tuple[bool, int]:
        wish = thresholds.features.get(verdict.name)
        return verdict.verdict != "drifted", places["normal" if wish is None else wish.importance]

    return tuple(sorted(verdicts, key=place))
