"""Every feature of a baseline, with its distance and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from drift_engine.distances import DISTANCES
from drift_engine.states.kll import KllSketch
from drift_engine.states.profile import NUMERIC_TYPES, FeatureProfile, Profile
from drift_engine.verdicts.columns import categories, numbers
from drift_engine.verdicts.config import Comparison, DriftConfig
from drift_engine.verdicts.verdict import FeatureVerdict, Word


@dataclass(frozen=True)
class _Measured:
    method: str
    distance: float
    threshold: float
    reason: str = ""
    not_numeric: int = 0


def compare(
    current: Profile, baseline: Profile, comparison: Comparison | None = None
) -> tuple[FeatureVerdict, ...]:
    """A verdict for every feature of the baseline, in its order; columns are matched by name.

    Args:
        current: the profile of the data in question.
        baseline: the profile of the data that it is compared with.
        comparison: methods and thresholds; by default the service's (Robust, 0.1).
    """
    return tuple(compared(current, baseline, comparison))


def compared(
    current: Profile, baseline: Profile, comparison: Comparison | None = None
) -> Iterator[FeatureVerdict]:
    """The same, one by one."""
    comparison = comparison or Comparison()
    by_name = {feature.name: feature for feature in current.features}
    for old in baseline.features:
        yield _verdict(by_name.get(old.name), old, comparison)


def _verdict(new: FeatureProfile | None, old: FeatureProfile, comparison: Comparison) -> FeatureVerdict:
    if new is None:
        return FeatureVerdict(old.name, old.inferred_type, reason="the current data has no such column")
    refusal = _refusal(new, old, comparison.strict)
    config = comparison.of(old.name)
    new_categories, old_categories = categories(new), categories(old)
    new_numbers, old_numbers = numbers(new), numbers(old)
    if refusal:
        return FeatureVerdict(old.name, old.inferred_type, reason=refusal)
    if new_categories is not None and old_categories is not None:
        chi_squared = config.categorical_method == "ChiSquared"
        measure = partial(_chi_squared, strict=comparison.strict) if chi_squared else _linf
        return _judged(old, config, measure(new_categories, old_categories, config))
    if new_numbers is not None and old_numbers is not None:
        numeric = comparison.strict and new.inferred_type in NUMERIC_TYPES
        odd = 0 if numeric else new.num_present - new.numeric_cells
        reason = f"{odd} of {new.num_present} cells are not numbers" if odd else ""
        measured = _numerical(new_numbers, old_numbers, config)
        return _judged(old, config, replace(measured, reason=reason, not_numeric=odd))
    return FeatureVerdict(old.name, old.inferred_type, reason=_why_not(new, old))


def _refusal(new: FeatureProfile, old: FeatureProfile, strict: bool) -> str:
    """Why two columns are not compared whatever their distributions; "" where they are."""
    if strict and new.inferred_type != old.inferred_type:
        return _types_differ(new, old)
    for feature, where in ((old, "baseline"), (new, "current data")):
        if feature.num_present == 0:
            return f"the {where} has no value in this column"
    if strict and old.inferred_type == "String" and (categories(new) is None or categories(old) is None):
        return _why_not(new, old)
    return ""


def _why_not(new: FeatureProfile, old: FeatureProfile) -> str:
    if new.inferred_type != old.inferred_type:
        return _types_differ(new, old)
    for feature, where in ((old, "baseline"), (new, "current data")):
        if feature.inferred_type == "String" and categories(feature) is None:
            return f"the {where} has too many distinct texts in this column"
    return "the statistics hold no distribution of this column"


def _types_differ(new: FeatureProfile, old: FeatureProfile) -> str:
    return f"the type is {old.inferred_type} in the baseline and {new.inferred_type} in the current data"


def _numerical(new: KllSketch, old: KllSketch, config: DriftConfig) -> _Measured:
    row = DISTANCES["robust" if config.method == "Robust" else "simple"]
    return _Measured(row.name, row.compute(new, old), config.threshold)


def _linf(new: Mapping[str, int], old: Mapping[str, int], config: DriftConfig) -> _Measured:
    row = DISTANCES["linf_robust" if config.method == "Robust" else "linf_simple"]
    return _Measured(row.name, row.compute(new, old), config.categorical_threshold)


def _chi_squared(
    new: Mapping[str, int], old: Mapping[str, int], config: DriftConfig, strict: bool
) -> _Measured:
    """1 - p against 1 - threshold for Robust (so larger is worse, as everywhere), the statistic for Simple.

    The service's formula overlooks categories that the baseline lacks. Unless `strict`, where their share
    exceeds the threshold the data can't be from the baseline: p is 0, or the share is the distance.
    """
    limit = config.categorical_threshold
    unknown = sum(count for value, count in new.items() if value not in old)
    share = 0.0 if strict else unknown / max(1, sum(new.values()))
    reason = f"{unknown} cells are of categories that the baseline doesn't know" if share else ""
    if config.method == "Simple":
        row = DISTANCES["chi_squared_statistic"]
        return _Measured(row.name, max(row.compute(new, old), share), limit, reason)
    row = DISTANCES["chi_squared_p_value"]
    p_value = 0.0 if share > limit else row.compute(new, old)
    return _Measured(row.name, 1.0 - p_value, 1.0 - limit, reason)


def _judged(old: FeatureProfile, config: DriftConfig, measured: _Measured) -> FeatureVerdict:
    word: Word = "drifted" if measured.distance > measured.threshold else "ok"
    reason = measured.reason
    if not config.perform_comparison:
        word, reason = "not checked", "comparison is switched off in the constraints"
    return FeatureVerdict(
        name=old.name,
        inferred_type=old.inferred_type,
        kind=DISTANCES[measured.method].kind,
        method=measured.method,
        distance=float(measured.distance),
        threshold=float(measured.threshold),
        verdict=word,
        reason=reason,
        not_numeric=measured.not_numeric,
    )
