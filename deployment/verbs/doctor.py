"""doctor: the pre-flight of a stage, a line for each check."""

from __future__ import annotations

from dataclasses import asdict

from deployment.doctor.checks import examine
from deployment.stage.mending import Surveyed
from deployment.verbs.place import Workplace, released
from deployment.verbs.report import FINE, FOUND, Answer


def doctor(surveyed: Surveyed, place: Workplace) -> Answer:
    """The findings of every check; the exit code is 1 where one failed."""
    config = surveyed.config
    place.screen.heading(f"Pre-flight of {config.names.stack}")
    findings = []
    for finding in examine(surveyed, place.aws, lambda facts: released(config, facts, place)):
        place.screen.finding(finding.word, f"{finding.check}: {finding.says}")
        findings.append(finding)
    failed = any(finding.word == "failed" for finding in findings)
    return Answer({"checks": [asdict(finding) for finding in findings]}, FOUND if failed else FINE)
