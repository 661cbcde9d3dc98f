"""Every feature over all batches: distances, verdicts, and where it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drift_engine.checks import Constraints
from drift_engine.history.change import LEAST_BATCHES, Change, change_point
from drift_engine.history.series import blocks
from drift_engine.profiles import named_as
from drift_engine.states import FeatureProfile, Profile
from drift_engine.verdicts import FeatureVerdict, Rule, judge
from drift_engine.verdicts.adjust import adjusted

_DRAWS, _DRAWS_A_FEATURE = 999, 60


@dataclass(frozen=True, eq=False)
class FeatureHistory:
    """One feature.

    Attributes:
        name: as the baseline calls it.
        verdicts: one a batch.
        change: its best split; None where there are too few batches.
        adjusted_p_value: the split's, corrected for the number of features (Holm).
        changed: whether that is at most alpha.
        before, after: the mean distance from the baseline on either side of the split, batches alike.
    """

    name: str
    verdicts: tuple[FeatureVerdict, ...]
    change: Change | None = None
    adjusted_p_value: float = 1.0
    changed: bool = False
    before: float | None = None
    after: float | None = None


@dataclass(frozen=True, eq=False)
class History:
    """A sequence of batches.

    Attributes:
        batches: their names, in order.
        rows: how many rows each has.
        features: of the baseline, those that changed first, the surest in front.
        alpha: the share of healthy histories in which any feature is said to have changed, at most.
    """

    batches: tuple[str, ...]
    rows: tuple[int, ...]
    features: tuple[FeatureHistory, ...]
    alpha: float = 0.05


def timeline(
    named: Sequence[tuple[str, Profile]],
    baseline: Profile,
    constraints: Constraints,
    *,
    rule: Rule = "calibrated",
    alpha: float = 0.05,
    seed: int = 0,
) -> History:
    """The history of batches against one baseline.

    Args:
        named: the batches' names and profiles, in the order of time.
        baseline: what their distances are measured from; where they changed does not depend on it.
        constraints: methods and thresholds.
        rule: who decides on each batch.
        alpha: the chance of any false change point.
        seed: of the permutations.
    """
    profiles = [named_as(each, baseline.names()) for _, each in named]
    judged = [
        {verdict.name: verdict for verdict in judge(each, baseline, constraints.comparison(), rule)}
        for each in profiles
    ]
    columns = [{feature.name: feature for feature in each.features} for each in profiles]
    draws = max(_DRAWS, _DRAWS_A_FEATURE * len(baseline.features))
    names = baseline.names()
    found = [_change([column.get(name) for column in columns], draws, seed) for name in names]
    tested = [change.p_value for change in found if change is not None]
    corrected = iter(adjusted(tested, "holm"))
    features = []
    for name, change in zip(names, found, strict=True):
        verdicts = tuple(batch[name] for batch in judged)
        p_value = 1.0 if change is None else next(corrected)
        before, after = mean_distances(verdicts, change)
        features.append(FeatureHistory(name, verdicts, change, p_value, p_value <= alpha, before, after))
    features.sort(key=lambda each: (not each.changed, each.adjusted_p_value))
    rows = tuple(each.item_count for each in profiles)
    return History(tuple(name for name, _ in named), rows, tuple(features), alpha)


def _change(features: list[FeatureProfile | None], draws: int, seed: int) -> Change | None:
    return change_point(blocks(features), draws, seed) if len(features) >= LEAST_BATCHES else None


def mean_distances(
    verdicts: tuple[FeatureVerdict, ...], change: Change | None
) -> tuple[float | None, float | None]:
    """The mean distance before and after a change; None without one."""
    if change is None:
        return None, None
    return _mean(verdicts[: change.at]), _mean(verdicts[change.at :])


def _mean(verdicts: tuple[FeatureVerdict, ...]) -> float | None:
    found = [verdict.distance for verdict in verdicts if verdict.distance is not None]
    return sum(found) / len(found) if found else None
