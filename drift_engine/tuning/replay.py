"""What would have alarmed on past batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from drift_engine.checks import Constraints
from drift_engine.profiles import named_as
from drift_engine.report.tables import Row, text_table
from drift_engine.report.words import distance, plural, shown
from drift_engine.states import Profile
from drift_engine.thresholds import Thresholds, obeyed
from drift_engine.verdicts import FeatureVerdict, Rule, judge

_NAME, _DAYS = 40, 12


@dataclass(frozen=True, eq=False)
class Replay:
    """Past batches under today's thresholds.

    Attributes:
        batches: their names, in order.
        alarms: the batches on which each feature would have alarmed, by feature, in the baseline's order.
        ignored: features that are ignored today, and why.
        silent: features of low importance: they are counted in `alarms`, but raise none for the batch.
        verdicts: by feature, one a batch.
        own: features with a threshold of their own in the file; the rule decides on the others.
        rule: which one.
    """

    batches: tuple[str, ...]
    alarms: dict[str, tuple[str, ...]]
    ignored: dict[str, str]
    silent: frozenset[str]
    verdicts: dict[str, tuple[FeatureVerdict, ...]]
    own: frozenset[str]
    rule: Rule

    @property
    def alarmed(self) -> tuple[str, ...]:
        """The batches with an alarm of any feature."""
        loud = {day for name, days in self.alarms.items() if name not in self.silent for day in days}
        return tuple(batch for batch in self.batches if batch in loud)


def replay(
    named: Sequence[tuple[str, Profile]],
    baseline: tuple[Profile, Constraints],
    thresholds: Thresholds,
    today: date,
    rule: Rule = "calibrated",
) -> Replay:
    """Which past batches would have alarmed, and on which feature.

    Args:
        named: the batches' names and profiles, in the order of time.
        baseline: what they are compared with, and what it allows.
        thresholds: the file.
        today: what ignoring is held against.
        rule: who decides on features and settings that the file doesn't name.
    """
    profile, constraints = baseline
    judged = []
    for _, read in named:
        current = named_as(read, profile.names())
        verdicts = judge(current, profile, constraints.comparison(), rule)
        judged.append(obeyed(verdicts, current, profile, thresholds, today))
    batches = tuple(name for name, _ in named)
    columns = dict(zip(profile.names(), zip(*judged, strict=True), strict=True))
    alarms = {
        name: tuple(batch for batch, each in zip(batches, column, strict=True) if each.verdict == "drifted")
        for name, column in columns.items()
    }
    wishes = thresholds.features
    ignored = {
        name: f"until {wish.ignore_until}: {wish.reason}"
        for name, wish in wishes.items()
        if wish.ignored(today)
    }
    return Replay(batches, alarms, ignored, thresholds.silent, columns, thresholds.own, rule)


def replay_text(found: Replay) -> str:
    """A row a feature that would have alarmed, and the sum."""
    rows: list[Row] = [("feature", "method", "threshold", "alarms", "largest", "on")]
    for name, days in sorted(found.alarms.items(), key=lambda each: -len(each[1])):
        if days:
            rows.append(_row(name, days, found))
    lines = [text_table(rows)] if len(rows) > 1 else []
    lines += [f"{shown(name, _NAME)}: ignored {why}" for name, why in found.ignored.items()]
    lines.append(
        f"{len(found.alarmed):,} alarms in {plural(len(found.batches), 'batch')}".replace("batchs", "batches")
    )
    return "\n".join(lines)


def replay_document(found: Replay) -> dict[str, Any]:
    """The replay with JSON's types alone."""
    return {
        "batches": list(found.batches),
        "alarmed": list(found.alarmed),
        "ignored": dict(found.ignored),
        "features": [
            {
                "name": name,
                "alarms": list(found.alarms[name]),
                "low_importance": name in found.silent,
                "threshold": column[-1].threshold if column else None,
                "decided_by": "threshold" if name in found.own else found.rule,
                "method": column[-1].method if column else "",
                "distances": [verdict.distance for verdict in column],
            }
            for name, column in found.verdicts.items()
        ],
    }


def _row(name: str, days: tuple[str, ...], found: Replay) -> Row:
    column = found.verdicts[name]
    compared = [verdict for verdict in column if verdict.distance is not None]
    more = f" and {len(days) - _DAYS:,} more" if len(days) > _DAYS else ""
    decided = name in found.own or found.rule == "model-monitor"
    return (
        shown(name, _NAME),
        compared[-1].method if compared else "",
        "(tests)" if not decided else distance(compared[-1].threshold) if compared else "",
        f"{len(days)}{' (low)' if name in found.silent else ''}",
        distance(max((verdict.distance or 0.0 for verdict in compared), default=None)),
        ", ".join(shown(day, _NAME) for day in days[:_DAYS]) + more,
    )
