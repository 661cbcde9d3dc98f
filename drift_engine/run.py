"""The library's two verbs: make a baseline, check data against it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from drift_engine.checks import Evidence, Monitoring, alarms, evaluate, suggest
from drift_engine.errors import ArgumentError, DataError
from drift_engine.readers import Partition, ReadOptions, partitions
from drift_engine.result import Baseline, CheckResult
from drift_engine.states import DatasetState
from drift_engine.verdicts import FeatureVerdict, Rule, judge_twice, worst_first

if TYPE_CHECKING:
    from drift_engine.report import SourceFile

_log = logging.getLogger(__name__)
_DEFAULT_OPTIONS = ReadOptions()
Progress = Callable[[str, int], None]
"""Called with a partition's name and the rows read so far."""

__all__ = ["Baseline", "CheckResult", "Progress", "check", "make_baseline"]


def make_baseline(
    source: Any,
    *,
    options: ReadOptions = _DEFAULT_OPTIONS,
    monitoring: Monitoring | None = None,
    progress: Progress | None = None,
) -> Baseline:
    """The baseline of a table: its profile and the constraints that follow from it.

    Args:
        source: a path, glob or folder, a pandas, polars or Arrow table, or a list of them.
        options: how files are to be read.
        monitoring: thresholds and methods for later checks; by default the service's.
        progress: told how many rows were read.

    Raises:
        DataError: the source can't be read as a table, or has no rows.

    >>> import pandas as pd
    >>> make_baseline(pd.DataFrame({"age": [31, 45, 28]}))
    Baseline(3 rows, 1 feature)
    """
    profile = state_of_source(source, options, progress).profile()
    return Baseline(profile, suggest(profile, monitoring))


def check(
    source: Any,
    baseline: Baseline | str | Path,
    *,
    options: ReadOptions = _DEFAULT_OPTIONS,
    strict: bool = False,
    verdict: Rule = "calibrated",
    progress: Progress | None = None,
) -> CheckResult:
    """What of a table the baseline doesn't allow, and how far every feature is from it.

    Args:
        source: as in `make_baseline`. Where the data or the baseline has no header, the data takes the
            baseline's names by position.
        baseline: a baseline, or a folder with one.
        options: how files are to be read.
        strict: follow Model Monitor to the letter, blind spots included (columns by position, types).
        verdict: who decides what drifted: two-sample tests that keep a promised rate of false alarms, or
            Model Monitor's thresholds (always where `strict`). Findings are Model Monitor's in both.
        progress: told how many rows were read.

    Raises:
        ArgumentError: the source or the baseline is none of these.
        DataError: the source can't be read as a table, has no rows, or neither it nor the baseline has a
            column that is to be left out.
        MonitorFileError: the baseline's folder lacks a file, or one is damaged.

    >>> import pandas as pd
    >>> baseline = make_baseline(pd.DataFrame({"age": range(1000)}))
    >>> result = check(pd.DataFrame({"age": range(500, 1500)}), baseline)
    >>> [(finding.feature_name, round(finding.value, 3)) for finding in result.findings]
    [('age', 0.42)]
    """
    known = baseline_of(baseline)
    options = replace(options, nan_is_missing=options.nan_is_missing and not strict)
    state, files = _state(source, options, progress)
    found = check_state(state, known, strict=strict, verdict=verdict, exclude=options.exclude)
    return replace(found, files=files)


def baseline_of(baseline: Baseline | str | Path) -> Baseline:
    """The baseline, loaded where it is a folder.

    Raises:
        ArgumentError: it is neither.
        MonitorFileError: the folder lacks a file, or one is damaged.
    """
    if not isinstance(baseline, (Baseline, str, os.PathLike)):
        raise ArgumentError(
            f"baseline: {type(baseline).__name__} is neither a Baseline nor a folder with one"
        )
    return baseline if isinstance(baseline, Baseline) else Baseline.load(baseline)


