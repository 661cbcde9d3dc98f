"""The report as a short plain text, for a chat, a mail or a topic."""

from __future__ import annotations

from drift_engine.report.effects import effect_and_p
from drift_engine.report.model import Report
from drift_engine.report.sentences import changed, summary
from drift_engine.report.shapes import shape
from drift_engine.report.words import distance, plural, shown
from drift_engine.verdicts import FeatureVerdict

_FEATURES = 10
_LONGEST = 4_000
"""Far below Amazon SNS's 256 KB, and what a person reads."""


def message(report: Report) -> str:
    """The summary and a line for each of the first ten drifted features, without a control character."""
    drifted = [verdict for verdict in report.verdicts if verdict.verdict == "drifted"]
    lines = [f"{summary(report)}."]
    for verdict in drifted[:_FEATURES]:
        said = changed(verdict, shape(*report.sides(verdict.name), points=2))
        numbers = _numbers(verdict)
        lines.append(f"- {shown(verdict.name, 60)}: {numbers}{', ' if said else ''}{said}")
    if len(drifted) > _FEATURES:
        lines.append(f"and {len(drifted) - _FEATURES:,} more")
    if report.findings:
        lines.append(f"{plural(len(report.findings), 'finding')} in all.")
    return "\n".join(lines)[:_LONGEST] + "\n"


def _numbers(verdict: FeatureVerdict) -> str:
    """The effect that decided, or the distance where that did."""
    if verdict.decisive is None:
        own = "own threshold" if verdict.own_threshold else "threshold"
        return f"{distance(verdict.distance)} ({own} {distance(verdict.threshold)})"
    effect, p_value = effect_and_p(verdict)
    return f"{effect} (p {p_value})"
