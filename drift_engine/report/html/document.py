"""Everything that the page's script needs, as one JSON document that can stand inside HTML."""

from __future__ import annotations

from typing import Any, TypeAlias

from drift_engine.report.effects import effect_of, tested
from drift_engine.report.facts import FACTS, facts, further, missing
from drift_engine.report.findings import sentence
from drift_engine.report.formula import formula
from drift_engine.report.html.figures import figure
from drift_engine.report.model import PastRun, Report
from drift_engine.report.sentences import changed, excess, since, warnings
from drift_engine.report.shapes import Shape, shape
from drift_engine.report.shapes.feature import CategoryShape, NumberShape
from drift_engine.report.words import LONGEST, shown
from drift_engine.states import FeatureProfile
from drift_engine.verdicts import FeatureVerdict

Document: TypeAlias = dict[str, Any]
_MOST_POINTS, _LEAST_POINTS, _ALL_POINTS = 96, 24, 18_000
_LEAST_RUNS, _ALL_RUNS = 10, 20_000
_FULL_NAME = 400


def features(report: Report) -> list[Document]:
    """A document a feature, in the report's order.

    The more features there are, the fewer points a curve gets, so that the page stays small.
    """
    share = _ALL_POINTS // max(1, len(report.verdicts))
    points = max(_LEAST_POINTS, min(_MOST_POINTS, share))
    by_tests = tested(report.verdicts)
    return [_feature(report, verdict, points, by_tests) for verdict in report.verdicts]


def latest_runs(report: Report) -> tuple[PastRun, ...]:
    """As many of the last runs as a page has room for; the more features, the fewer."""
    return report.history[-max(_LEAST_RUNS, _ALL_RUNS // max(1, len(report.verdicts))) :]


def _feature(report: Report, verdict: FeatureVerdict, points: int, by_tests: bool) -> Document:
    old, new = report.sides(verdict.name)
    drawn = shape(old, new, points)
    document: Document = {
        "name": shown(verdict.name),
        "kind": verdict.kind,
        "type": verdict.inferred_type,
        "verdict": verdict.verdict,
        "reason": shown(verdict.reason, 300),
        "moved": shown(changed(verdict, drawn), 300),
        "size": _size(drawn),
        "missing": [_missing(old), _missing(new)],
        "far": _far(verdict, by_tests),
        "notes": list(warnings(verdict, drawn)),
        "formula": list(formula(verdict, drawn)),
        "facts": [[FACTS.index(name), *sides] for name, *sides in facts(old, new, drawn)],
        "further": [list(pair) for pair in further(verdict)],
        "findings": [shown(sentence(finding), 300) for finding in report.findings_of(verdict.name)],
        "figure": figure(verdict, drawn),
    }
    if len(verdict.name) > LONGEST:
        document["full"] = shown(verdict.name, _FULL_NAME)
    if report.history:
        runs = [run.verdicts.get(verdict.name) for run in latest_runs(report)]
        document["past"] = [_past(each, by_tests) for each in runs]
        document["now"] = [_past(verdict, by_tests), _limit(verdict, by_tests)]
        document["alarms"] = [
            int(each is not None and each.verdict == "drifted") for each in (*runs, verdict)
        ]
        document["since"] = since(verdict.name, verdict, report.history)
    return document


def _far(verdict: FeatureVerdict, by_tests: bool) -> float:
    """What the column of effects, or of distances, is sorted by; -1 where there is none."""
    if by_tests:
        effect = effect_of(verdict)
        return -1 if effect is None else round(effect, 5)
    return -1 if verdict.distance is None else round(excess(verdict), 4)


def _past(verdict: FeatureVerdict | None, by_tests: bool) -> float | None:
    if verdict is None:
        return None
    value = effect_of(verdict) if by_tests and not verdict.own_threshold else verdict.distance
    return None if value is None else round(value, 5)


def _limit(verdict: FeatureVerdict, by_tests: bool) -> float | None:
    if not by_tests or verdict.own_threshold:
        return verdict.threshold
    return None if verdict.decisive is None else verdict.decisive.effect_floor


def _missing(feature: FeatureProfile | None) -> float | None:
    share = missing(feature)
    return None if share is None else round(share, 6)


def _size(drawn: Shape | None) -> float:
    """How large a share of the rows moved, 0 to 1; -1 where that isn't known."""
    if isinstance(drawn, NumberShape):
        return round(drawn.gap.size, 5)
    return round(abs(drawn.farthest.difference), 5) if isinstance(drawn, CategoryShape) else -1
