"""The calibrated verdict: two-sample tests of all features, corrected for their number, and effect floors."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from drift_engine.states.profile import Profile
from drift_engine.verdicts.adjust import adjusted
from drift_engine.verdicts.compare import compared
from drift_engine.verdicts.config import Comparison
from drift_engine.verdicts.measure import Measured, measured
from drift_engine.verdicts.permutation import Draws
from drift_engine.verdicts.reasons import reason
from drift_engine.verdicts.significance import Significance
from drift_engine.verdicts.verdict import FeatureVerdict, Outcome, Word

_FEWEST_DRAWS, _MOST_DRAWS, _DRAWS_A_FEATURE = 9_999, 99_999, 400


def calibrated(
    current: Profile,
    baseline: Profile,
    comparison: Comparison | None = None,
    significance: Significance | None = None,
) -> tuple[FeatureVerdict, ...]:
    """A verdict for every feature of the baseline, in its order; at most alpha of healthy tables alarm.

    Distance, method and threshold are those of `compare`; `measure.measured` says what is tested.

    Args:
        current: the profile of the data in question.
        baseline: the profile of the data that it is compared with.
        comparison: the service's methods and thresholds, and which features are not to be checked.
        significance: what counts as drift.
    """
    significance = significance or Significance()
    return judged(tested(current, baseline, comparison, significance), significance)


def tested(
    current: Profile, baseline: Profile, comparison: Comparison | None, significance: Significance
) -> list[Measured]:
    """Every feature of the baseline with Model Monitor's verdict and its tests, before the table is known."""
    by_name = {feature.name: feature for feature in current.features}
    # The smallest p-value by permutation, one over the draws, must be able to pass the correction.
    most = min(_MOST_DRAWS, max(_FEWEST_DRAWS, _DRAWS_A_FEATURE * len(baseline.features)))
    draws = Draws(significance.seed, most)
    return [
        measured(verdict, by_name.get(old.name), old, significance, draws)
        for verdict, old in zip(compared(current, baseline, comparison), baseline.features, strict=True)
    ]


def judged(features: list[Measured], significance: Significance) -> tuple[FeatureVerdict, ...]:
    """The features' verdicts, with all tests of the table known."""
    p_values = [test.p_value for feature in features for test in feature.tests]
    corrected = iter(adjusted(p_values, significance.correction))
    level = significance.alpha / max(1, len(p_values))
    verdicts = []
    for feature in features:
        tests = tuple(_decided(test, next(corrected), significance.alpha) for test in feature.tests)
        verdicts.append(_verdict(feature, tests, level))
    return tuple(verdicts)


def _decided(test: Outcome, p_value: float, alpha: float) -> Outcome:
    low, high = test.interval
    if p_value > alpha or high <= test.effect_floor:
        return replace(test, adjusted_p_value=p_value)
    says: Literal["drifted", "undecided"] = "drifted" if low > test.effect_floor else "undecided"
    return replace(test, adjusted_p_value=p_value, says=says)


def _verdict(feature: Measured, tests: tuple[Outcome, ...], level: float) -> FeatureVerdict:
    if feature.sides is None:
        return feature.service
    whole = next((test for test in tests if test.test == "distribution"), None)
    word = _word(feature, tests)
    days = None if feature.dates is None else feature.dates.current
    said = reason(feature, tests, word)
    if whole is None:
        return replace(feature.service, verdict=word, tests=tests, reason=said, dates=days)
    return replace(
        feature.service,
        verdict=word,
        tests=tests,
        reason=said,
        dates=days,
        p_value=whole.p_value,
        adjusted_p_value=whole.adjusted_p_value,
        effect=whole.effect,
        effect_floor=whole.effect_floor,
        interval=whole.interval,
        smallest_shift=None if feature.shift is None else feature.shift(level),
    )


def _word(feature: Measured, tests: tuple[Outcome, ...]) -> Word:
    words = {test.says for test in tests}
    if "drifted" in words:
        return "drifted"
    if "undecided" in words:
        return "undecided"
    if feature.dates is not None:
        return "not comparable"
    if any(test.test == "distribution" for test in tests):
        return "ok"
    if feature.identifier or feature.service.distance is None:
        return "not comparable"
    return "not enough data"
