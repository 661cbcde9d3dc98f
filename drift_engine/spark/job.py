"""The program that `spark-submit` runs, on a cluster or on one machine: data in, the service's files out."""

from __future__ import annotations

import importlib
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from drift_engine.exit_codes import Ending, flushed
from drift_engine.monitor_files import CONSTRAINTS, STATISTICS, VIOLATIONS, description
from drift_engine.readers import ReadOptions
from drift_engine.report.words import plural
from drift_engine.result import Baseline
from drift_engine.spark import tables
from drift_engine.spark.arguments import Asked, asked
from drift_engine.spark.failures import cited
from drift_engine.spark.profiling import state_of_frame
from drift_engine.spark.run import check, make_baseline
from drift_engine.spark.storage import Folder

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PROFILE = "batch.profile"
"""What `--do profile` writes: a part for `drift-engine merge`, and data for `drift-engine check`."""

REPORTS = ("report.html", "verdicts.json", "message.txt")


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments ask for; 0, or as `exit_codes` has it, never 1."""
    with Ending() as end:
        wanted = asked(arguments)
        session = importlib.import_module("pyspark.sql").SparkSession.builder.getOrCreate()
        try:
            run(session, wanted, sys.stdout)
        finally:
            session.stop()
        flushed()
    return end.code


def run(session: SparkSession, wanted: Asked, out: TextIO) -> None:
    """Do what is asked for; no file of the output is touched before all of them are made.

    Args:
        session: left as it was but for how it cuts files (`tables.fix_partitions`).
        wanted: what to do.
        out: the log: rows, verdicts, findings.

    Raises:
        DriftEngineError: it can't be done; one line.
    """
    tables.fix_partitions(session)
    output = Folder(session, wanted.output)
    with tempfile.TemporaryDirectory(prefix="drift-engine-") as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        with cited(",".join(wanted.source.data)):
            _make(session, wanted, made, out)
        # Only a check knows of violations; a baseline beside old ones would be another table's.
        output.store(made, removed=() if wanted.action == "profile" else (VIOLATIONS,))
    out.write(f"written: {wanted.output}\n")


def _make(session: SparkSession, wanted: Asked, made: Path, out: TextIO) -> None:
    if wanted.action == "check":
        _check(session, wanted, made, out)
    elif wanted.action == "baseline":
        _baseline(tables.read(session, wanted.source), wanted, made, out)
    else:
        _profile(tables.read(session, wanted.source), wanted, made, out)


def _options(wanted: Asked) -> ReadOptions:
    return ReadOptions(nan_is_missing=not wanted.strict)


def _profile(frame: DataFrame, wanted: Asked, made: Path, out: TextIO) -> None:
    state = state_of_frame(frame, _options(wanted))
    (made / PROFILE).write_bytes(state.to_bytes())
    out.write(f"{plural(state.rows, 'row')}, {plural(len(state.names), 'feature')}\n")


def _baseline(frame: DataFrame, wanted: Asked, made: Path, out: TextIO) -> None:
    baseline = make_baseline(frame, options=_options(wanted))
    baseline.save(made, strict=wanted.strict)
    profile = baseline.statistics
    out.write(f"{plural(profile.item_count, 'row')}, {plural(len(profile.features), 'feature')}\n")


def _check(session: SparkSession, wanted: Asked, made: Path, out: TextIO) -> None:
    known = made.with_name("baseline")
    known.mkdir()
    Folder(session, wanted.baseline or "").fetch((STATISTICS, CONSTRAINTS), known)
    baseline = Baseline.load(known, extras=False)
    frame = tables.read(session, wanted.source)
    result = check(frame, baseline, options=_options(wanted), strict=wanted.strict, verdict=wanted.rule)
    result.save(made)
    for name in REPORTS:
        result.report(made / name, when=datetime.now(tz=timezone.utc).replace(microsecond=0))
    out.write(f"{result!r}\n")
    out.writelines(f"{each.feature_name}: {each.check}: {description(each)}\n" for each in result.findings)
