"""The rule that was chosen, applied."""

from __future__ import annotations

from drift_engine.states.profile import Profile
from drift_engine.verdicts.calibrated import judged, tested
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
    return judge_twice(current, baseline, comparison, rule, significance)[1]


def judge_twice(
    current: Profile,
    baseline: Profile,
    comparison: Comparison,
    rule: Rule,
    significance: Significance | None = None,
) -> tuple[tuple[FeatureVerdict, ...], tuple[FeatureVerdict, ...]]:
    """The verdicts by Model Monitor's rule and by the chosen one, with every feature gone through once."""
    if not comparison.strict:
        current = as_baseline_spells(current, baseline)
    if rule == "model-monitor" or comparison.strict:
        service = compare(current, baseline, comparison)
        return service, service
    significance = significance or Significance()
    features = tested(current, baseline, comparison, significance)
    return tuple(feature.service for feature in features), judged(features, significance)
