"""One feature by itself: which of its tests can be made, and what they say before the table is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from drift_engine.distances.shares import Counts
from drift_engine.distances.total_variation import total_variation
from drift_engine.states.profile import FeatureProfile
from drift_engine.verdicts.category_tests import CategoryTests
from drift_engine.verdicts.columns import categories, numbers
from drift_engine.verdicts.dates import ANY_DATE, Dates, dates_as_one, dates_of
from drift_engine.verdicts.identifiers import identifies
from drift_engine.verdicts.permutation import Draws
from drift_engine.verdicts.power import smallest_location_shift, smallest_share_shift
from drift_engine.verdicts.proportions import least_p_value, two_proportions
from drift_engine.verdicts.rank_test import RankTest
from drift_engine.verdicts.significance import Significance
from drift_engine.verdicts.verdict import FeatureVerdict, Outcome, TestName

# Three standard deviations: the rank errors that were measured are within it at every rank at once.
_REACH = 3.0


@dataclass(frozen=True, eq=False)
class Measured:
    """A feature before its table is known.

    Attributes:
        service: Model Monitor's verdict on it.
        tests: the tests that can be made; their p-values are not adjusted yet.
        sides: the feature in the current data and in the baseline; None where nothing may be tested.
        identifier: whether the column names its rows.
        dates: the days of a column of new dates; None of any other.
        shift: the smallest shift that is found at a given p-value; None where the distribution isn't tested.
    """

    service: FeatureVerdict
    tests: tuple[Outcome, ...] = ()
    sides: tuple[FeatureProfile, FeatureProfile] | None = None
    identifier: bool = False
    dates: Dates | None = None
    shift: Callable[[float], float] | None = None


def measured(
    service: FeatureVerdict,
    new: FeatureProfile | None,
    old: FeatureProfile,
    significance: Significance,
    draws: Draws,
) -> Measured:
    """The tests of a feature: missing cells, the distribution, unseen categories.

    What the service's rule doesn't compare, for its types or for want of a distribution, has its missing
    cells tested all the same. The distribution of a column that names its rows is not tested, nor one with
    too few cells; of a column of new dates only what is no date, all dates being one category. A test that
    could not reach alpha however the same cells were split is not made, and so not corrected for (Tarone
    1990, Biometrics 46, 515-522).

    Args:
        service: Model Monitor's verdict on the feature.
        new: the feature in the current data, None where it lacks it.
        old: the feature in the baseline.
        significance: effect floors and least rows.
        draws: permutations.
    """
    if new is None or service.verdict == "not checked":
        return Measured(service)
    sides, missing = (new, old), _missing(new, old, significance)
    if identifies(new, old):
        return Measured(service, missing, sides, identifier=True)
    enough = min(new.num_present, old.num_present) >= significance.least_rows
    dates = None if service.distance is None else dates_of(new, old)
    if service.distance is None or not enough:
        return Measured(service, missing, sides, dates=dates)
    if service.kind == "numerical":
        tests, shift = _numerical(new, old, significance, draws)
    else:
        merged = [categories(side) if dates is None else dates_as_one(categories(side)) for side in sides]
        tests, shift = _categorical(merged[0], merged[1], significance, draws)
    return Measured(service, (*tests, *missing), sides, dates=dates, shift=shift)


_Found = tuple[tuple[Outcome, ...], Callable[[float], float] | None]


def _missing(new: FeatureProfile, old: FeatureProfile, significance: Significance) -> tuple[Outcome, ...]:
    rows, old_rows = new.num_present + new.num_missing, old.num_present + old.num_missing
    table = (new.num_missing, rows, old.num_missing, old_rows)
    if not rows or not old_rows or least_p_value(*table) > significance.alpha:
        return ()
    effect = abs(new.num_missing / rows - old.num_missing / old_rows)
    return (_outcome("missing", two_proportions(*table), effect, significance.share_floor),)


def _numerical(new: FeatureProfile, old: FeatureProfile, significance: Significance, draws: Draws) -> _Found:
    mine, theirs = numbers(new), numbers(old)
    test = None if mine is None or theirs is None else RankTest.of(mine, theirs)
    if mine is None or theirs is None or test is None:
        return (), None
    effect, floor, reach = test.steps.largest_gap, significance.effect_floor, _REACH * test.error
    interval, p_value = (max(0.0, effect - reach), min(1.0, effect + reach)), test.p_value(draws)
    made = Outcome("distribution", p_value, p_value, effect, floor, interval)
    shift = partial(smallest_location_shift, test.steps.n, test.steps.m, error=test.error, floor=floor)
    return (made,), shift


def _categorical(
    mine: Counts | None, theirs: Counts | None, significance: Significance, draws: Draws
) -> _Found:
    test = None if mine is None or theirs is None else CategoryTests.of(mine, theirs)
    if mine is None or theirs is None or test is None or mine.keys() == theirs.keys() == {ANY_DATE}:
        return (), None
    n, m, floor = int(test.current.sum()), int(test.baseline.sum()), significance.effect_floor
    tests = [_outcome("distribution", test.p_value(draws), total_variation(mine, theirs), floor)]
    if test.unseen_is_testable:
        p_value = test.unseen_p_value(draws)
        tests.append(_outcome("unseen", p_value, test.unseen_share, significance.share_floor))
    largest = float(test.pooled.max()) / (n + m)
    degrees = max(1, len(test.pooled) - 1)
    shift = partial(smallest_share_shift, n, m, share=largest, degrees=degrees, floor=floor)
    return tuple(tests), shift


def _outcome(test: TestName, p_value: float, effect: float, floor: float) -> Outcome:
    return Outcome(test, p_value, p_value, effect, floor, (effect, effect))
