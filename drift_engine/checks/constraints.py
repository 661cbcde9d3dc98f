"""What the baseline allows, parsed once and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from drift_engine.states.profile import NUMERIC_TYPES, Extras, FeatureProfile, InferredType, Profile
from drift_engine.verdicts import Comparison, DriftConfig
from drift_engine.verdicts.columns import categories
from drift_engine.verdicts.config import CategoricalMethod, Method


@dataclass(frozen=True)
class Monitoring:
    """The file's `monitoring_config`, flat: for all features, or for one after its overrides.

    Attributes:
        evaluate_constraints: whether there are findings at all.
        emit_metrics: whether metrics are written where the job is told to publish some.
        datatype_check_threshold: the least share of cells of the right type.
        domain_content_threshold: the least share of cells inside the known categories.
        perform_comparison: whether drift is a finding.
        comparison_threshold: what a numerical distance may not exceed.
        comparison_method: Robust or Simple, for both kinds of distance.
        categorical_comparison_threshold: the same for categories; None is `comparison_threshold`.
        categorical_drift_method: LInfinity or ChiSquared.
    """

    evaluate_constraints: bool = True
    emit_metrics: bool = True
    datatype_check_threshold: float = 1.0
    domain_content_threshold: float = 1.0
    perform_comparison: bool = True
    comparison_threshold: float = 0.1
    comparison_method: Method = "Robust"
    categorical_comparison_threshold: float | None = None
    categorical_drift_method: CategoricalMethod = "LInfinity"

    @property
    def drift(self) -> DriftConfig:
        """The part that the comparison needs."""
        categorical = self.categorical_comparison_threshold
        return DriftConfig(
            self.perform_comparison,
            self.comparison_threshold,
            self.comparison_method,
            self.comparison_threshold if categorical is None else categorical,
            self.categorical_drift_method,
        )


@dataclass(frozen=True, eq=False)
class FeatureConstraints:
    """What the baseline allows one feature.

    Attributes:
        name: the feature's name.
        inferred_type: the type that its cells should have.
        completeness: the least share of present cells; None where the file doesn't say.
        is_non_negative: kept as the service's file has it; no check reads it.
        domains: the known categories; None for numbers and at high cardinality.
        overrides: fields of `Monitoring` that differ for this feature.
        overrides_key: where in the feature's entry the file has them.
    """

    name: str
    inferred_type: InferredType
    completeness: float | None = None
    is_non_negative: bool | None = None
    domains: tuple[str, ...] | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)
    overrides_key: tuple[str, ...] = ("monitoringConfigOverrides",)
    extras: Extras = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Constraints:
    """What the baseline allows a table."""

    features: tuple[FeatureConstraints, ...]
    monitoring: Monitoring = field(default_factory=Monitoring)
    extras: Extras = field(default_factory=dict)

    def names(self) -> tuple[str, ...]:
        """The features' names, in the order of the file."""
        return tuple(feature.name for feature in self.features)

    def monitoring_of(self, feature: FeatureConstraints) -> Monitoring:
        """The configuration of a feature: its overrides over the file's.

        A `comparison_threshold` of the feature's own holds for its categories too, before the file's
        `categorical_comparison_threshold`.
        """
        overrides = dict(feature.overrides)
        if "comparison_threshold" in overrides:
            overrides.setdefault("categorical_comparison_threshold", None)
        return replace(self.monitoring, **overrides)

    def comparison(self, *, strict: bool = False) -> Comparison:
        """How `verdicts.compare` has to compare; what isn't evaluated isn't judged either."""
        return Comparison(
            _drift(self.monitoring),
            {feature.name: _drift(self.monitoring_of(feature)) for feature in self.features},
            strict,
        )


def suggest(profile: Profile, monitoring: Monitoring | None = None) -> Constraints:
    """The constraints that a table's own profile keeps: its types, completeness, signs and categories.

    Args:
        profile: the baseline's profile.
        monitoring: thresholds and methods; by default the service's (0.1, Robust, LInfinity).
    """
    default = Monitoring(categorical_comparison_threshold=0.1)
    return Constraints(tuple(map(_suggested, profile.features)), monitoring or default)


def _suggested(feature: FeatureProfile) -> FeatureConstraints:
    numerical = feature.numerical if feature.inferred_type in NUMERIC_TYPES else None
    known = categories(feature) if feature.inferred_type == "String" else None
    return FeatureConstraints(
        feature.name,
        feature.inferred_type,
        feature.completeness,
        is_non_negative=None if numerical is None else bool(numerical.min >= 0),
        domains=None if known is None else tuple(known),
    )


def _drift(monitoring: Monitoring) -> DriftConfig:
    on = monitoring.evaluate_constraints and monitoring.perform_comparison
    return replace(monitoring.drift, perform_comparison=on)
