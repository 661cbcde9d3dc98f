"""The report as JUnit's XML: a test case a feature, and one for what concerns the whole table."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from drift_engine.checks import OF_NEW_DATES, Finding
from drift_engine.report.findings import sentence
from drift_engine.report.model import Report
from drift_engine.report.sentences import moved, summary
from drift_engine.report.shapes import shape
from drift_engine.report.words import number, probability, shown
from drift_engine.verdicts import FeatureVerdict

_FAILED = frozenset({"drifted"})
_PASSED = frozenset({"ok"})
_TEXT = 500


def junit(report: Report) -> str:
    """One test suite: a feature fails where it drifted or has a finding, and is skipped where not judged.

    The findings that the new days of a column of dates make are none of these.
    Characters that XML forbids are written as escapes.
    """
    suite = ET.Element("testsuite", name="drift")
    for verdict in report.verdicts:
        _case(suite, report, verdict)
    names = {verdict.name for verdict in report.verdicts}
    elsewhere = [finding for finding in report.findings if finding.feature_name not in names]
    if elsewhere:
        case = ET.SubElement(suite, "testcase", classname="drift", name="the table's columns")
        _failure(case, elsewhere[0].check, "\n".join(_sentence(each) for each in elsewhere))
    for kind, attribute in (("testcase", "tests"), ("failure", "failures"), ("skipped", "skipped")):
        suite.set(attribute, str(len(suite.findall(f".//{kind}"))))
    suite.set("errors", "0")
    ET.SubElement(suite, "system-out").text = shown(summary(report), _TEXT)
    if report.provenance.when is not None:
        suite.set("timestamp", report.provenance.when.strftime("%Y-%m-%dT%H:%M:%S"))
    suites = ET.Element(
        "testsuites", {key: value for key, value in suite.attrib.items() if key != "timestamp"}
    )
    suites.append(suite)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=False) + "\n"


def _case(suite: ET.Element, report: Report, verdict: FeatureVerdict) -> None:
    case = ET.SubElement(suite, "testcase", classname="drift", name=shown(verdict.name) or "(no name)")
    findings = report.findings_of(verdict.name)
    new_days = verdict.dates is not None and all(each.check in OF_NEW_DATES for each in findings)
    if verdict.verdict in _FAILED or (findings and not new_days):
        what = verdict.verdict if verdict.verdict in _FAILED else findings[0].check
        judgement = _judgement(verdict)
        said = [judgement, moved(shape(*report.sides(verdict.name), points=2))]
        said.append("" if judgement.endswith(verdict.reason) else verdict.reason)
        said += map(_sentence, findings)
        _failure(case, what, "\n".join(line for line in said if line))
    elif verdict.verdict not in _PASSED:
        message = shown(f"{verdict.verdict}: {verdict.reason}", _TEXT)
        ET.SubElement(case, "skipped", message=message)


def _failure(case: ET.Element, what: str, text: str) -> None:
    lines = [shown(line, _TEXT) for line in text.splitlines()]
    failure = ET.SubElement(case, "failure", type=what.replace(" ", "_"), message=lines[0])
    failure.text = "\n".join(lines)


def _judgement(verdict: FeatureVerdict) -> str:
    if verdict.distance is None:
        return verdict.verdict
    own = verdict.outcome("distribution")
    if verdict.verdict == "drifted" and own is not None and own.says == "drifted":
        tested = f"effect {number(own.effect)}, p {probability(own.adjusted_p_value)}"
        return f"{verdict.verdict}: {tested}, distance {number(verdict.distance)} ({verdict.method})"
    if verdict.verdict == "drifted" and verdict.tests and verdict.reason:
        return f"{verdict.verdict}: {verdict.reason}"
    limit = number(verdict.threshold)
    return f"{verdict.verdict}: distance {number(verdict.distance)}, threshold {limit} ({verdict.method})"


def _sentence(finding: Finding) -> str:
    return f"{finding.check}: {sentence(finding)}"
