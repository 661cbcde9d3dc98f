"""The drift engine: baseline statistics, drift distances and verdicts, as Model Monitor writes them.

    from drift_engine import make_baseline, check

    baseline = make_baseline("train.csv")
    result = check("july.csv", baseline)
    result.findings, result.features, result.to_pandas()

Sources are paths, globs, folders, lists of them, and pandas, polars or Arrow tables. Inside, imports point
down:

    cli -> job | evaluation -> run -> reporting -> report | readers | monitor_files -> checks -> verdicts
    -> distances | states -> errors

From `monitor_files` down numpy is all that is needed. The names below are imported on first use, so that
`import drift_engine` costs nothing; `__init__.pyi` has their types.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"
_HOMES = {
    "Baseline": "drift_engine.run",
    "CheckResult": "drift_engine.run",
    "DriftEngineError": "drift_engine.errors",
    "ReadOptions": "drift_engine.readers",
    "check": "drift_engine.run",
    "make_baseline": "drift_engine.run",
}
__all__ = ["Baseline", "CheckResult", "DriftEngineError", "ReadOptions", "check", "make_baseline"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'drift_engine' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
