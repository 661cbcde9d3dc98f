"""The commands that look closer than a check does, a file each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from drift_engine.cli.analysis import Analysis
from drift_engine.cli.explain import EXPLAIN
from drift_engine.cli.history import HISTORY
from drift_engine.cli.thresholds import REPLAY, THRESHOLDS

ANALYSES: Mapping[str, Analysis] = MappingProxyType(
    {row.name: row for row in (EXPLAIN, HISTORY, THRESHOLDS, REPLAY)}
)
