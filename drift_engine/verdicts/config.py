"""How a feature is compared: on or off, which distance, which threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Method: TypeAlias = Literal["Simple", "Robust"]
CategoricalMethod: TypeAlias = Literal["LInfinity", "ChiSquared"]


@dataclass(frozen=True)
class DriftConfig:
    """What the service calls `distribution_constraints`, for one feature.

    Attributes:
        perform_comparison: whether a distance may become a violation.
        threshold: what a numerical distance may not exceed.
        method: Robust takes what chance alone can do from the distance, Simple doesn't; for both kinds.
        categorical_threshold: what a categorical distance may not exceed.
        categorical_method: the distance of categories.
    """

    perform_comparison: bool = True
    threshold: float = 0.1
    method: Method = "Robust"
    categorical_threshold: float = 0.1
    categorical_method: CategoricalMethod = "LInfinity"


@dataclass(frozen=True)
class Comparison:
    """How two tables are compared.

    Attributes:
        default: for every feature that `by_feature` doesn't name.
        by_feature: other configurations, by feature name.
        strict: compare only what the service compares (the same inferred type on both sides).
    """

    default: DriftConfig = field(default_factory=DriftConfig)
    by_feature: Mapping[str, DriftConfig] = field(default_factory=dict)
    strict: bool = False

    def of(self, name: str) -> DriftConfig:
        """The configuration of the feature of this name."""
        return self.by_feature.get(name, self.default)
