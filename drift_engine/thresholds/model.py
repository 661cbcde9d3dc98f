"""What a `thresholds.json` says, parsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

Importance: TypeAlias = Literal["low", "normal", "high"]
IMPORTANCE: tuple[Importance, ...] = ("low", "normal", "high")


@dataclass(frozen=True)
class Wish:
    """What is wanted for one feature; None: as the constraints and the chosen rule have it.

    Attributes:
        method: a row of `DISTANCES`; with it there is a threshold.
        threshold: the feature drifted where its distance is larger.
        effect_floor: no drift where the distribution moved less: a difference of distribution functions, or
            the share of rows that changed category.
        importance: `low`: its drift is shown, but is no finding and no alarm; `high`: it is shown first.
        ignore_until: before this day the feature is not judged.
        reason: why it is ignored.
    """

    method: str | None = None
    threshold: float | None = None
    effect_floor: float | None = None
    importance: Importance = "normal"
    ignore_until: date | None = None
    reason: str = ""

    def ignored(self, today: date) -> bool:
        """Whether the feature is not to be judged today."""
        return self.ignore_until is not None and today < self.ignore_until


@dataclass(frozen=True, eq=False)
class Thresholds:
    """The file: a wish a feature, by name."""

    features: Mapping[str, Wish] = field(default_factory=dict)

    @property
    def own(self) -> frozenset[str]:
        """Features that a threshold of their own decides on."""
        return frozenset(name for name, wish in self.features.items() if wish.threshold is not None)

    def ignored(self, today: date) -> frozenset[str]:
        """Features that are not to be judged today."""
        return frozenset(name for name, wish in self.features.items() if wish.ignored(today))

    @property
    def silent(self) -> frozenset[str]:
        """Features of low importance: their drift is shown, and alarms nobody."""
        return frozenset(name for name, wish in self.features.items() if wish.importance == "low")
