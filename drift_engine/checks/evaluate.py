"""The checks, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from drift_engine.checks.evidence import Evidence
from drift_engine.checks.finding import CheckName, Finding


@dataclass(frozen=True)
class Check:
    """A row of `CHECKS`.

    Attributes:
        name: the file's `constraint_check_type`.
        compute: evidence in, findings out.
        summary: one sentence for a reader.
        source: where the rule was seen.
        stops: whether the service looks no further once this check has found something.
    """

    name: CheckName
    compute: Callable[[Evidence], Iterator[Finding]]
    summary: str
    source: str
    stops: bool = False


def evaluated(evidence: Evidence, checks: Mapping[str, Check]) -> tuple[Finding, ...]:
    """All findings, in the order of the checks and of the features.

    Args:
        evidence: what to look at.
        checks: the table of checks. Where columns are only counted, a check that stops ends the search.
    """
    findings: list[Finding] = []
    for check in checks.values():
        findings += check.compute(evidence)
        if findings and check.stops and evidence.counts_only:
            break
    return tuple(findings)
