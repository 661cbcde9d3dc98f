"""The library's two verbs: make a baseline, check data against it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drift_engine import __version__
from drift_engine.checks import Constraints, Evidence, Finding, Monitoring, alarms, evaluate, suggest
from drift_engine.errors import ArgumentError, DataError
from drift_engine.monitor_files import (
    CONSTRAINTS,
    STATISTICS,
    VIOLATIONS,
    constraints_json,
    description,
    read_constraints,
    read_statistics,
    statistics_json,
    violations_json,
    violations_of,
    write_together,
)
from drift_engine.native import partition_state
from drift_engine.readers import Partition, ReadOptions, partitions
from drift_engine.report import (
    PastRun,
    Provenance,
    Report,
    SourceFile,
    form_of,
    html_table,
    text_table,
    verdict_rows,
    write,
)
from drift_engine.reporting import digests, past_runs, settings
from drift_engine.states import DatasetState, Profile
from drift_engine.verdicts import FeatureVerdict, Rule, TableVerdict, judge, table_verdict, worst_first

if TYPE_CHECKING:
    import pandas as pd

_log = logging.getLogger(__name__)
_DEFAULT_OPTIONS = ReadOptions()
Progress = Callable[[str, int], None]
"""Called with a partition's name and the rows read so far."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """What data is compared with: the profile of a table, and what it allows.

    Attributes:
        statistics: the profile, the content of `statistics.json`.
        constraints: what it allows, the content of `constraints.json`.
        digests: SHA-256 of the files that it was loaded from, by path.
    """

    statistics: Profile
    constraints: Constraints
    digests: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: str | Path) -> Baseline:
        """The baseline in a folder with `statistics.json` and `constraints.json`, ours or Model Monitor's.

        Raises:
            MonitorFileError: a file is missing or damaged.
        """
        statistics, constraints = Path(folder) / STATISTICS, Path(folder) / CONSTRAINTS
        return cls(
            read_statistics(statistics), read_constraints(constraints), digests(statistics, constraints)
        )

    def save(self, folder: str | Path, *, strict: bool = False) -> None:
        """Write `constraints.json` and `statistics.json`, both or none.

        A `constraint_violations.json` of an earlier check is removed from the folder.

        Raises:
            MonitorFileError: the folder can't be written.
        """
        statistics = statistics_json(self.statistics, strict=strict)
        files = {CONSTRAINTS: constraints_json(self.constraints), STATISTICS: statistics, VIOLATIONS: None}
        write_together(folder, files)

    def __repr__(self) -> str:
        rows, columns = self.statistics.item_count, len(self.statistics.features)
        return f"Baseline({rows:,} rows, {columns} features)"


@dataclass(frozen=True, eq=False)
class CheckResult:
    """What came of a check.

    Attributes:
        findings: the violations, in the service's order.
        features: a verdict for every feature of the baseline, worst first, by `rule`.
        profile: the profile of the checked data.
        constraints: what the checked data itself would allow, as the service writes it too.
        stopped_early: whether nothing was compared, since there are more or fewer columns than expected and
            the data brought no names for them (or strict mode doesn't look at the names).
        strict: whether Model Monitor's rules were followed to the letter.
        baseline: what the data was compared with.
        files: the checked data, and how many rows each part has.
        rule: who decided on `features`; findings and files are Model Monitor's whatever the rule.
        alarm: whether somebody should look; what the command's exit code says (`checks.alarms`).
    """

    findings: tuple[Finding, ...]
    features: tuple[FeatureVerdict, ...]
    profile: Profile
    constraints: Constraints
    stopped_early: bool = False
    strict: bool = False
    baseline: Baseline | None = None
    files: tuple[SourceFile, ...] = ()
    rule: Rule = "model-monitor"
    alarm: bool = False

    @property
    def ok(self) -> bool:
        """Whether there is no finding."""
        return not self.findings

    @property
    def drifted(self) -> bool:
        """Whether any feature drifted, by the rule that was chosen."""
        return self.table.drifted

    @property
    def table(self) -> TableVerdict:
        """The verdict on the whole table, with the false alarms that are to be expected."""
        return table_verdict(self.features, self.rule)

    def to_pandas(self) -> pd.DataFrame:
        """The verdicts as a table with a row a feature, worst first (needs pandas)."""
        import pandas as pd  # noqa: PLC0415

        columns = list(FeatureVerdict.__dataclass_fields__)
        rows = [[getattr(verdict, column) for column in columns] for verdict in self.features]
        return pd.DataFrame(rows, columns=columns)

    def save(self, folder: str | Path) -> None:
        """Write the service's files of a check, all or none.

        `constraints.json` and `statistics.json` of the checked data, `constraint_violations.json` where there
        are findings (an older one is removed where there are none); that last one alone after an early stop.

        Raises:
            MonitorFileError: the folder can't be written.
        """
        found = violations_json(violations_of(self.findings)) if self.findings else None
        files = {
            CONSTRAINTS: None if self.stopped_early else constraints_json(self.constraints),
            STATISTICS: None if self.stopped_early else statistics_json(self.profile, strict=self.strict),
            VIOLATIONS: found,
        }
        write_together(folder, files)

    def to_report(
        self,
        *,
        history: str | Path | None = None,
        but: str | Path | None = None,
        about: Mapping[str, str] | None = None,
        when: datetime | None = None,
    ) -> Report:
        """The result with where it comes from, to be written in any of the report's forms.

        Args:
            history: a folder in which earlier checks were saved, a folder a run.
            but: a run's folder in it to leave out.
            about: what else is to be said of where this comes from, as the model's name.
            when: the time of the report, in UTC; without it the report has none.

        Raises:
            ReportError: there is no such folder of past runs.
            MonitorFileError: a past run's `statistics.json` is damaged.
        """
        known, past = self.baseline, tuple[PastRun, ...]()
        if known is not None and history is not None:
            past = past_runs(
                history,
                known.statistics,
                known.constraints.comparison(strict=self.strict),
                rule=self.rule,
                but=but,
            )
        source = Provenance(
            files=self.files,
            digests={} if known is None else known.digests,
            settings={} if known is None else settings(known.constraints, self.rule, strict=self.strict),
            about=about or {},
            engine=__version__,
            when=when,
        )
        profile = None if known is None else known.statistics
        return Report(self.features, self.findings, self.profile, profile, source, past)

    def report(self, path: str | Path, *, when: datetime | None = None) -> None:
        """Write a report in the form that the name's ending asks for: .html .png .xml .sarif .md .txt.

        Raises:
            ReportError: no form has this ending, or the file can't be written.
        """
        write(self.to_report(when=when), form_of(path), path)

    def __repr__(self) -> str:
        return f"{self._summary()}\n{text_table(verdict_rows(self.features))}\n{self.table}"

    def _repr_html_(self) -> str:
        sentences = tuple(f"{finding.feature_name}: {description(finding)}" for finding in self.findings)
        return html_table(f"{self._summary()}. {self.table}", verdict_rows(self.features), sentences)

    def _summary(self) -> str:
        drifted = sum(verdict.verdict == "drifted" for verdict in self.features)
        findings = f"{len(self.findings)} finding{'' if len(self.findings) == 1 else 's'}"
        rows = f"{self.profile.item_count:,} rows checked"
        return f"{rows}, {drifted} of {len(self.features)} features drifted, {findings}"


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
    Baseline(3 rows, 1 features)
    """
    profile = _state(source, options, progress)[0].profile()
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
        DataError: the source can't be read as a table, or has no rows.
        MonitorFileError: the baseline's folder lacks a file, or one is damaged.

    >>> import pandas as pd
    >>> baseline = make_baseline(pd.DataFrame({"age": range(1000)}))
    >>> result = check(pd.DataFrame({"age": range(500, 1500)}), baseline)
    >>> [(finding.feature_name, round(finding.value, 3)) for finding in result.findings]
    [('age', 0.42)]
    """
    if not isinstance(baseline, (Baseline, str, os.PathLike)):
        raise ArgumentError(
            f"baseline: {type(baseline).__name__} is neither a Baseline nor a folder with one"
        )
    known = baseline if isinstance(baseline, Baseline) else Baseline.load(baseline)
    options = replace(options, nan_is_missing=options.nan_is_missing and not strict)
    state, files = _state(source, options, progress)
    expected = known.constraints.names()
    named = not (_nameless(state.names) or _nameless(expected))
    if len(state.names) == len(expected) and (strict or not named):
        state, named = state.renamed(expected), True
    profile = state.profile()
    evidence = Evidence.of(profile, known.statistics, known.constraints, strict=strict, named=named)
    findings = evaluate(evidence)
    stopped = evidence.counts_only and any(finding.feature_name in _TABLE_WIDE for finding in findings)
    rule: Rule = "model-monitor" if strict or stopped else verdict
    comparison = known.constraints.comparison(strict=strict)
    verdicts = worst_first(judge(profile, known.statistics, comparison, rule))
    if stopped:
        verdicts = tuple(_unmatched(each) for each in evidence.verdicts)
    allowed = suggest(profile, known.constraints.monitoring)
    alarm = alarms(evidence, findings, verdicts, rule)
    return CheckResult(
        findings, verdicts, profile, allowed, stopped, strict, known, files, rule=rule, alarm=alarm
    )


_TABLE_WIDE = frozenset({"Missing columns", "Extra columns"})


def _unmatched(verdict: FeatureVerdict) -> FeatureVerdict:
    reason = "the number of columns is not the baseline's, so that none can be matched"
    return FeatureVerdict(verdict.name, verdict.inferred_type, reason=reason)


def _nameless(names: tuple[str, ...]) -> bool:
    """Whether the columns have but the names that readers give columns without a header."""
    return names == tuple(f"_c{position}" for position in range(len(names)))


def _state(
    source: Any, options: ReadOptions, progress: Progress | None
) -> tuple[DatasetState, tuple[SourceFile, ...]]:
    """The state of all partitions, merged from left to right, one after the other; and what they were."""
    total, seen = DatasetState(), list[SourceFile]()
    for partition in partitions(source, options):
        state = _partition_state(partition, progress, total.rows)
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


def _partition_state(partition: Partition, progress: Progress | None, before: int) -> DatasetState:
    """The state of one partition, by the compiled kernel where there is one; `before` rows came before it."""

    def read(rows: int) -> None:
        if progress is not None:
            progress(partition.name, before + rows)

    state = partition_state(partition, read)
    if state is None:
        state = DatasetState()
        for batch in partition.batches():
            state.add(batch)
            read(state.rows)
    return state
