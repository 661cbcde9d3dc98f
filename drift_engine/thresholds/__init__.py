"""Thresholds as code: a `thresholds.json` beside the stage says what each feature may do.

    file -> read_thresholds -> Thresholds;   CheckResult, Thresholds, today -> obey -> CheckResult
    baseline rows -> suggest_thresholds -> thresholds_json;   past batches, Thresholds -> replay -> Replay

What the file doesn't say stays as the constraints and the chosen rule have it. Its faults are told all at
once, with their key paths. The format is in `docs/thresholds.md`.
"""

from __future__ import annotations

from drift_engine.thresholds.file import read_thresholds, thresholds_json
from drift_engine.thresholds.model import Importance, Thresholds, Wish
from drift_engine.thresholds.obey import obey, obeyed
from drift_engine.thresholds.replay import Replay, replay, replay_document, replay_text
from drift_engine.thresholds.resample import Plan, Suggestion, about, suggest_thresholds

__all__ = [
    "Importance",
    "Plan",
    "Replay",
    "Suggestion",
    "Thresholds",
    "Wish",
    "about",
    "obey",
    "obeyed",
    "read_thresholds",
    "replay",
    "replay_document",
    "replay_text",
    "suggest_thresholds",
    "thresholds_json",
]
