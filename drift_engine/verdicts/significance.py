"""What counts as drift: how many false alarms are allowed, and which effects are too small to matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Correction: TypeAlias = Literal["holm", "benjamini-hochberg"]
Rule: TypeAlias = Literal["calibrated", "model-monitor"]
RULES: tuple[Rule, ...] = ("calibrated", "model-monitor")


@dataclass(frozen=True)
class Significance:
    """How the calibrated verdict decides.

    Attributes:
        alpha: the share of healthy batches that may alarm, over the whole table (`holm`); or the share of
            false ones among the alarms (`benjamini-hochberg`).
        correction: for the number of tests.
        effect_floor: no drift where a distribution moved less: a difference of distribution functions, or a
            share of rows that changed category, 0 to 1.
        share_floor: the same for the share of missing and of unseen cells.
        least_rows: with fewer present cells on a side there is not enough data.
        seed: of the permutations where counts are small; the same seed gives the same p-values.
    """

    alpha: float = 0.05
    correction: Correction = "holm"
    effect_floor: float = 0.02
    share_floor: float = 0.01
    least_rows: int = 10
    seed: int = 0
