"""What is said about one feature, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from drift_engine.states.profile import InferredType

Kind: TypeAlias = Literal["numerical", "categorical", ""]
Word: TypeAlias = Literal["ok", "drifted", "not comparable", "not checked"]

_RANK: Mapping[Word, int] = {"drifted": 0, "ok": 1, "not checked": 2, "not comparable": 3}


@dataclass(frozen=True)
class FeatureVerdict:
    """What is to be said about a feature.

    Attributes:
        name: the feature's name in the baseline.
        inferred_type: its type in the baseline.
        kind: what was compared, numbers or categories; "" where nothing was.
        method: the row of `DISTANCES` that the distance is from; "" where nothing was compared.
        distance: finite, >= 0, the larger the worse; None where nothing was compared.
        threshold: the feature drifted where `distance > threshold`; None where nothing was compared.
        verdict: `ok`, `drifted`, `not comparable`, or `not checked` (switched off in the constraints).
        reason: why not comparable or not checked, or what else a reader should know; else "".
        not_numeric: present cells of a compared numeric column that are no numbers.
    """

    name: str
    inferred_type: InferredType
    kind: Kind = ""
    method: str = ""
    distance: float | None = None
    threshold: float | None = None
    verdict: Word = "not comparable"
    reason: str = ""
    not_numeric: int = 0


def worst_first(verdicts: Iterable[FeatureVerdict]) -> tuple[FeatureVerdict, ...]:
    """Drifted features first, the farthest in front; those without a distance last."""
    return tuple(sorted(verdicts, key=lambda v: (_RANK[v.verdict], -(v.distance or 0.0))))
