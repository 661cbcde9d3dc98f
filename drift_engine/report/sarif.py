"""The report as SARIF 2.1.0, which code hosts show as alerts.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0; GitHub, "SARIF support for code scanning" (a
result needs a physical location and a message).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, TypeAlias
from urllib.parse import quote

from drift_engine.checks import CHECKS, Finding
from drift_engine.report.findings import sentence
from drift_engine.report.model import Report
from drift_engine.report.sentences import summary
from drift_engine.report.words import shown

Document: TypeAlias = dict[str, Any]
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_NOT_COMPARED = "not_comparable"
_TEXT, _PATH = 500, 400


def sarif(report: Report) -> str:
    """One run: a result a finding, and a note a feature that could not be compared."""
    results = [_result(report, finding) for finding in report.findings]
    results += [
        _located(report, _NOT_COMPARED, verdict.name, f"{verdict.verdict}: {verdict.reason}", "note")
        for verdict in report.verdicts
        if verdict.distance is None
    ]
    driver: Document = {"name": "drift_engine", "rules": _rules()}
    if report.provenance.engine:
        driver["version"] = report.provenance.engine
    run: Document = {"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}
    run["properties"] = {"summary": shown(summary(report), _TEXT)}
    return (
        json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, allow_nan=False) + "\n"
    )


def _rules() -> list[Document]:
    rules = [_rule(check.name, check.summary) for check in CHECKS.values()]
    return [*rules, _rule(_NOT_COMPARED, "A feature of the baseline could not be compared.")]


def _rule(name: str, said: str) -> Document:
    return {"id": name, "name": name.title().replace("_", ""), "shortDescription": {"text": said}}


def _result(report: Report, finding: Finding) -> Document:
    result = _located(report, finding.check, finding.feature_name, sentence(finding), "warning")
    result["properties"] = {"value": finding.value, "threshold": finding.threshold}
    return result


def _located(report: Report, rule: str, feature: str, said: str, level: str) -> Document:
    """A result of the checked data's first file; a feature is its logical location.

    The fingerprint is of rule and feature, so that tomorrow's batch reopens the same alert.
    """
    files = report.provenance.files
    uri = quote(files[0].name[:_PATH].encode("utf-8", "backslashreplace")) if files else "batch"
    print_of = hashlib.sha256(f"{rule}\0{feature}".encode("utf-8", "backslashreplace")).hexdigest()
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": shown(f"{feature[:_PATH]}: {said}", 2 * _TEXT)},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}},
                "logicalLocations": [{"name": shown(feature), "kind": "member"}],
            }
        ],
        "partialFingerprints": {"ruleAndFeature/v1": print_of},
    }
