"""What the library's verbs give: a baseline, and what came of a check.

Reports are imported where one is asked for: `from drift_engine import check` is to stay light.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drift_engine import __version__
from drift_engine.checks import Constraints, Evidence, Finding, alarms
from drift_engine.errors import MonitorFileError, local_path
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
from drift_engine.states import Profile
from drift_engine.thresholds import Thresholds, obeyed, obeyed_findings, ordered
from drift_engine.verdicts import FeatureVerdict, Rule, TableVerdict, table_verdict

if TYPE_CHECKING:
    import pandas as pd

    from drift_engine.report import Report, SourceFile


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
    def load(cls, folder: str | Path, *, extras: bool = True) -> Baseline:
        """The baseline in a folder with `statistics.json` and `constraints.json`, ours or Model Monitor's.

        Args:
            folder: where the files are.
            extras: whether to keep what the statistics hold beyond our own fields. Only a baseline that is to
                be saved again needs them; without them it is read in a fraction of the time.

        Raises:
            MonitorFileError: a file is missing or damaged.
        """
        from drift_engine.reporting import digests  # noqa: PLC0415

        folder = local_path(folder, MonitorFileError)
        statistics, constraints = folder / STATISTICS, folder / CONSTRAINTS
        return cls(
            read_statistics(statistics, extras=extras),
            read_constraints(constraints),
            digests(statistics, constraints),
        )

    def without(self, names: Set[str]) -> Baseline:
        """The baseline without these features."""
        features = (each for each in self.statistics.features if each.name not in names)
        allowed = (each for each in self.constraints.features if each.name not in names)
        return replace(
            self,
            statistics=replace(self.statistics, features=tuple(features)),
            constraints=replace(self.constraints, features=tuple(allowed)),
        )

    def save(self, folder: str | Path, *, strict: bool = False) -> None:
        """Write `constraints.json` and `statistics.json`, both or none.

        A `constraint_violations.json` of an earlier check is removed from the folder.

        Raises:
            MonitorFileError: the folder can't be written.
        """
        from drift_engine.native import doubles_printer  # noqa: PLC0415

        statistics = statistics_json(self.statistics, strict=strict, doubles=doubles_printer())
        files = {CONSTRAINTS: constraints_json(self.constraints), STATISTICS: statistics, VIOLATIONS: None}
        write_together(folder, files)

    def __repr__(self) -> str:
        return f"Baseline({self._summary()})"

    def _repr_html_(self) -> str:
        from drift_engine.report import html_table, profile_rows  # noqa: PLC0415

        return html_table(f"Baseline: {self._summary()}", profile_rows(self.statistics))

    def _summary(self) -> str:
        from drift_engine.report.words import plural  # noqa: PLC0415

        rows, columns = self.statistics.item_count, len(self.statistics.features)
        return f"{plural(rows, 'row')}, {plural(columns, 'feature')}"


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
        thresholds: the file that was obeyed; None where there was none.
        obeyed_on: the day, in UTC, that its ignoring was held against.
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
    thresholds: Thresholds | None = None
    obeyed_on: date | None = None

    @property
    def ok(self) -> bool:
        """Whether there is no finding."""
        return not self.findings

    @property
    def drifted(self) -> bool:
        """Whether any feature drifted, by the rule that was chosen."""
        return self.table.drifted

    @property
    def conclusive(self) -> bool:
        """Whether there is something to go by: an alarm, or a feature that was judged.

        Model Monitor's rules to the letter judge by their findings alone, so that they always are.
        """
        return self.alarm or self.strict or self.table.conclusive

    @property
    def table(self) -> TableVerdict:
        """The verdict on the whole table, with the false alarms that are to be expected."""
        wanted = self.thresholds or Thresholds()
        return table_verdict(self.features, self.rule, own=len(wanted.own), silent=wanted.silent)

    def obeying(self, thresholds: Thresholds, today: date) -> CheckResult:
        """The result as a `thresholds.json` wants it: verdicts, findings and alarm.

        An ignored feature has no finding of any kind. A feature of low importance keeps its verdict, but its
        drift is no finding and no alarm. Those of high importance come first among equals.

        Args:
            thresholds: the file (`drift_engine.thresholds.read_thresholds`).
            today: the day, in UTC, that ignoring is held against.
        """
        known = self.baseline
        if known is None or self.stopped_early:
            return self
        verdicts = obeyed(self.features, self.profile, known.statistics, thresholds, today)
        findings = tuple(obeyed_findings(self.findings, verdicts, thresholds, today))
        evidence = Evidence.of(self.profile, known.statistics, known.constraints, strict=self.strict)
        return replace(
            self,
            features=ordered(verdicts, thresholds),
            findings=findings,
            alarm=alarms(evidence, findings, verdicts, self.rule, thresholds.silent),
            thresholds=thresholds,
            obeyed_on=today,
        )

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
        from drift_engine.native import doubles_printer  # noqa: PLC0415

        found = violations_json(violations_of(self.findings)) if self.findings else None
        files = {
            CONSTRAINTS: None if self.stopped_early else constraints_json(self.constraints),
            STATISTICS: None
            if self.stopped_early
            else statistics_json(self.profile, strict=self.strict, doubles=doubles_printer()),
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
        from drift_engine.report import PastRun, Provenance, Report  # noqa: PLC0415
        from drift_engine.reporting import past_runs  # noqa: PLC0415

        known, past = self.baseline, tuple[PastRun, ...]()
        if known is not None and history is not None:
            day, wanted = self.obeyed_on, self.thresholds
            past = past_runs(
                history,
                known.statistics,
                known.constraints.comparison(strict=self.strict),
                rule=self.rule,
                but=but,
                wanted=None if wanted is None or day is None else (wanted, day),
            )
        source = Provenance(
            files=self.files,
            digests={} if known is None else known.digests,
            settings={} if known is None else self._settings(known),
            about=about or {},
            engine=__version__,
            when=when,
        )
        profile = None if known is None else known.statistics
        return Report(self.features, self.findings, self.profile, profile, source, past)

    def _settings(self, known: Baseline) -> Mapping[str, str]:
        from drift_engine.reporting import settings  # noqa: PLC0415

        said = settings(known.constraints, self.rule, strict=self.strict)
        if self.thresholds is None:
            return said
        return {**said, "Own thresholds": ", ".join(map(str, self.thresholds.features)) or "none"}

    def report(self, path: str | Path, *, when: datetime | None = None) -> None:
        """Write a report in the form that the name's ending asks for: .html .png .xml .sarif .md .txt.

        Raises:
            ReportError: no form has this ending, or the file can't be written.
        """
        from drift_engine.report import form_of, write  # noqa: PLC0415

        write(self.to_report(when=when), form_of(path), path)

    def __repr__(self) -> str:
        from drift_engine.report import TESTED_LEGEND, tested, text_table, verdict_rows  # noqa: PLC0415

        lines = [self._summary(), text_table(verdict_rows(self.features))]
        return "\n".join([*lines, *([TESTED_LEGEND] if tested(self.features) else []), str(self.table)])

    def _repr_html_(self) -> str:
        from drift_engine.report import TESTED_LEGEND, html_table, tested, verdict_rows  # noqa: PLC0415

        legend = f" {TESTED_LEGEND}." if tested(self.features) else ""
        sentences = tuple(f"{finding.feature_name}: {description(finding)}" for finding in self.findings)
        return html_table(f"{self._summary()}. {self.table}.{legend}", verdict_rows(self.features), sentences)

    def _summary(self) -> str:
        from drift_engine.report.words import plural  # noqa: PLC0415

        drifted = len(self.table.drifted_features)
        table = self.table
        said = f"{drifted} of {plural(len(self.features), 'feature')} drifted"
        if not table.conclusive:
            said = f"none of {plural(table.unjudged, 'feature')} could be judged"
        rows, findings = plural(self.profile.item_count, "row"), plural(len(self.findings), "finding")
        return f"{rows} checked, {said}, {findings}"
