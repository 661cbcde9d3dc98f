"""What would change a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from drift_engine.report.words import number
from drift_engine.verdicts import FeatureVerdict, Significance


@dataclass(frozen=True)
class Flip:
    """One setting, and from which value on the verdict would be another.

    Attributes:
        setting: which one.
        value: the border, in the setting's own unit.
        becomes: what the verdict would be beyond it.
        when: whether `value` itself belongs to the other verdict: `at or above`, or only `below` does.
    """

    setting: Literal["threshold", "alpha", "effect_floor"]
    value: float
    becomes: str
    when: Literal["at or above", "below"]

    def __str__(self) -> str:
        return f"{self.setting} {self.when} {number(self.value, 6)}: {self.becomes}"


def flips(verdict: FeatureVerdict, significance: Significance | None = None) -> tuple[Flip, ...]:
    """Every single setting that could flip the verdict by itself; none where nothing was judged.

    Model Monitor's rule flips with the threshold. The calibrated rule needs significance and an effect: a
    drifted feature flips with a smaller alpha or a higher floor, another one only where it fails one of both.

    Args:
        verdict: the feature's; what it rests on is told by whether its distribution was tested.
        significance: what the calibrated rule decided by.
    """
    if verdict.verdict not in ("ok", "drifted", "undecided"):
        return ()
    if verdict.tests:
        return _of_tests(verdict, significance or Significance())
    if verdict.distance is None or verdict.threshold is None:
        return ()
    if verdict.verdict == "drifted":
        return (Flip("threshold", verdict.distance, "ok", "at or above"),)
    return (Flip("threshold", verdict.distance, "drifted", "below"),) if verdict.distance > 0.0 else ()


def _of_tests(verdict: FeatureVerdict, significance: Significance) -> tuple[Flip, ...]:
    alpha = significance.alpha
    drifted = [test for test in verdict.tests if test.says == "drifted"]
    if len(drifted) == 1:
        test = drifted[0]
        floor = Flip("effect_floor", test.interval[1], "ok", "at or above")
        # No alpha is below a p-value that is too small for a double.
        alphas = (Flip("alpha", test.adjusted_p_value, "ok", "below"),) if test.adjusted_p_value > 0.0 else ()
        return (*alphas, floor)
    whole = verdict.outcome("distribution")
    if drifted or whole is None:
        return ()
    significant = whole.adjusted_p_value <= alpha
    if significant and whole.interval[0] > 0.0:
        return (Flip("effect_floor", whole.interval[0], "drifted", "below"),)
    if not significant and whole.interval[0] > whole.effect_floor and whole.adjusted_p_value < 1.0:
        return (Flip("alpha", whole.adjusted_p_value, "drifted", "at or above"),)
    return ()
