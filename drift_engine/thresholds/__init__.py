"""Thresholds as code: a `thresholds.json` beside the stage says what each feature may do.

    file -> read_thresholds -> Thresholds
    verdicts, profiles, Thresholds, today -> obeyed -> verdicts;   findings -> obeyed_findings -> findings

What the file doesn't say stays as the constraints and the chosen rule have it. Its faults are told all at
once, with their key paths. The format is in `docs/thresholds.md`. It needs numpy alone, since the Lambda
obeys the file as well; what derives such a file and tries it on past batches is `drift_engine.tuning`.
"""

from __future__ import annotations

from drift_engine.thresholds.file import parse_thresholds, read_thresholds, thresholds_json
from drift_engine.thresholds.model import Importance, Thresholds, Wish
from drift_engine.thresholds.obey import obeyed, obeyed_findings, ordered

__all__ = [
    "Importance",
    "Thresholds",
    "Wish",
    "obeyed",
    "obeyed_findings",
    "ordered",
    "parse_thresholds",
    "read_thresholds",
    "thresholds_json",
]
