"""Runs of one cell of the grid: how often a healthy batch alarms, how often a shifted column is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.verdicts.columns import KINDS, Size, feature, latent
from drift_engine.states import FeatureProfile, Profile
from drift_engine.verdicts import Comparison, DriftConfig, FeatureVerdict, Significance, compare
from drift_engine.verdicts.calibrated import judged
from drift_engine.verdicts.measure import Measured, measured
from drift_engine.verdicts.permutation import Draws

SIZES = (
    Size(1_000, 100),
    Size(10_000, 100),
    Size(10_000, 1_000),
    Size(100_000, 10_000),
    Size(100_000, 100_000),
)
CORRELATIONS = (0.0, 0.5)
SHIFTS = (0.1, 0.25, 0.5)
RULES = ("ours", "Simple", "Robust")
SHIFTED = tuple(dict.fromkeys(KINDS))
_OTHER_KINDS_UP_TO = 200
"""Runs of independent columns in which columns other than normal ones are shifted too."""
_SERVICE = {"Simple": Comparison(DriftConfig(method="Simple")), "Robust": Comparison()}


@dataclass(frozen=True)
class Run:
    """One simulated baseline and batch.

    Attributes:
        alarms: whether any column of the healthy batch drifted, by rule.
        found: whether the shifted column drifted, by rule, kind of column and shift, where it was tried.
    """

    alarms: dict[str, bool]
    found: dict[tuple[str, str, float], bool]


def run(seed: int, size: Size, correlation: float) -> Run:
    """One baseline, one healthy batch, and that batch with one column at a time shifted."""
    random = np.random.default_rng([seed, size.baseline, size.batch, int(100 * correlation)])
    names = [f"{kind} {index}" for index, kind in enumerate(KINDS)]
    old_normals = latent(random, size.baseline, correlation)
    new_normals = latent(random, size.batch, correlation)
    old = tuple(map(feature, names, KINDS, old_normals))
    new = tuple(map(feature, names, KINDS, new_normals))
    significance, draws = Significance(seed=seed), Draws(seed)
    table = list(_measured(new, old, significance, draws))
    alarms = {"ours": _any(judged(table, significance))}
    alarms |= {rule: _any(_service(new, old, rule)) for rule in _SERVICE}
    found: dict[tuple[str, str, float], bool] = {}
    others = seed < _OTHER_KINDS_UP_TO and not correlation
    for kind in SHIFTED if others else SHIFTED[:1]:
        at = KINDS.index(kind)
        for shift in SHIFTS:
            moved = feature(names[at], kind, new_normals[at], shift)
            (one,) = _measured((moved,), (old[at],), significance, draws)
            verdict = judged([*table[:at], one, *table[at + 1 :]], significance)[at]
            found["ours", kind, shift] = verdict.verdict == "drifted"
            for rule in _SERVICE:
                found[rule, kind, shift] = _any(_service((moved,), (old[at],), rule))
    return Run(alarms, found)


def _measured(
    new: tuple[FeatureProfile, ...], old: tuple[FeatureProfile, ...], significance: Significance, draws: Draws
) -> Iterator[Measured]:
    for verdict, mine, theirs in zip(_service(new, old, "Robust"), new, old, strict=True):
        yield measured(verdict, mine, theirs, significance, draws)


def _service(
    new: tuple[FeatureProfile, ...], old: tuple[FeatureProfile, ...], rule: str
) -> tuple[FeatureVerdict, ...]:
    rows = (new[0].num_present, old[0].num_present)
    return compare(Profile(rows[0], new), Profile(rows[1], old), _SERVICE[rule])


def _any(verdicts: tuple[FeatureVerdict, ...]) -> bool:
    return any(verdict.verdict == "drifted" for verdict in verdicts)
