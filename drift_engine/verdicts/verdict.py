"""What is said about one feature, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from drift_engine.states.profile import InferredType

Kind: TypeAlias = Literal["numerical", "categorical", ""]
Word: TypeAlias = Literal["ok", "drifted", "undecided", "not enough data", "not comparable", "not checked"]
TestName: TypeAlias = Literal["distribution", "missing", "unseen"]

_RANK: Mapping[Word, int] = {
    "drifted": 0,
    "undecided": 1,
    "ok": 2,
    "not checked": 3,
    "not enough data": 4,
    "not comparable": 5,
}
JUDGED: frozenset[Word] = frozenset({"ok", "drifted", "undecided"})
"""Words that say something of a feature's distribution."""
UNJUDGED: frozenset[Word] = frozenset({"not enough data", "not comparable"})
"""Words of features that were to be judged and could not be."""


@dataclass(frozen=True)
class Outcome:
    """One two-sample test of one feature, as the calibrated verdict makes it.

    Attributes:
        test: of the distribution, the share of missing cells, or the share of unseen categories.
        p_value: of this test alone, in [0, 1].
        adjusted_p_value: corrected for all tests of the table.
        effect: how far the two sides are apart, 0.0 to 1.0: the largest difference of the distribution
            functions (numbers), the share of rows that changed category, or the difference of two shares.
        effect_floor: an effect up to this is no drift, however significant.
        interval: where the effect lies, given the sketches' rank errors (three standard deviations); a point
            where the sketches hold all values.
        says: `drifted` where both significant and above the floor, `undecided` where significant with the
            floor inside the interval, else `ok`.
    """

    test: TestName
    p_value: float
    adjusted_p_value: float
    effect: float
    effect_floor: float
    interval: tuple[float, float]
    says: Literal["ok", "drifted", "undecided"] = "ok"

    def __str__(self) -> str:
        p, adjusted = f"{self.p_value:.2g}", f"{self.adjusted_p_value:.2g}"
        return f"{self.test}: {self.says}, effect {self.effect:.3g}, p {p}, {adjusted} in this table"


@dataclass(frozen=True)
class FeatureVerdict:
    """What is to be said about a feature.

    Attributes:
        name: the feature's name in the baseline.
        inferred_type: its type in the baseline.
        kind: what was compared, numbers or categories; "" where nothing was.
        method: the row of `DISTANCES` that the distance is from; "" where nothing was compared.
        distance: finite, >= 0, the larger the worse; None where nothing was compared.
        threshold: for Model Monitor's rule the feature drifted where `distance > threshold`; None where
            nothing was compared.
        verdict: `ok`, `drifted`, `not comparable`, or `not checked` (switched off in the constraints); and of
            the calibrated rule `undecided` and `not enough data`.
        reason: why not comparable or not checked, or what else a reader should know; else "".
        not_numeric: present cells of a compared numeric column that are no numbers.
        p_value, adjusted_p_value, effect, effect_floor, interval: those of the distribution's `Outcome`; None
            where it wasn't tested.
        smallest_shift: the least change that a batch of this size shows nine times out of ten: for numbers in
            standard deviations, for categories as a share of the rows; None where nothing was tested.
        tests: all tests of the feature.
        dates: the first and the last day of the current data, of a column whose dates are new for the greater
            part and not tested; None of any other.
        own_threshold: whether a threshold of the feature's own decided (`thresholds.json`); then `method`,
            `distance` and `threshold` are that one's.
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
    p_value: float | None = None
    adjusted_p_value: float | None = None
    effect: float | None = None
    effect_floor: float | None = None
    interval: tuple[float, float] | None = None
    smallest_shift: float | None = None
    tests: tuple[Outcome, ...] = ()
    dates: tuple[str, str] | None = None
    own_threshold: bool = False

    def outcome(self, test: TestName) -> Outcome | None:
        """What this test of the feature says; None where it was not made."""
        return next((each for each in self.tests if each.test == test), None)

    @property
    def decisive(self) -> Outcome | None:
        """The test that the verdict rests on: of those that drifted the one with the largest effect.

        None where a threshold of the feature's own decided, or nothing was tested.
        """
        if self.own_threshold or self.verdict in UNJUDGED:
            return None
        for word in ("drifted", "undecided"):
            found = [test for test in self.tests if test.says == word]
            if found:
                return max(found, key=lambda test: test.effect)
        return self.outcome("distribution") or next(iter(self.tests), None)


def worst_first(verdicts: Iterable[FeatureVerdict]) -> tuple[FeatureVerdict, ...]:
    """Drifted features first, the farthest in front; those that could not be judged last.

    How far is the effect where tests decided, and the distance where a threshold did.
    """
    return tuple(sorted(verdicts, key=_badness))


def farthest_first(verdicts: Iterable[FeatureVerdict]) -> tuple[FeatureVerdict, ...]:
    """The same by distance alone, whatever decided."""
    return tuple(sorted(verdicts, key=lambda each: (_RANK[each.verdict], -(each.distance or 0.0))))


def _badness(verdict: FeatureVerdict) -> tuple[float, ...]:
    found = verdict.decisive
    far = verdict.distance if found is None else found.effect
    return (_RANK[verdict.verdict], -(far or 0.0), -(verdict.distance or 0.0))
