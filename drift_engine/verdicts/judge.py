"""The rule that was chosen, applied."""

from __future__ import annotations

from drift_engine.states.profile import Profile
from drift_engine.verdicts.calibrated import calibrated
from drift_engine.verdicts.compare import compare
from drift_engine.verdicts.config import Comparison
from drift_engine.verdicts.significance import Rule, Significance
from drift_engine.verdicts.spelling import as_baseline_spells
from drift_engine.verdicts.verdict import FeatureVerdict


def judge(
    current: Profile,
    baseline: Profile,
    comparison: Comparison,
    rule: Rule,
    significance: Significance | None = None,
) -> tuple[FeatureVerdict, ...]:
    """A verdict for every feature of the baseline, in its order, by the calibrated rule or Model Monitor's.

    A strict comparison follows Model Monitor to the letter, whatever the rule.

    Args:
        current: the profile of the data in question.
        baseline: the profile of the data that it is compared with.
        comparison: the service's methods and thresholds.
        rule: who decides.
        significance: what counts as drift for the calibrated rule.
    """
    if not comparison.strict:
        current = as_baseline_spells(current, baseline)
    if rule == "model-monitor" or comparison.strict:
        return compare(current, baseline, comparison)
    return calibrated(current, baseline, comparison, significance)
