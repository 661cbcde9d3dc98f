"""The HTML report: one file that opens from disk.

`document.py` makes compact JSON of the shapes, `rows.py` and `sections.py` HTML that can be read without a
script, `page.py` puts them together with `page.css` and the scripts. The scripts draw the pictures when they
come into view, so that 500 features cost no more than what is looked at.
"""

from __future__ import annotations

from drift_engine.report.html.page import html_report

__all__ = ["html_report"]
