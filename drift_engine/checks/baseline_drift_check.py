"""baseline_drift_check: the distance of a feature from its baseline."""

from __future__ import annotations

from collections.abc import Iterator

from drift_engine.checks.evidence import Evidence
from drift_engine.checks.finding import Finding


def baseline_drift_check(evidence: Evidence) -> Iterator[Finding]:
    """One finding a feature whose verdict is `drifted`, with the verdict's distance and threshold."""
    for verdict in evidence.verdicts:
        if verdict.verdict == "drifted" and verdict.distance is not None and verdict.threshold is not None:
            yield Finding(
                verdict.name,
                "baseline_drift_check",
                verdict.distance,
                verdict.threshold,
                not_numeric=verdict.not_numeric,
                note=verdict.reason,
            )
