"""An explanation as text for people and as a document for machines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from drift_engine.explain.explanation import Explanation
from drift_engine.explain.interval import GapInterval
from drift_engine.report.tables import Row, text_table
from drift_engine.report.words import change, number, percent, shown


def explanation_text(explained: Explanation) -> str:
    """A page of text: verdict, formula, gap, parts, tests, what would flip it."""
    return "\n".join(_lines(explained))


def explanation_document(explained: Explanation) -> dict[str, Any]:
    """The explanation with JSON's types alone; numbers unrounded."""
    gap = explained.gap
    missing = explained.missing
    return {
        "feature": explained.verdict.name,
        "verdict": asdict(explained.verdict),
        "tested": asdict(explained.tested),
        "formula": list(explained.formula),
        "gap": None if gap is None else {**asdict(gap), "size": gap.size},
        "parts": [{**asdict(part), "difference": part.difference} for part in explained.parts],
        "missing": None if missing is None else {"baseline": missing[0], "current": missing[1]},
        "flips": [{**asdict(flip), "text": str(flip)} for flip in explained.flips],
        "warnings": list(explained.warnings),
    }


def _lines(explained: Explanation) -> Iterator[str]:
    verdict = explained.verdict
    said = f"{shown(verdict.name)} ({verdict.inferred_type}): {verdict.verdict}"
    yield f"{said}. {explained.moved}" if explained.moved else said
    if verdict.reason and verdict.reason != explained.moved:
        yield verdict.reason
    yield from _section("the distance", explained.formula)
    if explained.gap is not None:
        yield from _section("the gap", _gap(explained.gap))
    if explained.parts:
        yield from _section("where the rows moved", text_table(_part_rows(explained)).splitlines())
    if explained.missing is not None:
        yield from _section("missing cells", (change(*explained.missing),))
    yield from _section("tests (calibrated rule)", _tests(explained))
    yield from _section("what would flip the verdict", map(str, explained.flips))
    yield from _section("note", explained.warnings)


def _section(title: str, lines: Any) -> Iterator[str]:
    lines = tuple(lines)
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def _gap(gap: GapInterval) -> Iterator[str]:
    place = f"at or below {number(gap.at, 6)}" if isinstance(gap.at, float) else shown(gap.at, 40)
    yield f"{place}: {percent(gap.baseline)} of the baseline, {percent(gap.current)} of the data"
    ends = f"{number(gap.low)} to {number(gap.high)}"
    yield f"{number(gap.size)}, by {gap.level:.0%} in {ends} (n = {gap.n:,} in the data, m = {gap.m:,})"


def _part_rows(explained: Explanation) -> list[Row]:
    head = ("part", "baseline", "data", "difference", "carries")
    rows: list[Row] = [head]
    rows += [
        (
            part.name,
            percent(part.baseline),
            percent(part.current),
            f"{100.0 * part.difference:+.1f} pp",
            percent(part.carries),
        )
        for part in explained.parts
    ]
    return rows


def _tests(explained: Explanation) -> Iterator[str]:
    for test in explained.tested.tests:
        low, high = test.interval
        known = f" ({number(low)} to {number(high)})" if low != high else ""
        yield (
            f"{test.test}: {test.says}; p {_p(test.p_value)}, in this table {_p(test.adjusted_p_value)}; "
            f"effect {number(test.effect)}{known}, floor {number(test.effect_floor)}"
        )
    shift = explained.tested.smallest_shift
    if shift is not None:
        yield f"the least shift that this batch shows nine times in ten: {number(shift)}"


def _p(p_value: float) -> str:
    return number(p_value, 2) if p_value >= 1e-15 else "< 1e-15"
