"""Reports: verdicts and profiles as tables for people, in plain text and in HTML."""

from __future__ import annotations

from drift_engine.report.tables import Row, html_table, profile_rows, text_table, verdict_rows

__all__ = ["Row", "html_table", "profile_rows", "text_table", "verdict_rows"]
