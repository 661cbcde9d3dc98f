"""Text made safe for HTML: nothing in a name is markup, and nothing invisible acts."""

from __future__ import annotations

import html

from drift_engine.report.words import LONGEST, shown


def text(value: str, limit: int = 4 * LONGEST) -> str:
    """The text for an element or a quoted attribute, cut to about `limit` characters."""
    return html.escape(shown(value, limit))
