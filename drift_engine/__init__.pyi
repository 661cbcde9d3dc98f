from drift_engine.errors import DriftEngineError as DriftEngineError
from drift_engine.readers import ReadOptions as ReadOptions
from drift_engine.run import Baseline as Baseline
from drift_engine.run import CheckResult as CheckResult
from drift_engine.run import check as check
from drift_engine.run import make_baseline as make_baseline

__version__: str
__all__ = ["Baseline", "CheckResult", "DriftEngineError", "ReadOptions", "check", "make_baseline"]
