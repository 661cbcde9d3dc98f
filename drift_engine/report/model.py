"""What every form of a report is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from drift_engine.checks import Finding
from drift_engine.states import FeatureProfile, Profile
from drift_engine.verdicts import FeatureVerdict


@dataclass(frozen=True)
class SourceFile:
    """A file, or another part of the checked data, and how many rows it has."""

    name: str
    rows: int


@dataclass(frozen=True, eq=False)
class PastRun:
    """An earlier batch's verdicts against the same baseline.

    Attributes:
        name: what the run is called, its date as a rule.
        verdicts: by feature name.
    """

    name: str
    verdicts: Mapping[str, FeatureVerdict]


@dataclass(frozen=True, eq=False)
class Provenance:
    """Where a report's numbers come from.

    Attributes:
        files: the checked data, in the order of reading.
        digests: SHA-256 of the baseline's files, by path.
        settings: thresholds and methods that were used, by what they are called.
        about: what else the caller knows, as the model's name, by what it is called.
        engine: the version of this package.
        when: the time of the report, as the caller says; None leaves it out.
        history_page: the page of all runs, a file or an address; "" where there is none.
    """

    files: tuple[SourceFile, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    engine: str = ""
    when: datetime | None = None
    history_page: str = ""


@dataclass(frozen=True, eq=False)
class Report:
    """A check to be shown.

    Attributes:
        verdicts: in the order in which features are to be shown, worst first.
        findings: in the service's order.
        current: the profile of the checked data.
        baseline: the profile that it was compared with; None where it isn't known.
        provenance: where all this comes from.
        history: earlier runs, the oldest first.
    """

    verdicts: tuple[FeatureVerdict, ...]
    findings: tuple[Finding, ...]
    current: Profile
    baseline: Profile | None
    provenance: Provenance = field(default_factory=Provenance)
    history: tuple[PastRun, ...] = ()

    def sides(self, name: str) -> tuple[FeatureProfile | None, FeatureProfile | None]:
        """The feature of this name in the baseline and in the checked data."""
        return self._olds.get(name), self._news.get(name)

    def findings_of(self, name: str) -> tuple[Finding, ...]:
        """The findings of one feature."""
        return self._found.get(name, ())

    def __post_init__(self) -> None:
        baseline = self.baseline.features if self.baseline is not None else ()
        object.__setattr__(self, "_olds", {feature.name: feature for feature in baseline})
        object.__setattr__(self, "_news", {feature.name: feature for feature in self.current.features})
        found: dict[str, tuple[Finding, ...]] = {}
        for finding in self.findings:
            found[finding.feature_name] = (*found.get(finding.feature_name, ()), finding)
        object.__setattr__(self, "_found", found)

    _olds: Mapping[str, FeatureProfile] = field(init=False, repr=False, default_factory=dict)
    _news: Mapping[str, FeatureProfile] = field(init=False, repr=False, default_factory=dict)
    _found: Mapping[str, tuple[Finding, ...]] = field(init=False, repr=False, default_factory=dict)
