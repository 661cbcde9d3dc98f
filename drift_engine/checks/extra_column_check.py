"""extra_column_check: columns of the data that the baseline lacks."""

from __future__ import annotations

from collections.abc import Iterator

from drift_engine.checks.evidence import Evidence
from drift_engine.checks.finding import Finding


def extra_column_check(evidence: Evidence) -> Iterator[Finding]:
    """One finding where there are too many columns: by name, or by count where only counts are looked at."""
    constraints = evidence.constraints
    if not constraints.monitoring.evaluate_constraints:
        return
    there, expected = len(evidence.current.features), len(constraints.features)
    known = set(constraints.names())
    extra = tuple(name for name in evidence.current.names() if name not in known)
    if there > expected if evidence.counts_only else extra:
        columns = () if evidence.counts_only else extra
        yield Finding("Extra columns", "extra_column_check", there, expected, columns=columns)
