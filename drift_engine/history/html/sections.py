"""The page's parts that need no script: what happened, the features' rows, the batches."""

from __future__ import annotations

from collections.abc import Sequence

from drift_engine.history.html.document import Scale, first_shown
from drift_engine.history.timeline import FeatureHistory, History
from drift_engine.report.html.escape import text
from drift_engine.report.words import plural, shown

_NAME = 40


def summary(history: History) -> str:
    """How many features drifted in the last batch, and what changed."""
    last = history.batches[-1]
    drifted = sum(feature.verdicts[-1].verdict == "drifted" for feature in history.features)
    ever = sum(any(each.verdict == "drifted" for each in feature.verdicts) for feature in history.features)
    said = (
        f"{drifted or 'None'} of {plural(len(history.features), 'feature')} drifted in "
        f"{shown(last, _NAME)}, the last of {_batches(len(history.batches))}; {ever or 'none'} at least once"
    )
    changed = [feature for feature in history.features if feature.changed and feature.change is not None]
    if not changed:
        return said
    first = min(changed, key=lambda feature: feature.change.at if feature.change else 0)
    where = history.batches[first.change.at] if first.change else ""
    return f"{said}; {len(changed):,} changed, the first at {shown(where, _NAME)}"


def head(history: History, about: str) -> str:
    """The summary, what it is about, the theme's button."""
    rows = plural(sum(history.rows), "row")
    ends = f"{shown(history.batches[0], _NAME)} to {shown(history.batches[-1], _NAME)}"
    return (
        '<header><div class="over"><span>Drift history</span>'
        '<button id="theme" class="quiet" type="button" hidden>Dark</button></div>'
        f"<h1><bdi>{text(summary(history))}</bdi></h1>"
        f"<p><b><bdi>{text(ends)}</bdi></b> · {rows} · {text(about)}</p></header>"
    )


def controls(history: History) -> str:
    """Search, filters, order, and the buttons that move through the batches."""
    last = sum(feature.verdicts[-1].verdict == "drifted" for feature in history.features)
    ever = sum(any(each.verdict == "drifted" for each in feature.verdicts) for feature in history.features)
    changed = sum(feature.changed for feature in history.features)
    counted = (
        ("", "all", len(history.features)),
        ("last", "drifted in the last batch", last),
        ("ever", "drifted at least once", ever),
        ("changed", "changed", changed),
    )
    buttons = "".join(
        f'<button type="button" class="filter" data-word="{word}" '
        f'aria-pressed="{"false" if word else "true"}">{label} <b>{count:,}</b></button>'
        for word, label, count in counted
    )
    return (
        '<div class="controls" id="controls" hidden><label class="search"><span>Search features</span>'
        '<input id="search" type="search" autocomplete="off" spellcheck="false"></label>'
        f'<div class="filters" role="group" aria-label="Show features that">{buttons}</div>'
        '<label class="order">Order <select id="order"><option value="changed">changed first</option>'
        '<option value="last">farthest in the last batch</option><option value="drifted">drifted most often'
        '</option><option value="name">by name</option></select></label>'
        '<div class="pager"><button type="button" class="quiet" id="older">◂ Older</button>'
        '<span id="shown" role="status"></span>'
        '<button type="button" class="quiet" id="newer">Newer ▸</button></div></div>'
    )


def legend(scale: Scale) -> str:
    """What colours and marks mean."""
    bounds = [f"{100 * bound:g}%" if scale.unit else f"{bound:g}" for bound in scale.bounds]
    labels = [f"up to {bounds[0]}", *(f"up to {bound}" for bound in bounds[1:]), "more"]
    steps = "".join(
        f'<span class="swatch"><i class="cell s{step}" aria-hidden="true"></i>{label}</span>'
        for step, label in enumerate(labels)
    )
    return (
        f'<p class="legend"><b>Colour: {text(scale.name)}</b>{steps}</p>'
        '<p class="legend"><span class="swatch"><i class="cell s3 drift" aria-hidden="true">▲</i>drifted'
        "</span>"
        '<span class="swatch"><i class="cell s1" aria-hidden="true">?</i>undecided</span>'
        '<span class="swatch"><i class="cell none" aria-hidden="true">–</i>not compared</span>'
        '<span class="swatch"><i class="cell s1 turn" aria-hidden="true"></i>changed from here on'
        "</span></p>"
    )


def rows(history: History) -> str:
    """A table body a feature: its name, in how many batches it drifted, since when it is another."""
    return "".join(_row(position, feature, history) for position, feature in enumerate(history.features))


def _row(position: int, feature: FeatureHistory, history: History) -> str:
    name, since = shown(feature.name) or "(no name)", _since(feature, history)
    return (
        f'<tbody id="f{position}"><tr><th scope="row"><bdi>{text(name)}</bdi></th>'
        f'<td class="count">{_drifted(feature)}</td>'
        f'<td class="since"><bdi>{text(since)}</bdi></td></tr></tbody>'
    )


def batches(history: History, links: Sequence[str]) -> str:
    """Every batch with its rows, how many features drifted, and its report."""
    first = first_shown(history)
    made = []
    for index in range(len(history.batches) - 1, first - 1, -1):
        drifted = sum(feature.verdicts[index].verdict == "drifted" for feature in history.features)
        name = f"<bdi>{text(shown(history.batches[index], 80))}</bdi>"
        linked = f'<a href="{text(links[index], 2_000)}">{name}</a>' if links[index] else name
        made.append(
            f'<tr><th scope="row">{linked}</th><td>{history.rows[index]:,}</td><td>{drifted:,}</td></tr>'
        )
    older = f"<p>and {first:,} older.</p>" if first else ""
    return (
        '<section id="batches"><h2>Batches, the latest first</h2><table class="facts batches"><thead><tr>'
        '<th scope="col">Batch</th><th scope="col">Rows</th><th scope="col">Features that drifted</th></tr>'
        f"</thead><tbody>{''.join(made)}</tbody></table>{older}</section>"
    )


def _drifted(feature: FeatureHistory) -> str:
    count = sum(verdict.verdict == "drifted" for verdict in feature.verdicts)
    return f"{count:,} of {len(feature.verdicts):,}"


def _since(feature: FeatureHistory, history: History) -> str:
    if not feature.changed or feature.change is None:
        return ""
    return shown(history.batches[feature.change.at], _NAME)


def _batches(count: int) -> str:
    return "1 batch" if count == 1 else f"{count:,} batches"
