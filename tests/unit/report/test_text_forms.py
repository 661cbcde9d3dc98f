"""Markdown, JUnit, SARIF and plain text."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from drift_engine.report.junit import junit
from drift_engine.report.markdown import markdown
from drift_engine.report.message import message
from drift_engine.report.sarif import sarif
from tests.tables import Columns, numbers
from tests.unit.report.reports import NASTY, by_tests, drifted, nasty, report


def rendered(text: str) -> str:
    """The page that GitHub's dialect of Markdown gives, before anything is sanitised."""
    markdown_it = pytest.importorskip("markdown_it")
    return str(markdown_it.MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text))


def cells(page: str) -> list[list[str]]:
    """The texts of the table's cells, row by row."""
    found = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in page.split("<tr>")[1:]]
    return [[html.unescape(re.sub(r"<[^>]*>", "", cell)) for cell in row] for row in found]


def test_markdown_has_a_row_for_every_feature_that_is_not_ok() -> None:
    rows = cells(rendered(markdown(drifted())))
    assert rows[0] == ["feature", "verdict", "distance", "threshold", "what moved"]
    assert rows[1] == ["amount", "drifted", "0.820", "0.100", "≤ 899: 90% → 0%"]
    assert [row[0] for row in rows[1:]] == ["amount", "colour", "gone", "empty", "retyped", "words"]
    assert rows[3][1:] == ["not comparable", "", "", "the current data has no such column"]


def test_markdown_of_tests_has_the_effect_that_decided_and_the_distance_by_its_name() -> None:
    rows = cells(rendered(markdown(by_tests())))
    assert rows[0] == ["feature", "verdict", "effect", "p", "Model Monitor's distance", "what moved"]
    by_name = {row[0]: row[1:] for row in rows[1:]}
    assert list(by_name) == ["flag", "age", "day"]
    assert by_name["flag"] == ["drifted", "50% moved", "< 1e-15", "0.000 of 0.100", "≤ 0: 50% → 0%"]
    assert by_name["age"][:4] == ["drifted", "±25% missing", "< 1e-15", "0.000 of 0.100"]
    assert by_name["day"][:3] == ["not comparable", "", ""]
    assert "1 feature ok." in markdown(by_tests())


def test_names_in_markdown_make_no_cell_no_element_and_no_link() -> None:
    page = rendered(markdown(nasty()))
    elements = "h3 p code table thead tr th tbody td strong ul li"
    assert set(re.findall(r"<(\w+)", page)) == set(elements.split())
    rows = cells(page)
    assert {len(row) for row in rows} == {5}
    assert {row[0] for row in rows} >= {NASTY[0], NASTY[1], NASTY[2]}


def test_names_in_markdown_cannot_call_anybody() -> None:
    text = markdown(nasty())
    assert "@" not in text
    assert "`" not in text
    assert "https://" not in text
    assert "www." not in text


def test_markdown_has_a_limit_however_many_features_drift() -> None:
    names = [f"x{index}" for index in range(200)]
    baseline: Columns = {name: numbers(100) for name in names}
    current: Columns = {name: numbers(100, start=90) for name in names}
    text = markdown(report(baseline, current))
    assert "and 170 more features." in text
    assert "and 150 more findings." in text
    assert len(text) < 20_000


def test_junit_fails_what_drifted_and_skips_what_was_not_compared() -> None:
    suite = ET.XML(junit(drifted())).find("testsuite")
    assert suite is not None
    assert suite.attrib == {
        "name": "drift",
        "tests": "8",
        "failures": "5",
        "skipped": "2",
        "errors": "0",
        "timestamp": "2026-07-01T06:30:00",
    }
    cases = {case.get("name"): case for case in suite.findall("testcase")}
    failure = cases["amount"].find("failure")
    assert failure is not None
    assert failure.get("message") == "drifted: distance 0.8195, threshold 0.1 (robust)"
    skipped = cases["words"].find("skipped")
    assert skipped is not None
    assert "too many distinct texts" in (skipped.get("message") or "")
    assert len(cases["steady"]) == 0
    columns = cases["the table's columns"].find("failure")
    assert columns is not None
    assert columns.text == "missing_column_check: 6 columns, the baseline has 7: gone"


def test_junit_is_xml_whatever_the_names() -> None:
    root = ET.XML(junit(nasty()))
    names = {case.get("name") for case in root.iter("testcase")}
    assert names >= set(NASTY[:3])
    assert r"bell \x07 null \x00 escape \x1b[31m \ud800" in names


def test_sarif_has_a_result_for_every_finding_and_for_what_was_not_compared() -> None:
    subject = drifted()
    document = json.loads(sarif(subject))
    (run,) = document["runs"]
    assert document["version"] == "2.1.0"
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    counted = [(each["ruleId"], each["level"]) for each in run["results"]]
    assert counted.count(("not_comparable", "note")) == 4
    assert len(counted) - 4 == len(subject.findings)
    assert {rule for rule, _ in counted} <= set(rules)
    amount = next(each for each in run["results"] if each["message"]["text"].startswith("amount: distance"))
    assert amount["properties"]["threshold"] == 0.1
    assert amount["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "july.csv"


def test_an_alert_is_the_same_one_tomorrow() -> None:
    def prints(document: Any) -> list[str]:
        return [each["partialFingerprints"]["ruleAndFeature/v1"] for each in document["runs"][0]["results"]]

    today, tomorrow = json.loads(sarif(drifted())), json.loads(sarif(drifted()))
    assert prints(today) == prints(tomorrow)
    assert len(set(prints(today))) == len(prints(today))


def test_sarif_is_json_without_invisible_characters_whatever_the_names() -> None:
    document = json.loads(sarif(nasty()))
    texts = [each["message"]["text"] for each in document["runs"][0]["results"]]
    assert all(text.isprintable() and len(text) < 1_100 for text in texts)
    assert any(text.startswith(NASTY[0]) for text in texts)


def test_the_message_fits_a_chat_and_has_no_control_character() -> None:
    text = message(nasty())
    assert len(text) < 4_000
    assert {char for char in text if not char.isprintable()} == {"\n"}
    assert message(drifted()).splitlines()[1] == "- amount: 0.820 (threshold 0.100), ≤ 899: 90% → 0%"


def test_the_message_says_that_missing_cells_made_a_feature_drift() -> None:
    old: Columns = {"age": numbers(1000)}
    new: Columns = {"age": [None if index % 4 == 0 else str(index) for index in range(1000)]}
    said = "- age: ±25% missing (p < 1e-15), missing cells 0% → 25%"
    assert said in message(report(old, new, rule="calibrated"))


def test_junit_says_of_a_tested_feature_what_made_it_drift() -> None:
    old: Columns = {"age": numbers(1000), "flag": ["0", "1"] * 500}
    new: Columns = {
        "age": [None if index % 4 == 0 else str(index) for index in range(1000)],
        "flag": ["1"] * 1000,
    }
    cases = ET.fromstring(junit(report(old, new, rule="calibrated"))).iter("failure")  # noqa: S314
    said = [case.get("message") for case in cases]
    assert said == [
        "drifted: effect 0.5, p < 1e-15, distance 0 (robust)",
        "drifted: missing cells 0% → 25%",
    ]
