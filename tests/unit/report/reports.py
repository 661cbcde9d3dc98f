"""Reports of small tables, for tests."""

from __future__ import annotations

from datetime import datetime, timezone

from drift_engine.checks import Evidence, evaluate, suggest
from drift_engine.report import Provenance, Report, SourceFile
from drift_engine.verdicts import Rule, judge, worst_first
from tests.tables import Columns, numbers, profile

WHEN = datetime(2026, 7, 1, 6, 30, tzinfo=timezone.utc)
NASTY = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(2)>",
    "\"quoted\" 'and' `ticked` | piped | \\",
    "n" * 5_000,
    "مرحبا \u202egnp.exe\u202c",
    "bell \x07 null \x00 escape \x1b[31m \ud800",
    "]]> --> &amp; @everyone #1 [x](javascript:alert(3)) https://evil.example www.evil.example",
    "=cmd|' /C calc'!A0",
)
"""Names that would do harm where they are not made safe."""


def report(
    baseline: Columns, current: Columns, *, when: datetime | None = WHEN, rule: Rule = "model-monitor"
) -> Report:
    old, new = profile(baseline), profile(current)
    evidence = Evidence.of(new, old, suggest(old))
    source = Provenance(
        files=(SourceFile("july.csv", new.item_count),),
        digests={"baseline/statistics.json": "sha256 00"},
        settings={"Numbers": "Robust, threshold 0.1"},
        about={"Model": "flights-3"},
        engine="0.1.0",
        when=when,
    )
    verdicts = judge(new, old, suggest(old).comparison(), rule)
    return Report(worst_first(verdicts), evaluate(evidence), new, old, source)


def drifted() -> Report:
    """A number that moved, categories with a new one, and what can't be compared."""
    baseline: Columns = {
        "amount": numbers(1000),
        "steady": numbers(1000),
        "colour": ["red", "blue"] * 500,
        "gone": ["1"] * 1000,
        "empty": ["1"] * 1000,
        "retyped": ["1", "2"] * 500,
        "words": [f"word {index}" for index in range(1000)],
    }
    current: Columns = {
        "amount": numbers(1000, start=900),
        "steady": numbers(1000),
        "colour": ["red", "green"] * 500,
        "empty": [None] * 1000,
        "retyped": ["a", "b"] * 500,
        "words": [f"word {index}" for index in range(500, 1500)],
    }
    return report(baseline, current)


def by_tests() -> Report:
    """By tests: a flag that Model Monitor's distance does not see, missing cells, days, one that is still."""
    baseline: Columns = {
        "flag": ["0", "1"] * 500,
        "age": numbers(1000),
        "day": [f"2026-01-{1 + index % 28:02}" for index in range(1000)],
        "still": numbers(1000),
    }
    current: Columns = {
        "flag": ["1"] * 1000,
        "age": [None if index % 4 == 0 else str(index) for index in range(1000)],
        "day": [f"2026-02-{1 + index % 7:02}" for index in range(1000)],
        "still": numbers(1000),
    }
    return report(baseline, current, rule="calibrated")


def nasty() -> Report:
    """Every nasty name as a column that drifted, as one that can't be compared, and as a category."""
    baseline: Columns = {name: numbers(1000) for name in NASTY}
    current: Columns = {name: numbers(1000, start=900) for name in NASTY}
    values = [*(name.replace("\ud800", "") for name in NASTY), "plain"]
    extra: Columns = {
        "categories": [values[index % 9] for index in range(1000)],
        "lost " + NASTY[0]: ["a"] * 1000,
    }
    new: Columns = {"categories": [f"{values[index % 9]}{index % 2}" for index in range(1000)]}
    return report({**baseline, **extra}, {**current, **new})
