"""Whether a batch alarms, by the rule that was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Set

from drift_engine.checks.evidence import Evidence
from drift_engine.checks.finding import Finding
from drift_engine.verdicts import FeatureVerdict, Rule
from drift_engine.verdicts.category_tests import CategoryTests
from drift_engine.verdicts.columns import categories

_NO_DIFFERENCE = 1e-9
OF_NEW_DATES = frozenset({"categorical_values_check", "baseline_drift_check"})
"""The checks that find something in every batch of new dates."""


def alarms(
    evidence: Evidence,
    findings: Iterable[Finding],
    verdicts: Iterable[FeatureVerdict],
    rule: Rule,
    silent: Set[str] = frozenset(),
) -> bool:
    """Whether somebody should look: at any finding, or for the calibrated rule at what chance does not do.

    Three checks of the service ask what the calibrated verdict tests, without regard to chance: the distance,
    the share of missing cells and the share of unseen categories. There the test decides, and their findings
    alone are no alarm. Columns, types, and what was demanded by hand beyond the baseline (more completeness,
    fewer categories) are no matter of chance.

    Args:
        evidence: what was looked at.
        findings: what Model Monitor's checks found.
        verdicts: of the chosen rule.
        rule: who decides.
        silent: features whose drift is no alarm.
    """
    if rule == "model-monitor":
        return any(True for _ in findings)
    by_name = {verdict.name: verdict for verdict in verdicts}
    drifted = any(each.verdict == "drifted" and each.name not in silent for each in by_name.values())
    return drifted or any(not _is_tested(finding, by_name, evidence) for finding in findings)


def _is_tested(finding: Finding, verdicts: dict[str, FeatureVerdict], evidence: Evidence) -> bool:
    verdict = verdicts.get(finding.feature_name)
    if verdict is None or verdict.verdict == "not checked":
        return False
    if finding.check == "completeness_check":
        expected = {side.name: side.completeness for side in evidence.baseline.features}
        return finding.threshold <= expected[verdict.name] + _NO_DIFFERENCE
    if finding.check == "categorical_values_check":
        if verdict.dates is not None:
            return abs(1.0 - finding.value - _unseen(verdict.name, evidence)) < _NO_DIFFERENCE
        unseen = verdict.outcome("unseen")
        return unseen is not None and abs(1.0 - finding.value - unseen.effect) < _NO_DIFFERENCE
    return finding.check == "baseline_drift_check"


def _unseen(name: str, evidence: Evidence) -> float:
    """The share of a feature's present cells that are categories the baseline's statistics lack, 0 to 1."""
    new, old = (
        next(categories(feature) or {} for feature in side.features if feature.name == name)
        for side in (evidence.current, evidence.baseline)
    )
    tests = CategoryTests.of(new, old)
    return 0.0 if tests is None else tests.unseen_share
