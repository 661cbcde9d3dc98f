"""Baselines and checks of Spark DataFrames."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from drift_engine.checks import Monitoring, suggest
from drift_engine.readers import ReadOptions
from drift_engine.report import SourceFile
from drift_engine.result import Baseline, CheckResult
from drift_engine.run import baseline_of, check_state, excluded
from drift_engine.spark.profiling import state_of_frame
from drift_engine.spark.schema import NAME
from drift_engine.verdicts import Rule

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_DEFAULT_OPTIONS = ReadOptions()


def make_baseline(
    frame: DataFrame, *, options: ReadOptions = _DEFAULT_OPTIONS, monitoring: Monitoring | None = None
) -> Baseline:
    """The baseline of a DataFrame: what `drift_engine.make_baseline` says of the same table.

    Args:
        frame: of any source; computed once.
        options: `exclude`, `nan_is_missing` and `batch_rows`.
        monitoring: thresholds and methods for later checks; by default the service's.

    Raises:
        ArgumentError, DataError: as `state_of_frame`.
    """
    state = state_of_frame(frame, options)
    if options.exclude:
        state = state.without(excluded(options.exclude, state.names))
    profile = state.profile()
    return Baseline(profile, suggest(profile, monitoring))


def check(
    frame: DataFrame,
    baseline: Baseline | str | Path,
    *,
    options: ReadOptions = _DEFAULT_OPTIONS,
    strict: bool = False,
    verdict: Rule = "calibrated",
) -> CheckResult:
    """What of a DataFrame the baseline doesn't allow: what `drift_engine.check` says of the same table.

    Args:
        frame: of any source; computed once.
        baseline: a baseline, or a folder (on the driver) with one, made by Spark or not.
        options: `exclude`, `nan_is_missing` and `batch_rows`.
        strict: follow Model Monitor to the letter, blind spots included.
        verdict: who decides what drifted, as in `drift_engine.check`.

    Raises:
        ArgumentError, DataError: as `state_of_frame`, or the baseline is none.
        MonitorFileError: the baseline's folder lacks a file, or one is damaged.
    """
    known = baseline_of(baseline)
    options = replace(options, nan_is_missing=options.nan_is_missing and not strict)
    state = state_of_frame(frame, options)
    result = check_state(state, known, strict=strict, verdict=verdict, exclude=options.exclude)
    return replace(result, files=(SourceFile(NAME, state.rows),))
