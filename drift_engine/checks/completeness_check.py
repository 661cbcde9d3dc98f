"""completeness_check: the share of present cells against the baseline's."""

from __future__ import annotations

from collections.abc import Iterator

from drift_engine.checks.evidence import Evidence
from drift_engine.checks.finding import Finding


def completeness_check(evidence: Evidence) -> Iterator[Finding]:
    """One finding a feature with a larger share of missing cells than its constraint allows."""
    for constraint, _, feature in evidence.evaluated():
        expected = constraint.completeness
        if expected is not None and feature.completeness < expected:
            yield Finding(constraint.name, "completeness_check", feature.completeness, expected)
