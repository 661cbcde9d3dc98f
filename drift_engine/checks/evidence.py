"""What every check looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from drift_engine.checks.constraints import Constraints, FeatureConstraints, Monitoring
from drift_engine.states.profile import FeatureProfile, Profile
from drift_engine.verdicts import FeatureVerdict, compare
from drift_engine.verdicts.spelling import as_baseline_spells


@dataclass(frozen=True, eq=False)
class Evidence:
    """The data, the baseline, what it allows, and how to look.

    Attributes:
        current: the profile of the data in question, under the baseline's names.
        baseline: the profile of the baseline.
        constraints: what the baseline allows.
        strict: look as Model Monitor does, its blind spots included.
        named: whether the data brought names of its own; else columns are only counted.
        verdicts: Model Monitor's, one a feature of the baseline.
    """

    current: Profile
    baseline: Profile
    constraints: Constraints
    strict: bool
    named: bool
    verdicts: tuple[FeatureVerdict, ...]

    @classmethod
    def of(
        cls,
        current: Profile,
        baseline: Profile,
        constraints: Constraints,
        *,
        strict: bool = False,
        named: bool = True,
        verdicts: tuple[FeatureVerdict, ...] | None = None,
    ) -> Evidence:
        """The evidence, unless `strict` spelled as the baseline spells; verdicts worked out if not given."""
        current = current if strict else as_baseline_spells(current, baseline)
        if verdicts is None:
            verdicts = compare(current, baseline, constraints.comparison(strict=strict))
        return cls(current, baseline, constraints, strict, named, verdicts)

    @property
    def counts_only(self) -> bool:
        """Whether missing and extra columns are a matter of numbers alone, as in the service."""
        return self.strict or not self.named

    def evaluated(self) -> Iterator[tuple[FeatureConstraints, Monitoring, FeatureProfile]]:
        """Every feature that is there and whose constraints are to be evaluated."""
        by_name = {feature.name: feature for feature in self.current.features}
        for feature in self.constraints.features:
            monitoring = self.constraints.monitoring_of(feature)
            if monitoring.evaluate_constraints and feature.name in by_name:
                yield feature, monitoring, by_name[feature.name]
