"""The verdict on a whole table, and how many false alarms it promises."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from drift_engine.verdicts.significance import Correction, Rule, Significance
from drift_engine.verdicts.verdict import JUDGED, UNJUDGED, FeatureVerdict


@dataclass(frozen=True)
class TableVerdict:
    """What the features' verdicts add up to.

    Attributes:
        rule: what decided, ours or Model Monitor's.
        drifted: whether any feature drifted that is to alarm.
        drifted_features: their names, in the order of the verdicts.
        features: how many features the baseline has.
        tests: how many tests were made; 0 for Model Monitor's rule.
        alpha: the promised rate; None for Model Monitor's rule, which promises none.
        correction: what keeps the promise.
        expected_false_alarms: how many features of a healthy batch alarm on average, at most; None where
            nothing is promised.
        expected_uncorrected: how many would without the correction.
        own: how many features a threshold of their own decides on, for which nothing is promised.
        judged: how many features have a verdict on their distribution: `ok`, `drifted` or `undecided`.
        unjudged: how many could not have one: `not enough data` or `not comparable`.
    """

    rule: Rule
    drifted: bool
    drifted_features: tuple[str, ...]
    features: int
    tests: int = 0
    alpha: float | None = None
    correction: Correction | None = None
    expected_false_alarms: float | None = None
    expected_uncorrected: float | None = None
    own: int = 0
    judged: int = 0
    unjudged: int = 0

    @property
    def conclusive(self) -> bool:
        """Whether anything was judged, or nobody asked for it: else "no drift" would be an empty word."""
        return self.judged > 0 or self.unjudged == 0

    @property
    def unpromised(self) -> str:
        """What no rate is promised for, as a part of a sentence; empty where there is nothing."""
        return f"; {self.own} by thresholds of their own, of unknown rate" if self.own else ""

    def __str__(self) -> str:
        if not self.conclusive:
            noun = "feature" if self.unjudged == 1 else "features"
            return f"no verdict: none of {self.unjudged} {noun} could be judged{self.unpromised}"
        drifted = f"{len(self.drifted_features)} of {self.features} features drifted"
        tests = f"{self.tests} {'test' if self.tests == 1 else 'tests'}"
        if self.alpha is None or self.expected_uncorrected is None:
            return f"{drifted} (Model Monitor's rule: no false-alarm rate is known{self.unpromised})"
        if self.correction != "holm":
            said = f"of those at most {self.alpha:.0%} falsely, on average; {tests}"
            return f"{drifted} ({said}{self.unpromised})"
        return (
            f"{drifted} (false alarms expected in a healthy batch: {self.expected_false_alarms:.2g}; "
            f"{tests}, Holm; uncorrected {self.expected_uncorrected:.2g}{self.unpromised})"
        )


def table_verdict(
    verdicts: Iterable[FeatureVerdict],
    rule: Rule,
    significance: Significance | None = None,
    *,
    own: int = 0,
    silent: Set[str] = frozenset(),
) -> TableVerdict:
    """The table's verdict: drifted if any feature is.

    For a table without any drift the first step of Holm's method is Bonferroni's: with T tests each alarms
    with a chance of alpha / T at most, which adds up to alpha alarms, and to at most a share
    alpha of tables with any. Correlated columns alarm together, in fewer tables.

    Args:
        verdicts: of all features.
        rule: what decided.
        significance: what the calibrated rule decided by.
        own: how many features a threshold of their own decides on.
        silent: features whose drift is shown, and alarms nobody.
    """
    verdicts, significance = tuple(verdicts), significance or Significance()
    drifted = (verdict.name for verdict in verdicts if verdict.verdict == "drifted")
    names = tuple(name for name in drifted if name not in silent)
    judged = sum(verdict.verdict in JUDGED for verdict in verdicts)
    unjudged = sum(verdict.verdict in UNJUDGED for verdict in verdicts)
    if rule == "model-monitor":
        return TableVerdict(
            rule, bool(names), names, len(verdicts), own=own, judged=judged, unjudged=unjudged
        )
    tests = sum(len(verdict.tests) for verdict in verdicts)
    alpha, correction = significance.alpha, significance.correction
    expected = alpha if tests else 0.0
    return TableVerdict(
        rule,
        bool(names),
        names,
        len(verdicts),
        tests,
        alpha,
        correction,
        expected,
        tests * alpha,
        own,
        judged,
        unjudged,
    )
