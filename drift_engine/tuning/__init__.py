"""Finding thresholds: derived from the baseline for a false-alarm rate, and tried on past batches.

baseline rows -> suggest_thresholds -> Suggestion -> thresholds_json
past batches, Thresholds -> replay -> Replay -> replay_text | replay_document
"""

from __future__ import annotations

from drift_engine.tuning.replay import Replay, replay, replay_document, replay_text
from drift_engine.tuning.resample import Plan, Suggestion, about, suggest_thresholds

__all__ = [
    "Plan",
    "Replay",
    "Suggestion",
    "about",
    "replay",
    "replay_document",
    "replay_text",
    "suggest_thresholds",
]
