"""What an evaluation says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drift_engine.evaluation.metric_names import is_of_feature, metric_name


@dataclass(frozen=True)
class Evaluation:
    """Metrics and answer of a run.

    Attributes:
        metrics: value by metric name, in the order in which to publish: the distances, then the counts, and
            the heartbeat `drift_check_completed` last, since it vouches for the rest.
        answer: the step's outputs by name, plain JSON.
        drifted: the metric names of the features that drifted.
        lacks_columns: whether the batch lacks columns of the baseline, or has other ones.
    """

    metrics: Mapping[str, float]
    answer: Mapping[str, int | float | str]
    drifted: frozenset[str] = frozenset()
    lacks_columns: bool = False

    def published(self, features: str) -> dict[str, float]:
        """The metrics without the features that were not asked for, each of which costs.

        Args:
            features: `all`, or names with commas between; `drifted` among them stands for those that drifted.
        """
        names = features.split(",")
        wanted = {metric_name(name) for name in names} | (self.drifted if "drifted" in names else set())
        return {
            name: value
            for name, value in self.metrics.items()
            if "all" in names or name in wanted or not is_of_feature(name)
        }
