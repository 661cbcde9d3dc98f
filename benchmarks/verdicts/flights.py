"""The verdict on real flights: halves of one month never differ, consecutive months do."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from drift_engine import make_baseline
from drift_engine.states import Profile
from drift_engine.verdicts import Comparison, DriftConfig, calibrated, compare
from examples.flights import prepare

_SIMPLE = Comparison(DriftConfig(method="Simple"))


def months() -> list[Profile]:
    """The profiles of January to December 2013, of the columns that the example checks."""
    return [make_baseline(_rows(month)).statistics for month in range(1, 13)]


def halves(seed: int, month: int = 1) -> tuple[Profile, Profile]:
    """The profiles of two random halves of a month."""
    flights = _rows(month)
    order = np.random.default_rng([seed, month]).permutation(len(flights))
    middle = len(order) // 2
    first, second = (
        make_baseline(flights.iloc[np.sort(part)]).statistics for part in (order[:middle], order[middle:])
    )
    return first, second


def alarms(current: Profile, baseline: Profile) -> dict[str, bool]:
    """Whether any column drifted, by rule."""
    found = {
        "ours": calibrated(current, baseline),
        "Simple": compare(current, baseline, _SIMPLE),
        "Robust": compare(current, baseline),
    }
    return {rule: any(v.verdict == "drifted" for v in verdicts) for rule, verdicts in found.items()}


def split_alarms(seed: int) -> dict[str, bool]:
    """Whether any column drifted from one random half of January to the other, by rule."""
    return alarms(*halves(seed))


def _rows(month: int) -> pd.DataFrame:
    flights = _flights()
    return flights.loc[flights["month"] == month, list(prepare.FEATURES)]


@lru_cache(maxsize=1)
def _flights() -> pd.DataFrame:
    return prepare.departures(prepare.source_folder())
