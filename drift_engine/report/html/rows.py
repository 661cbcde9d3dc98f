"""The table's rows as HTML that needs no script: name, verdict, distance, change, missing cells."""

from __future__ import annotations

from typing import Any

from drift_engine.report.effects import said, service_distance
from drift_engine.report.html.escape import text
from drift_engine.report.words import change, distance, probability
from drift_engine.verdicts import FeatureVerdict

MARKS = {"drifted": "▲", "ok": "✓", "undecided": "?", "not enough data": "…", "not comparable": "–"}
_WIDEST = 6.0
_BAR = 100
_LEAST_TICK = 0.01


def row(
    position: int, verdict: FeatureVerdict, document: dict[str, Any], *, trend: bool, by_tests: bool
) -> str:
    """One `tbody`: the feature's row, and the empty row that opens below it.

    Args:
        position: the feature's place in the report, which the script finds it by.
        verdict: what is said about it.
        document: what `document.features` made of it.
        trend: whether there is a column for past runs.
        by_tests: whether tests decided on this table, so that effects are shown and distances beside them.
    """
    cells = (
        f'<th scope="row" role="rowheader"><button class="name" aria-expanded="false" '
        f'aria-controls="d{position}"><bdi>{text(document["name"] or "(no name)")}</bdi></button>'
        f"<small>{text(verdict.inferred_type)}</small></th>",
        f'<td role="cell" class="verdict">{badge(verdict.verdict)}{_note(document)}</td>',
        f'<td role="cell" class="far">{_effect(verdict) if by_tests else _far(verdict)}</td>',
        '<td role="cell" class="pic"></td>',
        f'<td role="cell" class="moved"><bdi>{text(document["moved"] or document["reason"])}</bdi></td>',
        f'<td role="cell" class="gaps">{_missing(document["missing"])}</td>',
        '<td role="cell" class="trend"></td>' if trend else "",
    )
    columns = 7 if trend else 6
    alarm = " drifted-line" if verdict.verdict == "drifted" else ""
    return (
        f'<tbody role="rowgroup" id="f{position}"><tr role="row" class="line{alarm}">{"".join(cells)}</tr>'
        f'<tr role="row" class="more" id="d{position}" hidden><td role="cell" colspan="{columns}"></td></tr>'
        "</tbody>"
    )


def badge(word: str) -> str:
    """A verdict with its mark; a word that is new here has a mark too."""
    known = word.replace(" ", "-") if word in MARKS else "other"
    mark = f'<span aria-hidden="true">{MARKS.get(word, "•")}</span>'
    return f'<span class="badge {known}">{mark} {text(word)}</span>'


def _note(document: dict[str, Any]) -> str:
    return '<span class="tag">note</span>' if document["notes"] else ""


def _far(verdict: FeatureVerdict) -> str:
    """The distance, and a bar in units of the threshold: the tick is in the same place in every row."""
    if verdict.distance is None:
        return '<span class="none">not compared</span>'
    number = f"<b>{distance(verdict.distance)}</b>"
    if verdict.threshold is None:
        return number
    limit = verdict.threshold
    units = verdict.distance / limit if limit > 0 else (_WIDEST if verdict.distance > 0 else 0.0)
    width = round(_BAR * min(units, _WIDEST) / _WIDEST, 1)
    beyond = f'<path class="beyond" d="M{_BAR - 7} 0l5 5l-5 5"/>' if units > _WIDEST else ""
    tick = round(_BAR / _WIDEST, 1)
    return f"{number}<small> of {distance(limit)}</small>{_bar(width, tick, beyond)}"


def _effect(verdict: FeatureVerdict) -> str:
    """The effect that decided and its p-value, a bar from none of the rows to all, the floor as its tick.

    Model Monitor's distance stands below under its name; a threshold of the feature's own has its own bar.
    """
    if verdict.own_threshold:
        return f"{_far(verdict)}<small>own threshold, {text(verdict.method)}</small>"
    service = service_distance(verdict)
    below = f"<small>distance {service}</small>" if service else ""
    found = verdict.decisive
    if found is None:
        return f'<span class="none">not tested</span>{below}'
    effect, after = said(found)
    p_value = text(probability(found.adjusted_p_value))
    tick = round(_BAR * max(found.effect_floor, _LEAST_TICK), 1)
    bar = _bar(round(_BAR * min(found.effect, 1.0), 1), tick, "")
    return f'<b>{effect}</b><small>{after}, <span class="p">p {p_value}</span></small>{bar}{below}'


def _bar(width: float, tick: float, beyond: str) -> str:
    return (
        f'<svg class="bar" viewBox="0 0 {_BAR} 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width:g}" y="2" height="6"/>{beyond}<path d="M{tick:g} 0v10"/></svg>'
    )


def _missing(shares: list[float | None]) -> str:
    old, new = shares
    if old is None or new is None:
        return "no column" if new is None and old is not None else ""
    return change(old, new)
