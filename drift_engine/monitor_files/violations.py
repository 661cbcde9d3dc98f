"""`constraint_violations.json`: findings as prose, word for word the service's, and the file read again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from drift_engine.checks import Finding
from drift_engine.monitor_files.document import Node, Source, load
from drift_engine.monitor_files.extras import difference, patched
from drift_engine.monitor_files.layout import java_double, pretty
from drift_engine.states.profile import Extras

_DISTANCE = re.compile(r"distance: (.+) exceeds (?:numerical |categorical )?threshold: (.+)")


@dataclass(frozen=True, eq=False)
class Violation:
    """An entry of the file.

    Attributes:
        feature_name: the feature, or `Missing columns` and `Extra columns`.
        check: the file's `constraint_check_type`.
        description: the prose.
        distance, threshold: the numbers of a drift violation, as the prose has them; else None.
    """

    feature_name: str
    check: str
    description: str
    distance: float | None = None
    threshold: float | None = None
    extras: Extras = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Violations:
    """The file."""

    violations: tuple[Violation, ...]
    extras: Extras = field(default_factory=dict)


def description(finding: Finding) -> str:
    """The service's sentence for a finding."""
    return _TEXTS[finding.check](finding)


def violations_of(findings: Iterable[Finding]) -> Violations:
    """What the file says of the findings, in their order."""
    return Violations(
        tuple(
            Violation(
                finding.feature_name,
                finding.check,
                description(finding),
                finding.value if finding.check == "baseline_drift_check" else None,
                finding.threshold if finding.check == "baseline_drift_check" else None,
            )
            for finding in findings
        )
    )


def violations_json(violations: Violations) -> str:
    """The text of `constraint_violations.json`; the service writes no file where there is no violation."""
    document = patched(_document(), violations.extras)
    document["violations"] = [patched(_entry(v), v.extras) for v in violations.violations]
    return pretty(document)


def read_violations(source: Source, name: str | None = None) -> Violations:
    """The violations that a `constraint_violations.json` lists, of any year.

    Raises:
        MonitorFileError: the file can't be read or isn't a violations file; says where.
    """
    root = load(source, name, "constraint_violations.json")
    violations = tuple(map(_violation, root.child("violations").items()))
    return Violations(violations, difference({**root.mapping(), "violations": []}, _document()))


def _document() -> dict[str, Any]:
    return {"violations": []}


def _entry(violation: Violation) -> dict[str, Any]:
    return {
        "feature_name": violation.feature_name,
        "constraint_check_type": violation.check,
        "description": violation.description,
    }


def _violation(node: Node) -> Violation:
    text = node.child("description").text()
    distance, threshold = _numbers(text)
    name, check = node.child("feature_name").text(), node.child("constraint_check_type").text()
    found = Violation(name, check, text, distance, threshold)
    return Violation(name, check, text, distance, threshold, difference(node.mapping(), _entry(found)))


def _numbers(text: str) -> tuple[float | None, float | None]:
    match = _DISTANCE.search(text)
    if match is None:
        return None, None
    try:
        return float(match[1]), float(match[2])
    except ValueError:
        return None, None


def _percent(share: float) -> str:
    return f"{java_double(share * 100)}%"


def _data_type(finding: Finding) -> str:
    expected = finding.expected_type
    return (
        f"Data type match requirement is not met. Expected data type: {expected}, "
        f"Expected match: {_percent(finding.threshold)}. "
        f"Observed: Only {_percent(finding.value)} of data is {expected}."
    )


def _completeness(finding: Finding) -> str:
    return (
        f"Data completeness requirement is not met. Expected: {_percent(finding.threshold)}. "
        f"Observed: Only {_percent(finding.value)}."
    )


def _drift(finding: Finding) -> str:
    value, threshold = java_double(finding.value), java_double(finding.threshold)
    return f"Baseline drift distance: {value} exceeds threshold: {threshold}"


def _categories(finding: Finding) -> str:
    return f"Value: {java_double(finding.value)} does not meet the constraint requirement! "


def _missing(finding: Finding) -> str:
    return _columns(finding, "missing", shown_by_numbers=finding.value < finding.threshold)


def _extra(finding: Finding) -> str:
    return _columns(finding, "extra", shown_by_numbers=finding.value > finding.threshold)


def _columns(finding: Finding, what: str, *, shown_by_numbers: bool) -> str:
    """The service's sentence; with the names where its two numbers alone would not show the fault."""
    sentence = (
        f"There are {what} columns in current dataset. "
        f"Number of columns in current dataset: {finding.value:.0f}, "
        f"Number of columns in baseline constraints: {finding.threshold:.0f}"
    )
    return sentence if shown_by_numbers else f"{sentence}. {what.title()}: {', '.join(finding.columns)}"


_TEXTS: Mapping[str, Callable[[Finding], str]] = {
    "missing_column_check": _missing,
    "extra_column_check": _extra,
    "data_type_check": _data_type,
    "completeness_check": _completeness,
    "categorical_values_check": _categories,
    "baseline_drift_check": _drift,
}
