"""The page's parts around the table: what happened, how to look, the findings, where it comes from."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any

from drift_engine.report.effects import tested
from drift_engine.report.findings import sentence
from drift_engine.report.html.escape import text
from drift_engine.report.html.rows import MARKS, badge
from drift_engine.report.model import Provenance, Report
from drift_engine.report.sentences import summary
from drift_engine.report.words import base_name, plural

_FILES = 50
_FINDINGS = 1_000


def head(report: Report) -> str:
    """The summary sentence, what was compared with what, and the theme's button."""
    files, baseline = report.provenance.files, report.baseline
    batch = (
        base_name(files[0].name) if len(files) == 1 else plural(len(files), "file") if files else "the batch"
    )
    against = f" against {baseline.item_count:,} of the baseline" if baseline is not None else ""
    when = report.provenance.when
    time = f'<time datetime="{when.isoformat()}">{when:%Y-%m-%d %H:%M %Z}</time>' if when else ""
    said = " · ".join(
        part
        for part in (
            f"<b><bdi>{text(batch)}</bdi></b>",
            f"{plural(report.current.item_count, 'row')}{against}",
            _link(report),
            time,
            _history(report.provenance),
        )
        if part
    )
    return (
        '<header><div class="over"><span>Drift report</span>'
        '<button id="theme" class="quiet" type="button" hidden>Dark</button></div>'
        f"<h1><bdi>{text(summary(report))}</bdi></h1><p>{said}</p></header>"
    )


def controls(documents: list[dict[str, Any]]) -> str:
    """Search, a button for each verdict that occurs, and the pictures' legend."""
    words = Counter(document["verdict"] for document in documents)
    noted = sum(bool(document["notes"]) for document in documents)
    buttons = [_filter("", "all", len(documents), pressed=True)]
    buttons += [_filter(word, word, count) for word, count in words.items()]
    buttons += [_filter("notes", "with a note", noted)] if noted else []
    return (
        '<div class="controls" id="controls" hidden><label class="search"><span>Search features</span>'
        '<input id="search" type="search" autocomplete="off" spellcheck="false"></label>'
        f'<div class="filters" role="group" aria-label="Show features that are">{"".join(buttons)}</div>'
        '<p id="count" role="status"></p></div>'
    )


def legend(*, by_tests: bool) -> str:
    """How to read the pictures and the bars; `by_tests`: effects, and distances beside them."""
    bar = (
        "share of the rows, the tick is the floor"
        if by_tests
        else "distance in units of its threshold, the tick"
    )
    return (
        '<p class="legend"><span><svg viewBox="0 0 26 12" aria-hidden="true"><path class="area" '
        'd="M1 12V5h8V1h8v6h8v5z"/></svg> baseline, filled</span>'
        '<span><svg viewBox="0 0 26 12" aria-hidden="true"><path class="line" '
        'd="M1 11V8h8V3h8V1h8v10"/></svg> this batch, outlined</span>'
        '<span><svg viewBox="0 0 26 12" aria-hidden="true"><rect class="fill" y="4" width="20" height="5"/>'
        f'<path class="tick" d="M9 0v12"/></svg> {bar}</span>'
        "<span>≤ 18: 79% → 71%, shares of rows at or below 18, before and now</span></p>"
    ) + (_EFFECTS if by_tests else "")


def findings(report: Report) -> str:
    """The findings by check; a sentence where there are none."""
    if not report.findings:
        return '<section id="findings"><h2>Findings</h2><p>No constraint is violated.</p></section>'
    parts = []
    ordered = sorted(report.findings[:_FINDINGS], key=lambda finding: finding.check)
    for check, group in groupby(ordered, key=lambda finding: finding.check):
        items = "".join(
            f"<li><b><bdi>{text(finding.feature_name)}</bdi></b> <bdi>{text(sentence(finding))}</bdi></li>"
            for finding in group
        )
        parts.append(f"<h3>{text(check.replace('_', ' '))}</h3><ul>{items}</ul>")
    left_out = len(report.findings) - _FINDINGS
    more = f"<p>and {left_out:,} more.</p>" if left_out > 0 else ""
    return f'<section id="findings"><h2>Findings</h2>{"".join(parts)}{more}</section>'


def provenance(report: Report) -> str:
    """Files, rows, digests, thresholds and versions, as a list of terms."""
    source = report.provenance
    terms = [
        ("Checked data", _files(source)),
        *((name, f"<code>{text(digest)}</code>") for name, digest in source.digests.items()),
        *((name, text(value)) for name, value in {**source.settings, **source.about}.items()),
        ("drift_engine", text(source.engine)),
    ]
    rows = "".join(f"<dt><bdi>{text(name)}</bdi></dt><dd>{value}</dd>" for name, value in terms if value)
    words = Counter(verdict.verdict for verdict in report.verdicts)
    meanings = {**_MEANINGS, **(_BY_TESTS if tested(report.verdicts) else {})}
    marks = " ".join(f"<li>{badge(word)} {text(meanings[word])}</li>" for word in words if word in meanings)
    return (
        f'<section id="provenance"><h2>Where this comes from</h2><dl>{rows}</dl></section>'
        f'<section id="words"><h2>What the words mean</h2><ul class="meanings">{marks}</ul></section>'
    )


_EFFECTS = (
    '<p class="legend"><span>Effect and p decide: how large a share of the rows moved, and the chance of '
    "that in a table of this size if nothing had. Model Monitor’s distance of its threshold, which its files "
    "and metrics hold, stands below and decides nothing here.</span></p>"
)
_BY_TESTS = {
    "drifted": "it moved by more than chance does, and by more than the floor.",
    "ok": "chance alone moves it as far, or it moved by less than the floor.",
    "undecided": "it moved by more than chance does, but whether by more than the floor is not known: the "
    "sketches are too coarse.",
}
_MEANINGS = {
    "drifted": "the distance from the baseline exceeds its threshold.",
    "ok": "the distance stays within its threshold.",
    "not enough data": "too few rows to tell drift from chance.",
    "not comparable": "there are no two distributions to hold against each other; the row says why.",
    "not checked": "comparison is switched off for this feature.",
}


def _filter(word: str, label: str, count: int, *, pressed: bool = False) -> str:
    mark = f'<span aria-hidden="true">{MARKS[word]}</span> ' if word in MARKS else ""
    state = "true" if pressed else "false"
    return (
        f'<button type="button" class="filter" data-word="{text(word)}" aria-pressed="{state}">'
        f"{mark}{text(label)} <b>{count:,}</b></button>"
    )


def _link(report: Report) -> str:
    count = len(report.findings)
    return f'<a href="#findings">{plural(count, "finding")}</a>' if count else "no findings"


def _history(source: Provenance) -> str:
    address = source.history_page
    return f'<a href="{text(address, 2_000)}">history of all runs</a>' if address else ""


def _files(source: Provenance) -> str:
    shown = [
        f"<li><bdi>{text(file.name)}</bdi>, {plural(file.rows, 'row')}</li>" for file in source.files[:_FILES]
    ]
    left_out = len(source.files) - _FILES
    shown += [f"<li>and {left_out:,} more files</li>"] if left_out > 0 else []
    return f"<ul>{''.join(shown)}</ul>" if shown else ""
