"""Reports: a check for people and for the programs that they use.

A `Report` is data: verdicts, findings, two profiles, provenance, past runs. Each form is a pure function of
it in a file of its own and a row of `FORMS`. `shapes` reduces distributions to what a picture needs;
`sentences`, `findings`, `formula` and `facts` say things in words and numbers once, for all forms; `words`
makes names and numbers safe to show. Besides, tables for the terminal and the notebook.
"""

from __future__ import annotations

from drift_engine.report.effects import tested
from drift_engine.report.forms import FORMS, Form, form_of, write, write_text
from drift_engine.report.model import PastRun, Provenance, Report, SourceFile
from drift_engine.report.sentences import summary
from drift_engine.report.tables import (
    TESTED_LEGEND,
    Row,
    html_table,
    profile_rows,
    tables_fit,
    text_table,
    verdict_rows,
)

__all__ = [
    "FORMS",
    "TESTED_LEGEND",
    "Form",
    "PastRun",
    "Provenance",
    "Report",
    "Row",
    "SourceFile",
    "form_of",
    "html_table",
    "profile_rows",
    "summary",
    "tables_fit",
    "tested",
    "text_table",
    "verdict_rows",
    "write",
    "write_text",
]
