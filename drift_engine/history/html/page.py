"""The history as one HTML file."""

from __future__ import annotations

from collections.abc import Sequence

from drift_engine.history.html import sections
from drift_engine.history.html.document import document, scale_of
from drift_engine.history.timeline import History
from drift_engine.report.html.shell import Parts, assets, whole_page

_REPORT, _OWN = "drift_engine.report.html", "drift_engine.history.html"


def history_page(history: History, links: Sequence[str] = (), about: str = "") -> str:
    """The whole page.

    Args:
        history: at least one batch.
        links: the address of each batch's report, "" where there is none; all none by default.
        about: what the batches were compared with, for the line below the title.
    """
    links = tuple(links) or ("",) * len(history.batches)
    body = (
        f"{sections.head(history, about)}{sections.controls(history)}{sections.legend(scale_of(history))}"
        "<noscript><p>The map needs JavaScript; the tables don't.</p></noscript>"
        '<table id="map" class="map"><caption class="hidden">Features by batch; arrow keys move from cell to '
        'cell, Enter opens the batch&#39;s report</caption><thead><tr><th scope="col">Feature</th>'
        '<th scope="col" class="count">Drifted</th><th scope="col" class="since">Changed at</th></tr></thead>'
        f"{sections.rows(history)}</table>"
        '<p id="nothing" hidden>No such feature.</p><p id="read" class="read" hidden></p>'
        f"{sections.batches(history, links)}"
    )
    style = f"{assets(_REPORT, 'page.css')}\n{assets(_OWN, 'history.css')}"
    script = "\n".join((assets(_REPORT, "elements.js", "theme.js"), assets(_OWN, "map.js", "keys.js")))
    return whole_page(
        Parts(f"Drift history: {sections.summary(history)}", body, document(history, links), style, script)
    )
