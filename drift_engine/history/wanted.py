"""A history as a thresholds file wants it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from drift_engine.history.timeline import History, mean_distances
from drift_engine.profiles import named_as
from drift_engine.states import Profile
from drift_engine.thresholds import Thresholds, obeyed


def obeying(
    history: History, profiles: Sequence[Profile], baseline: Profile, thresholds: Thresholds, today: date
) -> History:
    """The verdicts that the file decides on; where the features changed does not depend on it.

    Args:
        history: the timeline of the batches.
        profiles: the batches' profiles, in its order.
        baseline: what they were compared with.
        thresholds: the file; what it ignores today is ignored in all batches.
        today: the day, in UTC, that ignoring is held against.
    """
    judged = []
    for place, profile in enumerate(profiles):
        ruled = [feature.verdicts[place] for feature in history.features]
        judged.append(obeyed(ruled, named_as(profile, baseline.names()), baseline, thresholds, today))
    features = []
    for place, feature in enumerate(history.features):
        verdicts = tuple(batch[place] for batch in judged)
        before, after = mean_distances(verdicts, feature.change)
        features.append(replace(feature, verdicts=verdicts, before=before, after=after))
    return replace(history, features=tuple(features))
