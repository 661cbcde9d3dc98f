"""Every distance of every feature, whatever the configured method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drift_engine.distances import DISTANCES
from drift_engine.states.profile import Profile
from drift_engine.verdicts.columns import categories, numbers
from drift_engine.verdicts.compare import compare
from drift_engine.verdicts.spelling import as_baseline_spells
from drift_engine.verdicts.verdict import FeatureVerdict


@dataclass(frozen=True)
class FeatureDistances:
    """A feature's verdict with the service's defaults, and all rows of `DISTANCES` that fit its kind."""

    verdict: FeatureVerdict
    distances: Mapping[str, float]


def all_distances(current: Profile, baseline: Profile) -> tuple[FeatureDistances, ...]:
    """For every feature of the baseline; no distances where it can't be compared.

    Args:
        current: the profile of the data in question.
        baseline: the profile of the data that it is compared with.
    """
    current = as_baseline_spells(current, baseline)
    new = {feature.name: feature for feature in current.features}
    old = {feature.name: feature for feature in baseline.features}
    found = []
    for verdict in compare(current, baseline):
        measure = numbers if verdict.kind == "numerical" else categories
        rows = [row for row in DISTANCES.values() if row.kind == verdict.kind]
        distances = {
            row.name: float(row.compute(measure(new[verdict.name]), measure(old[verdict.name])))
            for row in rows
        }
        found.append(FeatureDistances(verdict, distances))
    return tuple(found)
