"""Checks: a profile, a baseline and its constraints in, findings out.

A check is a pure function in a file of its own and a row of `CHECKS`, in the order in which the service
writes its violations. `Constraints` is what the baseline allows; `suggest` makes it from a profile. Findings
carry numbers; their prose is made in `monitor_files.violations`.

Model Monitor's rules are the default but where they are blind: columns are matched by name, an integer
satisfies Fractional, and one bad cell doesn't keep a numeric column from being compared. `strict=True`
restores the service's rules, quirks included. Findings are the service's whatever the verdict: `alarms` says
which of them count where the calibrated verdict decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from drift_engine.checks.alarm import OF_NEW_DATES, alarms
from drift_engine.checks.baseline_drift_check import baseline_drift_check
from drift_engine.checks.categorical_values_check import categorical_values_check
from drift_engine.checks.completeness_check import completeness_check
from drift_engine.checks.constraints import Constraints, FeatureConstraints, Monitoring, suggest
from drift_engine.checks.data_type_check import data_type_check
from drift_engine.checks.evaluate import Check, evaluated
from drift_engine.checks.evidence import Evidence
from drift_engine.checks.extra_column_check import extra_column_check
from drift_engine.checks.finding import CheckName, Finding
from drift_engine.checks.missing_column_check import missing_column_check

__all__ = [
    "CHECKS",
    "OF_NEW_DATES",
    "Check",
    "CheckName",
    "Constraints",
    "Evidence",
    "FeatureConstraints",
    "Finding",
    "Monitoring",
    "alarms",
    "evaluate",
    "suggest",
]

_ROWS = (
    Check(
        "missing_column_check",
        missing_column_check,
        "The baseline has columns that the data lacks.",
        "AWS documentation; the service compares numbers of columns",
        stops=True,
    ),
    Check(
        "extra_column_check",
        extra_column_check,
        "The data has columns that the baseline lacks.",
        "outputs of the service, 2021 to 2025",
        stops=True,
    ),
    Check(
        "data_type_check",
        data_type_check,
        "Too few present cells are of the baseline's type.",
        "outputs of the service, 2020 to 2023; deequ's dataTypeConstraint",
    ),
    Check(
        "completeness_check",
        completeness_check,
        "A larger share of cells is missing than in the baseline.",
        "outputs of the service, 2020",
    ),
    Check(
        "categorical_values_check",
        categorical_values_check,
        "Too few present cells are categories that the baseline knows.",
        "AWS documentation; an output of the service, 2019",
    ),
    Check(
        "baseline_drift_check",
        baseline_drift_check,
        "The distance from the baseline exceeds its threshold.",
        "outputs of the service, 2020 and 2023",
    ),
)
CHECKS: Mapping[str, Check] = MappingProxyType({row.name: row for row in _ROWS})


def evaluate(evidence: Evidence) -> tuple[Finding, ...]:
    """All findings of all checks, in the order of `CHECKS` and, within a check, of the baseline."""
    return evaluated(evidence, CHECKS)