def check_state(
    state: DatasetState,
    known: Baseline,
    *,
    strict: bool = False,
    verdict: Rule = "calibrated",
    exclude: Sequence[str] = (),
) -> CheckResult:
    """What `check` says of a table, given the table's state, wherever that was made.

    Raises:
        DataError: neither the table nor the baseline has a column that is to be left out.
    """
    expected = known.constraints.names()
    named = not (_nameless(state.names) or _nameless(expected))
    if len(state.names) == len(expected) and (strict or not named):
        state, named = state.renamed(expected), True
    if exclude:
        left_out = excluded(exclude, state.names, expected)
        state, known = state.without(left_out), known.without(left_out)
        rest = known.constraints.names()
        if not named and len(state.names) == len(rest):
            state, named = state.renamed(rest), True
    profile = state.profile()
    comparison = known.constraints.comparison(strict=strict)
    service, verdicts = judge_twice(profile, known.statistics, comparison, verdict)
    evidence = Evidence.of(
        profile, known.statistics, known.constraints, strict=strict, named=named, verdicts=service
    )
    findings = evaluate(evidence)
    stopped = evidence.counts_only and any(finding.feature_name in _TABLE_WIDE for finding in findings)
    rule: Rule = "model-monitor" if strict or stopped else verdict
    verdicts = tuple(map(_unmatched, service)) if stopped else worst_first(verdicts)
    allowed = suggest(profile, known.constraints.monitoring)
    alarm = alarms(evidence, findings, verdicts, rule)
    return CheckResult(findings, verdicts, profile, allowed, stopped, strict, known, rule=rule, alarm=alarm)


_TABLE_WIDE = frozenset({"Missing columns", "Extra columns"})


def _unmatched(verdict: FeatureVerdict) -> FeatureVerdict:
    reason = "the number of columns is not the baseline's, so that none can be matched"
    return FeatureVerdict(verdict.name, verdict.inferred_type, reason=reason)


def _nameless(names: tuple[str, ...]) -> bool:
    """Whether the columns have but the names that readers give columns without a header."""
    return names == tuple(f"_c{position}" for position in range(len(names)))


def state_of_source(source: Any, options: ReadOptions, progress: Progress | None = None) -> DatasetState:
    """The state of a table, as `make_baseline` and `check` take it.

    Raises:
        DataError: the source can't be read as a table, or has no rows.
    """
    state = _state(source, options, progress)[0]
    return state.without(excluded(options.exclude, state.names)) if options.exclude else state


def excluded(wanted: Sequence[str], names: Sequence[str], expected: Sequence[str] = ()) -> frozenset[str]:
    """The names of the columns that are to be left out.

    Args:
        wanted: names, or places from 0 on where no column has that name.
        names: of the data's columns, in their order.
        expected: of the baseline's.

    Raises:
        DataError: neither side has such a column; names all of them.
    """
    known = {*names, *expected}
    found = {each if each in known else _at(each, names) for each in wanted}
    if None in found:
        lost = ", ".join(each for each in wanted if each not in known and _at(each, names) is None)
        raise DataError(f"{lost}: is to be left out, but neither the data nor the baseline has such a column")
    return frozenset(name for name in found if name is not None)


def _at(place: str, names: Sequence[str]) -> str | None:
    return names[int(place)] if place.isdecimal() and int(place) < len(names) else None


def _state(
    source: Any, options: ReadOptions, progress: Progress | None
) -> tuple[DatasetState, tuple[SourceFile, ...]]:
    """The state of all partitions, merged from left to right, one after the other; and what they were."""
    from drift_engine.report import SourceFile  # noqa: PLC0415

    total, seen = DatasetState(), list[SourceFile]()
    found = list(partitions(source, options))
    sizes = [partition.size or 0 for partition in found]
    for place, partition in enumerate(found):
        before = (total.rows, sum(sizes[:place]) / max(sum(sizes), 1), sizes[place] / max(sum(sizes), 1))
        state = _partition_state(partition, progress, before)
        _log.info("%s: %d rows", partition.name, state.rows)
        seen.append(SourceFile(partition.name, state.rows))
        try:
            total = total.merge(state)
        except DataError as error:
            raise DataError(f"{partition.name}: {error}") from error
    if total.rows == 0:
        names = ", ".join(file.name for file in seen[:3])
        raise DataError(f"{names}: a header without a row: there is nothing to profile")
    return total, tuple(seen)


@runtime_checkable
class Watcher(Protocol):
    """A `Progress` that wants to know more."""

    def share(self, done: float | None) -> None:
        """The share of all bytes that is read, 0 to 1; None where nobody knows."""


def _partition_state(
    partition: Partition, progress: Progress | None, before: tuple[int, float, float]
) -> DatasetState:
    """The state of one partition, by the compiled kernel where there is one.

    `before` are the rows that came before it, their share of all bytes, and this partition's.
    """

    def read(rows: int) -> None:
        watcher: object = progress
        if isinstance(watcher, Watcher):
            done = None if partition.meter is None else partition.meter.share(rows)
            watcher.share(None if done is None else before[1] + before[2] * done)
        if progress is not None:
            progress(partition.name, before[0] + rows)

    if partition.state is not None:
        return partition.state()

    from drift_engine.native import partition_state  # noqa: PLC0415

    state = partition_state(partition, read)
    if state is None:
        state = DatasetState()
        for batch in partition.batches():
            state.add(batch)
            read(state.rows)
    return state
