"""The job from the environment to the exit message."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TextIO

from drift_engine.errors import DriftEngineError, MonitorFileError
from drift_engine.job.capture import captured
from drift_engine.job.metrics import METRICS_FILE, metrics_file
from drift_engine.job.scripts import preprocessed, run_postprocessor
from drift_engine.job.settings import Settings, message_file, settings
from drift_engine.job.table import Table
from drift_engine.monitor_files import description, read_constraints, read_statistics, write_together
from drift_engine.readers.paths import data_files
from drift_engine.report.words import plural, shown
from drift_engine.reporting import digests
from drift_engine.run import Baseline, CheckResult, Progress, check, make_baseline
from drift_engine.thresholds import read_thresholds

REPORT_FILES = ("report.html", "verdicts.json", "message.txt")
_LONGEST_MESSAGE = 1024
"""What SageMaker keeps of an exit message."""


def run(environment: Mapping[str, str], out: TextIO, now: datetime, progress: Progress | None = None) -> None:
    """Do what the environment asks for, and leave the exit message.

    Args:
        environment: the analyzer's variables (`settings`).
        out: the log: rows read, findings.
        now: aware, UTC; the time of the metrics.
        progress: told how many rows were read.

    Raises:
        DriftEngineError: the job can't be done; the exit message has the same line.
    """
    with _exit_message(message_file(environment)) as message:
        asked = settings(environment)
        with tempfile.TemporaryDirectory() as scratch:
            for line in asked.not_obeyed:
                out.write(f"{line}\n")
            data = _table(asked, Path(scratch))
            with data.cited():
                message.append(_done(asked, data, out, now, progress))
        if asked.postprocessor is not None:
            run_postprocessor(asked.postprocessor)
    out.write(f"{message[-1]}\n")


def _done(asked: Settings, data: Table, out: TextIO, now: datetime, progress: Progress | None) -> str:
    """Suggest or check, write the files, say what was found; the exit message."""
    if asked.statistics is None or asked.constraints is None:
        made = make_baseline(
            data.source, options=data.options, monitoring=asked.monitoring, progress=progress
        )
        made.save(asked.output, strict=asked.strict)
        _say_rows(out, made.statistics.item_count, len(made.statistics.features))
        return "Completed: Job completed successfully with no violations."
    baseline = Baseline(read_statistics(asked.statistics, extras=False), read_constraints(asked.constraints))
    if asked.categorical_method is not None:
        monitoring = replace(
            baseline.constraints.monitoring,
            categorical_drift_method=asked.categorical_method,  # type: ignore[arg-type]
        )
        baseline = replace(baseline, constraints=replace(baseline.constraints, monitoring=monitoring))
    wanted = None if asked.thresholds is None else read_thresholds(asked.thresholds, baseline.statistics)
    result = check(
        data.source,
        baseline,
        options=data.options,
        strict=asked.strict,
        verdict=asked.rule,
        progress=progress,
    )
    if wanted is not None:
        result = result.obeying(wanted, now.date())
    result = replace(result, files=tuple(replace(file, name=data.said(file.name)) for file in result.files))
    _say_rows(out, result.profile.item_count, len(result.profile.features))
    result.save(asked.output)
    for finding in result.findings:
        odd = f" ({finding.not_numeric} cells are not numbers)" if finding.not_numeric else ""
        out.write(f"{finding.check}: {shown(finding.feature_name)}: {description(finding)}{odd}\n")
    for verdict in result.features:
        if wanted is not None and verdict.name in wanted.features:
            reason = f": {verdict.reason}" if verdict.reason else ""
            out.write(f"thresholds: {shown(verdict.name)}: {verdict.verdict}{shown(reason, len(reason))}\n")
    if asked.report:
        _report(asked, result, now)
    if asked.metrics_folder is not None:
        text = metrics_file(result, baseline.constraints, asked.dimensions, now)
        write_together(asked.metrics_folder, {METRICS_FILE: text})
    if result.ok:
        return "Completed: Job completed successfully with no violations."
    count = len(result.findings)
    return f"CompletedWithViolations: Job completed successfully with {count} violations."


def _report(asked: Settings, result: CheckResult, now: datetime) -> None:
    """Write the report for people and for machines.

    Files go by their names in the job, which a container's root doesn't change.
    """
    places = (asked.statistics, asked.constraints, asked.thresholds)
    read = [path for path in places if path is not None]
    found = {Path(path).name: digest for path, digest in digests(*read).items()}
    files = tuple(replace(file, name=file.name.removeprefix(f"{asked.source}/")) for file in result.files)
    baseline = None if result.baseline is None else replace(result.baseline, digests=found)
    told = replace(result, files=files, baseline=baseline)
    for name in REPORT_FILES:
        told.report(asked.output / name, when=now)


def _say_rows(out: TextIO, rows: int, columns: int) -> None:
    out.write(f"{plural(rows, 'row')} of {plural(columns, 'column')} read\n")


def _table(asked: Settings, scratch: Path) -> Table:
    """The data as files that readers know: captured and preprocessed records are rewritten first."""
    given = asked.format
    if given.name != "capture" and not (asked.preprocessor is not None and given.name == "json"):
        return Table(asked.source, given.options)
    files = [(file, scratch / f"{place:08d}") for place, file in enumerate(data_files(asked.source))]
    names = {str(target): file.name for file, target in files}
    if asked.preprocessor is not None:
        preprocessed(asked.preprocessor, files)
        return Table(scratch, replace(given.options, format="json"), names)
    kind = captured(files, given.sides)
    return Table(scratch, replace(given.options, format=kind), names)


@contextmanager
def _exit_message(path: Path) -> Iterator[list[str]]:
    """Give a list, and write its last line at the end; or the error's, whatever the error is."""
    message: list[str] = []
    failed = ""
    try:
        yield message
    except DriftEngineError as error:
        failed = f"Failed: {' '.join(str(error).split())}"
        raise
    except BaseException as error:
        failed = f"Failed: {type(error).__name__}: {' '.join(str(error).split())}"
        raise
    finally:
        _leave(path, (failed or message[-1])[:_LONGEST_MESSAGE])


def _leave(path: Path, message: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(message, encoding="utf-8", errors="replace")
    except OSError as error:
        raise MonitorFileError(f"{path}: can't be written: {error.strerror} ({message})") from error
