"""A finding as a sentence for people; Model Monitor's own wording stays in its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from drift_engine.checks import Finding
from drift_engine.report.words import distance, plural, shown

_COLUMNS, _NAME = 8, 40


def sentence(finding: Finding) -> str:
    """What was measured, what is allowed, and what else a reader should know."""
    said = _SENTENCES.get(finding.check, _any)(finding)
    notes = [finding.note] if finding.note else []
    notes += [f"{plural(finding.not_numeric, 'cell')} are no numbers"] if finding.not_numeric else []
    return f"{said} ({'; '.join(notes)})" if notes else said


def _share(share: float) -> str:
    """A share with as many decimals as violations are made of."""
    return f"{100 * share:.4g}%"


def _completeness(finding: Finding) -> str:
    observed, expected = _share(finding.value), _share(finding.threshold)
    return f"{observed} of the cells are present, the baseline's share is {expected}"


def _type(finding: Finding) -> str:
    observed, expected = _share(finding.value), _share(finding.threshold)
    return f"{observed} of the present cells are {finding.expected_type}, expected are {expected}"


def _categories(finding: Finding) -> str:
    observed, expected = _share(finding.value), _share(finding.threshold)
    return f"{observed} of the present cells are categories that the baseline knows, expected are {expected}"


def _drift(finding: Finding) -> str:
    return f"distance {distance(finding.value)} exceeds the threshold {distance(finding.threshold)}"


def _columns(finding: Finding) -> str:
    said = f"{finding.value:,.0f} columns, the baseline has {finding.threshold:,.0f}"
    if not finding.columns:
        return said
    named = [shown(name, _NAME) for name in finding.columns[:_COLUMNS]]
    more = len(finding.columns) - _COLUMNS
    return f"{said}: {', '.join(named)}{f' and {more:,} more' if more > 0 else ''}"


def _any(finding: Finding) -> str:
    return f"measured {finding.value:g}, allowed {finding.threshold:g}"


_SENTENCES: Mapping[str, Callable[[Finding], str]] = {
    "missing_column_check": _columns,
    "extra_column_check": _columns,
    "data_type_check": _type,
    "completeness_check": _completeness,
    "categorical_values_check": _categories,
    "baseline_drift_check": _drift,
}
