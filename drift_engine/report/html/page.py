"""The report as one HTML file: no network, no font, no image; styles and script inside, and only these."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from drift_engine.report.facts import FACTS
from drift_engine.report.html import document as documents
from drift_engine.report.html import sections
from drift_engine.report.html.escape import text
from drift_engine.report.html.rows import row
from drift_engine.report.model import Report
from drift_engine.report.sentences import summary
from drift_engine.report.words import shown

_SCRIPTS = ("elements.js", "curves.js", "shares.js", "details.js", "table.js")
_HEADINGS = ("Feature", "Verdict", "Distance", "Baseline and batch", "Moved most", "Missing")


def html_report(report: Report) -> str:
    """The whole page.

    A policy in the page lets the browser run our script and our style, known by their digests, and fetch
    nothing: what a column's name could smuggle in would not run.
    """
    features = documents.features(report)
    style, script = _asset("page.css"), _script()
    runs = [shown(run.name, 40) for run in documents.latest_runs(report)]
    data = {"features": features, "facts": FACTS, "runs": runs, "allRuns": len(report.history)}
    trend = bool(report.history)
    headings = (*_HEADINGS, "Trend") if trend else _HEADINGS
    rows = "".join(
        row(position, verdict, document, trend=trend)
        for position, (verdict, document) in enumerate(zip(report.verdicts, features, strict=True))
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Drift: {text(summary(report))}</title><style>{style}</style></head><body><main>"
        f"{sections.head(report)}{sections.controls(features)}{sections.legend()}"
        "<noscript><p>The pictures, sorting and details need JavaScript; the table and the findings don't."
        "</p></noscript>"
        f'<table id="features" class="features" role="table"><caption class="hidden">Features, worst first'
        f'</caption><thead role="rowgroup"><tr role="row">{_headings(headings)}</tr></thead>{rows}</table>'
        f'<p id="nothing" hidden>No feature is called that.</p>'
        f"{sections.findings(report)}{sections.provenance(report)}</main>"
        f'<script type="application/json" id="data">{documents.embedded(data)}</script>'
        f"<script>{script}</script></body></html>\n"
    )


def _headings(names: tuple[str, ...]) -> str:
    """Headings; the script makes buttons that sort of those that can be sorted by."""
    return "".join(f'<th scope="col" role="columnheader"><span>{name}</span></th>' for name in names)


def _script() -> str:
    body = "\n".join(_asset(name) for name in _SCRIPTS)
    return f'(() => {{\n"use strict";\n{body}}})();'


def _asset(name: str) -> str:
    return (files("drift_engine.report.html") / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
