"""Model Monitor's own files: `statistics.json`, `constraints.json`, `constraint_violations.json`.

Readers take a path or bytes and give the engine's values (`Profile`, `Constraints`, `Violations`); writers
give the text that the service's container would write: its order of keys, its layout, its numbers. A file
that was read and is written again is equal as JSON, unknown keys included. A bad file is one
`MonitorFileError` with the file and the key path (line and column where it is no JSON). The formats are in
`docs/formats.md`.
"""

from __future__ import annotations

from drift_engine.monitor_files.constraints import constraints_json, read_constraints
from drift_engine.monitor_files.folder import CONSTRAINTS, STATISTICS, VIOLATIONS, write_together
from drift_engine.monitor_files.statistics import statistics_json
from drift_engine.monitor_files.statistics_reader import read_statistics
from drift_engine.monitor_files.violations import (
    Violation,
    Violations,
    description,
    read_violations,
    violations_json,
    violations_of,
)

__all__ = [
    "CONSTRAINTS",
    "STATISTICS",
    "VIOLATIONS",
    "Violation",
    "Violations",
    "constraints_json",
    "description",
    "read_constraints",
    "read_statistics",
    "read_violations",
    "statistics_json",
    "violations_json",
    "violations_of",
    "write_together",
]
