"""What a report says beside a check's own result: settings, digests, past runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from drift_engine import __version__
from drift_engine.checks import Constraints, Monitoring
from drift_engine.errors import ReportError
from drift_engine.monitor_files import STATISTICS, read_statistics
from drift_engine.report import PastRun, Provenance, Report, SourceFile
from drift_engine.states import Profile
from drift_engine.thresholds import Thresholds, obeyed
from drift_engine.verdicts import Comparison, DriftConfig, Rule, compare, judge, worst_first


def digests(*paths: Path) -> Mapping[str, str]:
    """SHA-256 in hexadecimal of files that were read before, by path."""
    return {str(path): f"sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in paths}


def settings(constraints: Constraints, rule: Rule, *, strict: bool) -> Mapping[str, str]:
    """Who decides, thresholds and methods in words; how many features have their own."""
    default: Monitoring = constraints.monitoring
    drift = default.drift
    said = {
        "Verdict": rule,
        "Numbers": f"{drift.method}, threshold {drift.threshold:g}",
        "Categories": f"{drift.categorical_method} {drift.method}, threshold {drift.categorical_threshold:g}",
    }
    own = sum(bool(feature.overrides) for feature in constraints.features)
    if own:
        said["Own settings"] = f"{own:,} of {len(constraints.features):,} features"
    if not (default.evaluate_constraints and default.perform_comparison):
        said["Comparison"] = "switched off in the constraints"
    if strict:
        said["Rules"] = "Model Monitor's to the letter"
    return said


def compared(
    current: Profile,
    baseline: Profile,
    names: tuple[str, str],
    threshold: float | None = None,
    when: datetime | None = None,
) -> Report:
    """The report of two profiles that are compared without constraints, so without findings.

    Args:
        current: the profile in question.
        baseline: the profile that it is compared with.
        names: what the two are called, in the same order.
        threshold: for both kinds of distance; by default the service's.
        when: the time of the report, in UTC.
    """
    drift = (
        DriftConfig()
        if threshold is None
        else DriftConfig(threshold=threshold, categorical_threshold=threshold)
    )
    verdicts = worst_first(compare(current, baseline, Comparison(drift)))
    limit = f"{drift.method}, threshold {drift.threshold:g}"
    source = Provenance(
        files=(SourceFile(names[0], current.item_count),),
        settings={"Baseline": names[1], "Numbers and categories": limit},
        engine=__version__,
        when=when,
    )
    return Report(verdicts, (), current, baseline, source)


def past_runs(
    folder: str | Path,
    baseline: Profile,
    comparison: Comparison,
    *,
    rule: Rule = "model-monitor",
    but: str | Path | None = None,
    wanted: tuple[Thresholds, date] | None = None,
) -> tuple[PastRun, ...]:
    """The verdicts on every `statistics.json` below a folder, in the order of their folders' names.

    Args:
        folder: where earlier checks were saved, a folder a run, named by its date.
        baseline: what they are compared with, the same for all.
        comparison: methods and thresholds.
        rule: who decides what drifted.
        but: a run's folder to leave out, as that of the present run.
        wanted: a thresholds file that is obeyed, and the day, in UTC, that its ignoring is held against for
            all runs.

    Raises:
        ReportError: there is no such folder.
        MonitorFileError: a `statistics.json` is damaged.
    """
    root = Path(folder)
    if not root.is_dir():
        raise ReportError(f"{folder}: there is no such folder of past runs")
    left_out = None if but is None else Path(but).resolve()
    runs = []
    for path in sorted(root.glob(f"*/**/{STATISTICS}")):
        if path.parent.resolve() == left_out:
            continue
        profile = read_statistics(path, extras=False)
        verdicts = judge(profile, baseline, comparison, rule)
        if wanted is not None:
            verdicts = obeyed(verdicts, profile, baseline, *wanted)
        name = path.parent.relative_to(root).as_posix()
        runs.append(PastRun(name, {verdict.name: verdict for verdict in verdicts}))
    return tuple(runs)
