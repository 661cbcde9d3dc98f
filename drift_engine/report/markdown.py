"""The report as Markdown for a pull request: the summary, the features that matter, the findings."""

from __future__ import annotations

import re

from drift_engine.report.effects import effect_and_p, service_distance, tested
from drift_engine.report.findings import sentence
from drift_engine.report.model import Report
from drift_engine.report.sentences import moved, summary
from drift_engine.report.shapes import shape
from drift_engine.report.words import distance, plural, shown
from drift_engine.verdicts import FeatureVerdict

_BY_DISTANCE = (
    "| feature | verdict | distance | threshold | what moved |",
    "| --- | --- | ---: | ---: | --- |",
)
_TESTED = (
    "| feature | verdict | effect | p | Model Monitor's distance | what moved |",
    "| --- | --- | ---: | ---: | ---: | --- |",
)
_ROWS, _FINDINGS = 30, 50
_NAME, _SENTENCE = 60, 300
# What could be markup, the dot of a web address and the colon before its slashes among it.
_MARKUP = re.compile(r"""[&<>\\`*_{}\[\]#|~@!$^"]|\.(?=[^\W\d])|:(?=/)""")


def markdown(report: Report) -> str:
    """GitHub's Markdown, the same length whatever the number of features.

    In what comes from data, markup is written as character references, which CommonMark never reads as
    markup: no name makes a table cell, a link, an element, or a mention of somebody.
    """
    mattering = [verdict for verdict in report.verdicts if verdict.verdict != "ok"]
    by_tests = tested(report.verdicts)
    quiet = len(report.verdicts) - len(mattering)
    lines = [f"### {escaped(summary(report), 200)}", "", _subject(report), ""]
    if mattering:
        lines += _TESTED if by_tests else _BY_DISTANCE
        lines += [_row(report, verdict, by_tests) for verdict in mattering[:_ROWS]]
        lines += ["", *_left_out(len(mattering) - _ROWS, "feature")]
    if quiet:
        lines += [f"{plural(quiet, 'feature')} {'ok' if by_tests else 'within the threshold'}.", ""]
    if report.findings:
        lines += [f"**{plural(len(report.findings), 'finding')}**", ""]
        lines += [
            f"- {code(finding.feature_name)} {escaped(sentence(finding), _SENTENCE)}"
            for finding in report.findings[:_FINDINGS]
        ]
        lines += ["", *_left_out(len(report.findings) - _FINDINGS, "finding")]
    return "\n".join(lines).rstrip() + "\n"


def escaped(text: str, limit: int) -> str:
    """The text with every character that could be markup as a character reference."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", shown(text, limit))


def code(name: str) -> str:
    """A name in `<code>`, where GitHub looks for neither mentions nor issue numbers."""
    return f"<code>{escaped(name, _NAME)}</code>"


def _subject(report: Report) -> str:
    files = report.provenance.files
    batch = [code(file.name) for file in files[:3]] + ([f"{len(files) - 3} more"] if len(files) > 3 else [])
    rows = plural(report.current.item_count, "row")
    against = (
        f" against {report.baseline.item_count:,} of the baseline" if report.baseline is not None else ""
    )
    return f"{', '.join(batch)}{': ' if batch else ''}{rows}{against}."


def _row(report: Report, verdict: FeatureVerdict, by_tests: bool) -> str:
    said = verdict.reason or moved(shape(*report.sides(verdict.name), points=2))
    word = f"**{verdict.verdict}**" if verdict.verdict == "drifted" else verdict.verdict
    measured: tuple[str, ...] = (distance(verdict.distance), distance(verdict.threshold))
    if by_tests:
        measured = (*effect_and_p(verdict), service_distance(verdict))
    cells = (code(verdict.name), word, *(escaped(each, _NAME) for each in measured), escaped(said, _SENTENCE))
    return f"| {' | '.join(cells)} |"


def _left_out(count: int, noun: str) -> list[str]:
    return [f"and {count:,} more {noun}{'' if count == 1 else 's'}.", ""] if count > 0 else []
