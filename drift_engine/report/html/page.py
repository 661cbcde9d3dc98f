"""The report as one HTML file: no network, no font, no image; styles and script inside, and only these."""

from __future__ import annotations

from drift_engine.report.effects import tested
from drift_engine.report.facts import FACTS
from drift_engine.report.html import document as documents
from drift_engine.report.html import sections
from drift_engine.report.html.rows import row
from drift_engine.report.html.shell import Parts, assets, whole_page
from drift_engine.report.model import Report
from drift_engine.report.sentences import summary
from drift_engine.report.words import shown

_PACKAGE = "drift_engine.report.html"
_SCRIPTS = ("elements.js", "theme.js", "curves.js", "shares.js", "details.js", "table.js")
_HEADINGS = ("Feature", "Verdict", "Distance", "Baseline and batch", "Moved most", "Missing")


def html_report(report: Report) -> str:
    """The whole page."""
    features = documents.features(report)
    runs = [shown(run.name, 40) for run in documents.latest_runs(report)]
    trend = bool(report.history)
    by_tests = tested(report.verdicts)
    named = tuple("Effect" if each == "Distance" and by_tests else each for each in _HEADINGS)
    headings = (*named, "Trend") if trend else named
    rows = "".join(
        row(position, verdict, document, trend=trend, by_tests=by_tests)
        for position, (verdict, document) in enumerate(zip(report.verdicts, features, strict=True))
    )
    body = (
        f"{sections.head(report)}{sections.controls(features)}{sections.legend(by_tests=by_tests)}"
        "<noscript><p>The pictures, sorting and details need JavaScript; the table and the findings don't."
        "</p></noscript>"
        f'<table id="features" class="features" role="table"><caption class="hidden">Features, worst first'
        f'</caption><thead role="rowgroup"><tr role="row">{_headings(headings)}</tr></thead>{rows}</table>'
        f'<p id="nothing" hidden>No feature is called that.</p>'
        f"{sections.findings(report)}{sections.provenance(report)}"
    )
    data = {"features": features, "facts": FACTS, "runs": runs, "allRuns": len(report.history)}
    data["measure"] = "Effect" if by_tests else "Distance"
    style, script = assets(_PACKAGE, "page.css"), assets(_PACKAGE, *_SCRIPTS)
    return whole_page(Parts(f"Drift: {summary(report)}", body, data, style, script))


def _headings(names: tuple[str, ...]) -> str:
    """Headings; the script makes buttons that sort of those that can be sorted by."""
    return "".join(f'<th scope="col" role="columnheader"><span>{name}</span></th>' for name in names)
