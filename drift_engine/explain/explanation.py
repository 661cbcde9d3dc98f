"""One feature's verdict and what it rests on, as data."""

from __future__ import annotations

from dataclasses import dataclass

from drift_engine.checks import Constraints
from drift_engine.errors import ArgumentError
from drift_engine.explain.flips import Flip, flips
from drift_engine.explain.interval import GapInterval, category_interval, number_interval
from drift_engine.explain.parts import Part, category_parts, number_parts
from drift_engine.report.formula import formula
from drift_engine.report.sentences import changed, warnings
from drift_engine.report.shapes import shape
from drift_engine.report.words import shown
from drift_engine.states import FeatureProfile, Profile
from drift_engine.verdicts import FeatureVerdict, Rule, judge
from drift_engine.verdicts.columns import categories, numbers

_NAMES = 10


@dataclass(frozen=True, eq=False)
class Explanation:
    """A feature explained.

    Attributes:
        verdict: what the chosen rule says.
        tested: what the calibrated rule says, with its tests.
        formula: the steps from the distributions to the verdict, with the numbers put in.
        moved: the largest change in a few words.
        gap: where the distributions are farthest apart, and how far that is known; None where they can't be
            compared.
        parts: where the rows moved.
        missing: shares of missing cells, baseline and current; None where the data lacks the column.
        flips: what would change the verdict.
        warnings: what the method does not see, and the like.
    """

    verdict: FeatureVerdict
    tested: FeatureVerdict
    formula: tuple[str, ...]
    moved: str
    gap: GapInterval | None
    parts: tuple[Part, ...]
    missing: tuple[float, float] | None
    flips: tuple[Flip, ...]
    warnings: tuple[str, ...]


def explain(
    name: str,
    current: Profile,
    baseline: Profile,
    constraints: Constraints,
    rule: Rule = "calibrated",
) -> Explanation:
    """Why a feature got its verdict.

    Args:
        name: the feature, as the baseline calls it.
        current: the profile of the checked data.
        baseline: the profile that it is compared with.
        constraints: methods and thresholds.
        rule: who decides.

    Raises:
        ArgumentError: the baseline has no such feature.
    """
    olds = {feature.name: feature for feature in baseline.features}
    if name not in olds:
        known = ", ".join(shown(each, 40) for each in list(olds)[:_NAMES])
        more = ", ..." if len(olds) > _NAMES else ""
        raise ArgumentError(f"{shown(name)}: the baseline has no such feature; it has {known}{more}")
    comparison = constraints.comparison()
    tested = _of(name, judge(current, baseline, comparison, "calibrated"))
    verdict = tested if rule == "calibrated" else _of(name, judge(current, baseline, comparison, rule))
    old, new = olds[name], {feature.name: feature for feature in current.features}.get(name)
    drawn = shape(old, new)
    gap, parts = _where(old, new) if new is not None and verdict.distance is not None else (None, ())
    return Explanation(
        verdict,
        tested,
        formula(verdict, drawn),
        changed(verdict, drawn),
        gap,
        parts,
        None if new is None else (1.0 - old.completeness, 1.0 - new.completeness),
        flips(verdict),
        warnings(verdict, drawn),
    )


def _of(name: str, verdicts: tuple[FeatureVerdict, ...]) -> FeatureVerdict:
    return next(verdict for verdict in verdicts if verdict.name == name)


def _where(old: FeatureProfile, new: FeatureProfile) -> tuple[GapInterval | None, tuple[Part, ...]]:
    mine, theirs = categories(new), categories(old)
    if mine and theirs:
        return category_interval(mine, theirs), category_parts(mine, theirs)
    sketch, known = numbers(new), numbers(old)
    if sketch is None or known is None:
        return None, ()
    return number_interval(sketch, known), number_parts(sketch, known)
