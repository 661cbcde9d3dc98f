"""The commands beside baseline and check, a file each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from drift_engine.cli.analysis import Analysis
from drift_engine.cli.explain import EXPLAIN
from drift_engine.cli.history import HISTORY
from drift_engine.cli.multivariate import MULTIVARIATE
from drift_engine.cli.parts import MERGE, PROFILE
from drift_engine.cli.segments import SEGMENTS
from drift_engine.cli.thresholds import REPLAY, THRESHOLDS

ANALYSES: Mapping[str, Analysis] = MappingProxyType(
    {row.name: row for row in (PROFILE, MERGE, EXPLAIN, HISTORY, THRESHOLDS, REPLAY, SEGMENTS, MULTIVARIATE)}
)
