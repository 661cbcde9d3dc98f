"""What is said in words: the table in one sentence, a feature's change in a few words, warnings."""

from __future__ import annotations

from collections import Counter

from drift_engine.report.effects import tested
from drift_engine.report.model import PastRun, Report
from drift_engine.report.shapes.feature import CategoryShape, NumberShape, Shape
from drift_engine.report.words import change, distance, number, percent, plural, shown
from drift_engine.verdicts import JUDGED, UNJUDGED, FeatureVerdict

_NAME = 40


def summary(report: Report) -> str:
    """`3 of 19 features drifted; month moved farthest (0.530, threshold 0.100)`, and what wasn't compared.

    Where tests decided, the farthest is the feature whose drifted test has the largest effect, and the effect
    is what is said: the distance doesn't see all drift.
    """
    verdicts = report.verdicts
    drifted = [verdict for verdict in verdicts if verdict.verdict == "drifted"]
    words = Counter(verdict.verdict for verdict in verdicts)
    unjudged = sum(words[word] for word in UNJUDGED)
    if unjudged and not any(words[word] for word in JUDGED):
        why = ", ".join(f"{count:,} {word}" for word, count in words.items())
        return f"No verdict: none of {plural(unjudged, 'feature')} could be judged ({why})"
    parts = [f"{len(drifted) or 'None'} of {plural(len(verdicts), 'feature')} drifted"]
    parts += _tested(drifted) or ([] if not drifted and tested(verdicts) else _farthest(drifted, [*verdicts]))
    parts += [f"{count:,} {word}" for word, count in words.items() if word not in ("drifted", "ok")]
    return "; ".join(parts)


def _tested(drifted: list[FeatureVerdict]) -> list[str]:
    """The drifted feature whose test found the largest effect; nothing where tests did not decide on all."""
    found = [
        (outcome.effect, -position, outcome)
        for position, verdict in enumerate(drifted)
        for outcome in verdict.tests
        if outcome.says == "drifted"
    ]
    if not found or len({position for _, position, _ in found}) < len(drifted):
        return []
    effect, position, outcome = max(found, key=lambda each: each[:2])
    verdict = drifted[-position]
    by = (
        f"missing cells by {percent(effect)}"
        if outcome.test == "missing"
        else f"{percent(effect)} of the rows"
    )
    return [f"{shown(verdict.name, _NAME)} moved farthest ({by})"]


def _farthest(drifted: list[FeatureVerdict], all_: list[FeatureVerdict]) -> list[str]:
    farthest = farthest_of(drifted or all_)
    if farthest is None or not (drifted or (farthest.distance or 0.0) > 0.0):
        return []
    verb = "moved farthest" if drifted else "came closest"
    limit = "" if farthest.threshold is None else f", threshold {distance(farthest.threshold)}"
    return [f"{shown(farthest.name, _NAME)} {verb} ({distance(farthest.distance)}{limit})"]


def farthest_of(verdicts: list[FeatureVerdict]) -> FeatureVerdict | None:
    """The feature with the largest distance in units of its threshold; None where nothing was compared."""
    compared = [verdict for verdict in verdicts if verdict.distance is not None]
    return max(compared, key=excess, default=None)


def excess(verdict: FeatureVerdict) -> float:
    """The distance in units of the threshold: of something tiny where that is 0, of 1 where there is none."""
    unit = 1.0 if verdict.threshold is None else max(verdict.threshold, 1e-9)
    return (verdict.distance or 0.0) / unit


def moved(shape: Shape | None) -> str:
    """Where on the axis the rows moved: `at or below 3: 31% → 12%`; "" where nothing can be said."""
    if isinstance(shape, NumberShape):
        gap = shape.gap
        if gap.size == 0.0:
            return "no difference"
        return f"≤ {number(gap.at)}: {change(gap.baseline, gap.current)}"
    if isinstance(shape, CategoryShape):
        count, share = shape.shares.unseen
        if count and share >= abs(shape.farthest.difference):
            first = shape.shares.listed[0]
            said = f"new: {shown(first.name or '', _NAME)} {percent(first.current)}"
            return said if count == 1 else f"{said} and {count - 1:,} more"
        each = shape.farthest
        if each.difference == 0.0:
            return "no difference"
        return f"{shown(each.name or '', _NAME)}: {change(each.baseline, each.current)}"
    return ""


def changed(verdict: FeatureVerdict, shape: Shape | None) -> str:
    """Where the rows moved; the reason instead, where missing or unseen cells alone made it drift."""
    if verdict.verdict == "drifted" and verdict.tests:
        own = verdict.outcome("distribution")
        if (own is None or own.says != "drifted") and verdict.reason:
            return verdict.reason
    return moved(shape)


def warnings(verdict: FeatureVerdict, shape: Shape | None) -> tuple[str, ...]:
    """What a reader should know of a verdict beyond its reason: where the method can't see the change."""
    found = []
    limit = verdict.threshold or 0.0
    quiet = verdict.verdict == "ok" and (verdict.distance or 0.0) <= limit
    if isinstance(shape, NumberShape) and verdict.method in ("simple", "robust") and quiet:
        gap = shape.gap
        if gap.size > max(limit, 0.05) + (verdict.distance or 0.0):
            found.append(
                f"{percent(gap.size)} of the rows moved across {number(gap.at)}, which the method "
                f"{verdict.method} does not see: it counts each distinct value once."
            )
    if verdict.not_numeric:
        found.append(f"{plural(verdict.not_numeric, 'cell')} of this numeric column are no numbers.")
    if isinstance(shape, CategoryShape) and shape.shares.unseen[0] and verdict.dates is None:
        count, share = shape.shares.unseen
        noun = "category" if count == 1 else "categories"
        found.append(f"{count:,} {noun} ({percent(share)} of the cells) that the baseline does not have.")
    return tuple(found)


def since(name: str, verdict: FeatureVerdict, history: tuple[PastRun, ...]) -> str:
    """Since which run a drifted feature has been drifted without a break; "" where nothing is known."""
    if verdict.verdict != "drifted":
        return ""
    streak: list[PastRun] = []
    for run in reversed(history):
        past = run.verdicts.get(name)
        if past is None or past.verdict != "drifted":
            break
        streak.append(run)
    if not history:
        return ""
    if not streak:
        return "new in this run"
    return f"drifted since {shown(streak[-1].name, _NAME)} ({len(streak) + 1} runs)"
