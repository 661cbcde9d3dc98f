"""missing_column_check: columns of the baseline that the data lacks."""

from __future__ import annotations

from collections.abc import Iterator

from drift_engine.checks.evidence import Evidence
from drift_engine.checks.finding import Finding


def missing_column_check(evidence: Evidence) -> Iterator[Finding]:
    """One finding where columns are missing: by name, or by count where only counts are looked at."""
    constraints = evidence.constraints
    if not constraints.monitoring.evaluate_constraints:
        return
    there, expected = len(evidence.current.features), len(constraints.features)
    names = set(evidence.current.names())
    missing = tuple(
        feature.name
        for feature in constraints.features
        if feature.name not in names and constraints.monitoring_of(feature).evaluate_constraints
    )
    if there < expected if evidence.counts_only else missing:
        columns = () if evidence.counts_only else missing
        yield Finding("Missing columns", "missing_column_check", there, expected, columns=columns)
