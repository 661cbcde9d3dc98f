"""The history as one HTML page: a heat map of features and batches, each cell a way to that batch's report.

`document.py` makes the compact JSON of the cells, `sections.py` HTML that can be read without a script,
`links.py` says where a batch's report is, `page.py` puts all together with the report's style and its own.
The script draws as many batches as the screen has room for, and a row when it comes into view.
"""

from __future__ import annotations

from drift_engine.history.html.links import relative, report_links, written_reports
from drift_engine.history.html.page import history_page

__all__ = ["history_page", "relative", "report_links", "written_reports"]
