"""categorical_values_check: the share of present cells that are known categories."""

from __future__ import annotations

from collections.abc import Iterator

from drift_engine.checks.evidence import Evidence
from drift_engine.checks.finding import Finding
from drift_engine.states.profile import FeatureProfile
from drift_engine.verdicts.columns import categories


def categorical_values_check(evidence: Evidence) -> Iterator[Finding]:
    """One finding a feature too few of whose present cells are categories of the baseline.

    Model Monitor is silent where the data has more than 120 distinct texts. Unless `strict`, the value
    then is the largest share of the distinct texts that the known categories can be.
    """
    for constraint, monitoring, feature in evidence.evaluated():
        if constraint.domains is None or feature.num_present == 0:
            continue
        found = _share(frozenset(constraint.domains), feature, evidence.strict)
        if found is not None and found[0] < monitoring.domain_content_threshold:
            value, note = found
            threshold = monitoring.domain_content_threshold
            yield Finding(constraint.name, "categorical_values_check", value, threshold, note=note)


def _share(domains: frozenset[str], feature: FeatureProfile, strict: bool) -> tuple[float, str] | None:
    """The share and a note on it; None where it is not known."""
    counts = categories(feature)
    if counts:
        inside = sum(count for value, count in counts.items() if value in domains)
        return inside / sum(counts.values()), ""
    if strict or feature.string is None:
        return None
    distinct = feature.string.distinct_count
    note = f"about {distinct:.0f} distinct texts, {len(domains)} known: the share is that of distinct texts"
    return min(1.0, len(domains) / max(1.0, distinct)), note
