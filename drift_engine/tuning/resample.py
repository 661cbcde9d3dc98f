"""Thresholds that keep a false-alarm rate over the whole table, found by resampling the baseline's rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drift_engine.distances import DISTANCES, Distance
from drift_engine.errors import ArgumentError
from drift_engine.rows import RowColumn, Rows
from drift_engine.states import Profile
from drift_engine.thresholds import Thresholds, Wish
from drift_engine.verdicts.columns import categories, numbers
from drift_engine.verdicts.dates import holds_dates
from drift_engine.verdicts.identifiers import may_identify

Floats = npt.NDArray[np.float64]

_BASELINES = 40
_LEAST_ROWS = 50
_OFTEN = 0.95


@dataclass(frozen=True, eq=False)
class Suggestion:
    """Thresholds and what they promise.

    Attributes:
        thresholds: a method and a threshold a feature.
        rate: the share of healthy batches in which any feature exceeds its threshold.
        batch_rows: the size of batch that this holds for.
        draws: how many batches were drawn.
        left_out: features that can't be compared, name rows or are dates.
    """

    thresholds: Thresholds
    rate: float
    batch_rows: int
    draws: int
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What is to be resampled.

    Attributes:
        batch_rows: rows of a batch to come.
        rate: the wanted share of healthy batches that alarm, over the table.
        draws: how many batches are drawn.
        seed: of the draws.
        methods: the distances of numbers and of categories.
    """

    batch_rows: int
    rate: float = 0.05
    draws: int = 1000
    seed: int = 0
    methods: tuple[str, str] = ("kolmogorov_smirnov", "total_variation")


def suggest_thresholds(rows: Rows, profile: Profile, plan: Plan) -> Suggestion:
    """A threshold a feature, such that a share `rate` of healthy batches has any feature above its own.

    Baselines (40, of all rows) and batches (of `batch_rows`) are drawn with replacement from the same rows,
    whole rows at a time, so that correlated features alarm together as they will. Each feature's distances
    are put in units of their own 95 % quantile; the largest of a batch's features is its score, and the
    thresholds are the score's 1 - rate quantile in every feature's unit (single-step maxT: Westfall & Young
    1993, Resampling-Based Multiple Testing, 2.3).

    Args:
        rows: a sample of the baseline's rows.
        profile: the baseline's, for the features' types.
        plan: how to draw.

    Raises:
        ArgumentError: no feature can be compared, fewer than 50 rows, or too few draws for the rate.
    """
    if plan.draws * plan.rate < 1.0:
        raise ArgumentError(f"draws: {plan.draws} are too few for a rate of {plan.rate:g}")
    if rows.count < _LEAST_ROWS:
        # A few rows drawn again and again are all the same batch: the thresholds would be near 0.
        said = (
            f"the baseline's rows are {rows.count:,}: at least {_LEAST_ROWS} are needed to draw batches from"
        )
        raise ArgumentError(said)
    chosen = _chosen(rows, profile, plan.methods)
    if not chosen:
        raise ArgumentError("no feature of the baseline can be compared, so that none needs a threshold")
    found = _distances(rows, chosen, plan)
    units = np.array([_unit(each) for each in found.T])
    scores = np.sort((found / units).max(axis=1))
    # The smallest score that at most a share `rate` of this and one more batch exceeds.
    place = min(len(scores), math.ceil((len(scores) + 1) * (1.0 - plan.rate)))
    limits = scores[place - 1] * units
    wishes = {
        name: Wish(row.name, _rounded_up(float(limit)))
        for (name, row), limit in zip(chosen.items(), limits, strict=True)
    }
    left_out = tuple(name for name in profile.names() if name not in chosen)
    return Suggestion(Thresholds(wishes), plan.rate, plan.batch_rows, plan.draws, left_out)


def _chosen(rows: Rows, profile: Profile, methods: tuple[str, str]) -> dict[str, Distance]:
    chosen = {}
    for feature in profile.features:
        column = rows.columns[feature.name]
        if may_identify(feature) or holds_dates(feature):
            continue
        if categories(feature) is not None and column.labels is not None:
            chosen[feature.name] = DISTANCES[methods[1]]
        elif numbers(feature) is not None:
            chosen[feature.name] = DISTANCES[methods[0]]
    return chosen


def _distances(rows: Rows, chosen: Mapping[str, Distance], plan: Plan) -> Floats:
    """Distances of drawn batches from drawn baselines; shape (draws, features)."""
    random = np.random.default_rng([plan.seed, plan.batch_rows])
    columns = [(rows.columns[name], row) for name, row in chosen.items()]
    found = np.empty((plan.draws, len(columns)))
    for draws in np.array_split(np.arange(plan.draws), min(_BASELINES, plan.draws)):
        picked = random.integers(0, rows.count, rows.count)
        baseline = [_side(column, row, picked) for column, row in columns]
        for draw in draws:
            batch = random.integers(0, rows.count, plan.batch_rows)
            found[draw] = [
                row.compute(_side(column, row, batch), known)
                for (column, row), known in zip(columns, baseline, strict=True)
            ]
    return found


def _side(column: RowColumn, row: Distance, picked: npt.NDArray[np.int64]) -> object:
    return column.sketch(picked) if row.kind == "numerical" else column.counts(picked)


def _unit(distances: Floats) -> float:
    often = float(np.quantile(distances, _OFTEN))
    positive = distances[distances > 0.0]
    if often > 0.0 or not len(positive):
        return max(often, np.finfo(float).tiny)
    return float(positive.min())


def _rounded_up(limit: float) -> float:
    """At three significant digits, never below; 0.0 for what is next to nothing."""
    if limit < 1e-12:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(limit)) - 3)
    return float(f"{math.ceil(limit / step) * step:.6g}")


def about(suggestion: Suggestion) -> dict[str, object]:
    """What the file says of where its numbers come from."""
    return {
        "rate": suggestion.rate,
        "batch_rows": suggestion.batch_rows,
        "draws": suggestion.draws,
        "left_out": list(suggestion.left_out),
    }
