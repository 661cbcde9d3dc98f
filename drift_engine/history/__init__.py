"""Histories: dated batches in order, each feature's distance by batch, and where it changed.

    folder, glob -> batches.batches_of -> DatedBatch ... -> profiles
    profiles, baseline -> timeline -> History -> history_text | history_document
    History, a thresholds file -> wanted.obeying -> History

A batch's date is read from its path (`dates`). `series` turns a feature's profiles into rows of a matrix and
`change` tests that matrix for one change point. Stored `statistics.json` files serve as well as data.
"""

from __future__ import annotations

from drift_engine.history.batches import DatedBatch, batches_of
from drift_engine.history.change import Change, change_point
from drift_engine.history.text import history_document, history_text
from drift_engine.history.timeline import FeatureHistory, History, timeline
from drift_engine.history.wanted import obeying

__all__ = [
    "Change",
    "DatedBatch",
    "FeatureHistory",
    "History",
    "batches_of",
    "change_point",
    "history_document",
    "history_text",
    "obeying",
    "timeline",
]
