"""Whether a feature moved at all: the largest of many differences is never nothing."""

from __future__ import annotations

from drift_engine.rows import RowColumn
from drift_engine.segments.event import numeric
from drift_engine.verdicts.category_tests import CategoryTests
from drift_engine.verdicts.permutation import Draws
from drift_engine.verdicts.rank_test import RankTest

_DRAWS = Draws(0, 999)
_ALL = slice(None)


def chance_of(current: RowColumn, baseline: RowColumn) -> float:
    """The p-value of the calibrated verdict's test of the rows' distribution, in (0, 1].

    Of a thousand equally frequent categories half have grown in any batch, and those of this batch hold more
    of its rows, by 34 points with 2,000 rows against 4,000: `largest_event` finds that, and it is no drift.

    Args:
        current: the feature in the current data.
        baseline: the feature in the baseline.
    """
    if numeric(current) and numeric(baseline):
        ranks = RankTest.of(current.sketch(_ALL), baseline.sketch(_ALL))
        return 1.0 if ranks is None else ranks.p_value(_DRAWS)
    tests = CategoryTests.of(current.counts(_ALL), baseline.counts(_ALL))
    return 1.0 if tests is None else tests.p_value(_DRAWS)
