"""What the page's script draws: a verdict and a step of colour for every feature and batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from drift_engine.history.timeline import FeatureHistory, History
from drift_engine.report.sentences import excess
from drift_engine.report.words import LONGEST, shown
from drift_engine.verdicts import FeatureVerdict

Document: TypeAlias = dict[str, Any]
WORDS: Final = ("ok", "drifted", "undecided", "not enough data", "not comparable", "not checked")
_MOST_CELLS: Final = 250_000
_LEAST_BATCHES: Final = 60
_NAME, _FULL_NAME = 40, 400


@dataclass(frozen=True)
class Scale:
    """What the colours mean.

    Attributes:
        name: what is measured, for people.
        bounds: ascending; a cell's step is how many of these it exceeds.
        unit: "%" where the measure is a share, else "".
    """

    name: str
    bounds: tuple[float, ...]
    unit: str

    def of(self, verdict: FeatureVerdict) -> float | None:
        """How far the feature moved in one batch; None where it wasn't compared."""
        if self.unit:
            return max((each.effect for each in verdict.tests), default=None)
        return None if verdict.distance is None else excess(verdict)

    def step(self, verdict: FeatureVerdict) -> str:
        """A digit, or a dash where nothing was compared."""
        far = self.of(verdict)
        return "-" if far is None else str(sum(far > bound for bound in self.bounds))


_MOVED = Scale("share of the rows that moved", (0.02, 0.05, 0.1, 0.25, 0.5), "%")
_UNITS = Scale("distance in units of its threshold", (0.25, 0.5, 1.0, 2.0, 5.0), "")


def scale_of(history: History) -> Scale:
    """The tests' effects where there are any, which features share; else distances over their thresholds."""
    tested = any(verdict.tests for feature in history.features for verdict in feature.verdicts)
    return _MOVED if tested else _UNITS


def first_shown(history: History) -> int:
    """The index of the first batch that the page has room for."""
    most = max(_LEAST_BATCHES, _MOST_CELLS // max(1, len(history.features)))
    return max(0, len(history.batches) - most)


def document(history: History, links: Sequence[str]) -> Document:
    """Batches with their links, and features with a character a batch for verdict and colour."""
    first, scale = first_shown(history), scale_of(history)
    batches = zip(history.batches[first:], history.rows[first:], links[first:], strict=True)
    return {
        "batches": [[shown(name, _NAME), rows, link] for name, rows, link in batches],
        "words": WORDS,
        "measure": scale.name,
        "unit": scale.unit,
        "features": [_feature(feature, scale, first) for feature in history.features],
    }


def _feature(feature: FeatureHistory, scale: Scale, first: int) -> Document:
    verdicts = feature.verdicts[first:]
    made: Document = {
        "name": shown(feature.name) or "(no name)",
        "words": "".join(str(WORDS.index(verdict.verdict)) for verdict in verdicts),
        "steps": "".join(scale.step(verdict) for verdict in verdicts),
        "far": [_rounded(scale.of(verdict)) for verdict in verdicts],
        "distance": [_rounded(verdict.distance) for verdict in verdicts],
        "limit": next((each.threshold for each in reversed(verdicts) if each.threshold is not None), None),
        "drifted": sum(verdict.verdict == "drifted" for verdict in feature.verdicts),
    }
    if len(feature.name) > LONGEST:
        made["full"] = shown(feature.name, _FULL_NAME)
    if feature.changed and feature.change is not None:
        made["changed"] = feature.change.at - first
    return made


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.3g}")
