"""A history as text for people and as a document for machines."""

from __future__ import annotations

from typing import Any

from drift_engine.history.change import LEAST_BATCHES, Change, batches_to_show
from drift_engine.history.timeline import FeatureHistory, History
from drift_engine.report.effects import effect_of, tested
from drift_engine.report.tables import Row, text_table
from drift_engine.report.words import distance, number, percent, plural, shown
from drift_engine.verdicts import FeatureVerdict

_BARS = "▁▂▃▄▅▆▇█"
_NAME = 40
_WIDEST = 60
_HEAD = (
    "feature",
    "distances",
    "largest",
    "drifted",
    "changed at",
    "95% within",
    "before",
    "after",
    "p (Holm)",
)


def history_text(history: History) -> str:
    """A row a feature: how far it was as bars, how many batches drifted, where it changed.

    How far are the effects where tests decided, as on the page, else the distances.
    """
    by_tests = tested(verdict for feature in history.features for verdict in feature.verdicts)
    rows: list[Row] = [tuple("effects" if each == "distances" and by_tests else each for each in _HEAD)]
    rows += [_row(feature, history, by_tests) for feature in history.features]
    ends = f"{shown(history.batches[0], _NAME)} to {shown(history.batches[-1], _NAME)}"
    changed = sum(feature.changed for feature in history.features)
    count = "1 batch" if len(history.batches) == 1 else f"{len(history.batches):,} batches"
    said = f"{count}, {ends}; {plural(changed, 'feature')} changed"
    if len(history.batches) < LEAST_BATCHES:
        said += f" (fewer than {LEAST_BATCHES} batches: change points are not looked for)"
    else:
        looked = sum(feature.change is not None for feature in history.features)
        needed = batches_to_show(looked, history.alpha)
        if len(history.batches) < needed:
            said += (
                f" (too few batches: of {plural(looked, 'feature')} no change can be told before {needed})"
            )
    return f"{text_table(rows)}\n{said}"


def history_document(history: History) -> dict[str, Any]:
    """The history with JSON's types alone."""
    batches = zip(history.batches, history.rows, strict=True)
    return {
        "alpha": history.alpha,
        "batches": [{"name": name, "rows": rows} for name, rows in batches],
        "features": [
            {
                "name": feature.name,
                "distances": [verdict.distance for verdict in feature.verdicts],
                "effects": [effect_of(verdict) for verdict in feature.verdicts],
                "verdicts": [verdict.verdict for verdict in feature.verdicts],
                "changed": feature.changed,
                "change": _change_document(feature, history),
            }
            for feature in history.features
        ],
    }


def _change_document(feature: FeatureHistory, history: History) -> dict[str, Any] | None:
    if feature.change is None:
        return None
    return {
        "at": history.batches[feature.change.at],
        "index": feature.change.at,
        "earliest": history.batches[feature.change.earliest],
        "latest": history.batches[feature.change.latest],
        "p_value": feature.change.p_value,
        "adjusted_p_value": feature.adjusted_p_value,
        "mean_distance_before": feature.before,
        "mean_distance_after": feature.after,
    }


def _row(feature: FeatureHistory, history: History, by_tests: bool) -> Row:
    far, said = (effect_of, _percent) if by_tests else (_distance_of, distance)
    found = [far(verdict) for verdict in feature.verdicts]
    known = [each for each in found if each is not None]
    drifted = sum(verdict.verdict == "drifted" for verdict in feature.verdicts)
    change = feature.change if feature.changed else None
    return (
        shown(feature.name, _NAME),
        _bars(found),
        said(max(known, default=None)),
        str(drifted),
        "" if change is None else shown(history.batches[change.at], _NAME),
        "" if change is None else _within(change, history),
        "" if change is None else said(_mean(found[: change.at])),
        "" if change is None else said(_mean(found[change.at :])),
        "" if feature.change is None else number(feature.adjusted_p_value, 2),
    )


def _distance_of(verdict: FeatureVerdict) -> float | None:
    return verdict.distance


def _percent(share: float | None) -> str:
    return "" if share is None else percent(share)


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _within(change: Change, history: History) -> str:
    first, last = (shown(history.batches[at], _NAME) for at in (change.earliest, change.latest))
    return first if first == last else f"{first} to {last}"


def _bars(values: list[float | None]) -> str:
    """A character a batch, the last sixty; the highest bar is the largest distance, a blank: not compared."""
    last = values[-_WIDEST:]
    top = max((value for value in last if value is not None), default=0.0) or 1.0
    return "".join(" " if value is None else _BARS[round(7 * value / top)] for value in last)
