"""What a verdict rests on where tests decide: one effect, its floor and its p-value, the same in every form.

Model Monitor's distance stands beside it under its own name: it is in the files and the metrics, and decides
nothing there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from drift_engine.report.words import distance, percent, probability
from drift_engine.verdicts import FeatureVerdict, Outcome
from drift_engine.verdicts.verdict import TestName

_SAID: Mapping[TestName, tuple[str, str]] = {
    "distribution": ("", " moved"),
    "missing": ("±", " missing"),
    "unseen": ("", " unseen"),
}


def tested(verdicts: Iterable[FeatureVerdict]) -> bool:
    """Whether tests decided on this table, rather than Model Monitor's thresholds."""
    return any(
        verdict.tests or verdict.dates is not None or verdict.verdict == "not enough data"
        for verdict in verdicts
    )


def effect_of(verdict: FeatureVerdict) -> float | None:
    """The decisive effect, 0 to 1; that of the distribution where a threshold of its own decided."""
    found = verdict.decisive
    if found is None:
        return verdict.effect if verdict.own_threshold else None
    return found.effect


def said(outcome: Outcome) -> tuple[str, str]:
    """An effect in words, the number apart: `31%`, ` moved`; `±50%`, ` missing`; `12%`, ` unseen`."""
    before, after = _SAID[outcome.test]
    return f"{before}{percent(outcome.effect)}", after


def effect_and_p(verdict: FeatureVerdict) -> tuple[str, str]:
    """Two cells: `31% moved`, `0.0004`; a threshold of the feature's own has its distance in the first."""
    if verdict.own_threshold:
        return f"{distance(verdict.distance)} of its own {distance(verdict.threshold)}", ""
    found = verdict.decisive
    return ("", "") if found is None else ("".join(said(found)), probability(found.adjusted_p_value))


def service_distance(verdict: FeatureVerdict) -> str:
    """`0.918 of 0.100`, Model Monitor's distance and threshold; "" where a threshold of its own decided."""
    if verdict.own_threshold or verdict.distance is None or verdict.threshold is None:
        return ""
    return f"{distance(verdict.distance)} of {distance(verdict.threshold)}"
