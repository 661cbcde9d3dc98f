"""Tables: the first row holds the headings, every cell is text."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

from drift_engine.report.effects import effect_and_p, service_distance, tested
from drift_engine.report.words import columns, deviation, plural, shown
from drift_engine.states import FeatureProfile, Profile
from drift_engine.verdicts import FeatureVerdict

Row: TypeAlias = tuple[str, ...]
_WIDEST = 60
_WIDTH: ContextVar[int | None] = ContextVar("width", default=None)
# Of a table too wide for its place these columns go first, so that feature, distance and verdict stay.
_LEAVE_OUT = (
    *(
        "mm_distance",
        "method",
        "type",
        "kind",
        "categories",
        "std_dev",
        "p (Holm)",
        "95% within",
        "before",
        "after",
    ),
    *("adjusted_p", "distinct", "present", "threshold", "min", "max", "reason", "largest"),
    "distances",
    "effects",
)
TESTED_LEGEND = (
    "effect and adjusted_p decide: the share of the rows, and the chance of it in a table of this size "
    "without drift; mm_distance: Model Monitor's distance of its threshold, as in its files"
)
_NARROWEST = 14
_MOST_ROWS, _LONGEST_CELL = 30, 300


def verdict_rows(verdicts: Iterable[FeatureVerdict]) -> tuple[Row, ...]:
    """A row a verdict, in the order given.

    Where tests decided: effects and p-values first, Model Monitor's distance behind them (`TESTED_LEGEND`).
    """
    verdicts = tuple(verdicts)
    if tested(verdicts):
        numbers = ("effect", "adjusted_p", "verdict", "mm_distance")
        return (("feature", "type", *numbers, "reason"), *map(_tested, verdicts))
    head = ("feature", "type", "method", "distance", "threshold", "verdict", "reason")
    return (head, *map(_verdict, verdicts))


def profile_rows(profile: Profile) -> tuple[Row, ...]:
    """A row a feature: how complete it is, its moments and extrema, its categories."""
    head = (
        "feature",
        "type",
        "present",
        "missing",
        "distinct",
        "mean",
        "std_dev",
        "min",
        "max",
        "categories",
    )
    return (head, *(_feature(feature) for feature in profile.features))


def text_table(rows: Sequence[Row]) -> str:
    """The rows with columns aligned by blanks; control characters shown as escapes.

    Inside `tables_fit` no line is wider than that: columns that say least are left out, then the widest cells
    are cut.
    """
    visible = [tuple(shown(cell, len(cell)) for cell in row) for row in rows]
    width = _WIDTH.get()
    if width is not None and visible:
        visible = _fitted(visible, width)
    widths = [max(map(columns, column)) for column in zip(*visible, strict=True)]
    lines = ("  ".join(map(_filled, row, widths)) for row in visible)
    return "\n".join(line.rstrip() for line in lines)


def _filled(cell: str, width: int) -> str:
    return cell + " " * (width - columns(cell))


@contextmanager
def tables_fit(width: int | None) -> Iterator[None]:
    """Tables of text inside are no wider than this many characters; None: as wide as they are."""
    token = _WIDTH.set(width)
    try:
        yield
    finally:
        _WIDTH.reset(token)


def _fitted(rows: Sequence[Row], width: int) -> list[Row]:
    kept = list(range(len(rows[0])))
    widest = [max(columns(row[column]) for row in rows) for column in kept]
    for heading in _LEAVE_OUT:
        if sum(min(_NARROWEST, widest[column]) + 2 for column in kept) - 2 <= width:
            break
        kept = [column for column in kept if rows[0][column] != heading]
    limits = [widest[column] for column in kept]
    while sum(limits) + 2 * len(kept) - 2 > width and max(limits) > 4:
        limits[limits.index(max(limits))] -= 1
    return [
        tuple(_cut(row[column], limit) for column, limit in zip(kept, limits, strict=True)) for row in rows
    ]


def _cut(cell: str, limit: int) -> str:
    if columns(cell) <= limit:
        return cell
    kept = cell[: limit - 1]
    while columns(kept) > limit - 1:
        kept = kept[:-1]
    return f"{kept}…"


def html_table(summary: str, rows: Sequence[Row], sentences: Sequence[str] = ()) -> str:
    """A paragraph, a table and a list for a notebook, cut to a screen or two, everything in them escaped."""
    head = "".join(f"<th>{_cell(cell)}</th>" for cell in rows[0])
    first = rows[1 : 1 + _MOST_ROWS]
    body = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in first)
    items = "".join(f"<li>{_cell(sentence)}</li>" for sentence in sentences[:_MOST_ROWS])
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    more = _more(len(rows) - 1 - _MOST_ROWS, "feature")
    return f"<p>{_cell(summary)}</p>{table}{more}" + (
        f"<ul>{items}</ul>{_more(len(sentences) - _MOST_ROWS, 'finding')}" if items else ""
    )


def _verdict(verdict: FeatureVerdict) -> Row:
    return (
        _short(verdict.name),
        verdict.inferred_type,
        verdict.method,
        _number(verdict.distance),
        _number(verdict.threshold),
        verdict.verdict,
        verdict.reason,
    )


def _tested(verdict: FeatureVerdict) -> Row:
    numbers = (*effect_and_p(verdict), verdict.verdict, service_distance(verdict))
    return (_short(verdict.name), verdict.inferred_type, *numbers, verdict.reason)


def _feature(feature: FeatureProfile) -> Row:
    numbers, strings = feature.numerical, feature.string
    distinct = numbers.approximate_num_distinct_values if numbers else None
    if strings is not None:
        distinct = round(strings.distinct_count)
    categories = strings.categories if strings is not None else None
    return (
        _short(feature.name),
        feature.inferred_type,
        str(feature.num_present),
        str(feature.num_missing),
        "" if distinct is None else str(distinct),
        _number(getattr(numbers, "mean", None)),
        "" if numbers is None else deviation(numbers.std_dev, _number(numbers.std_dev)),
        *(_number(getattr(numbers, key, None)) for key in ("min", "max")),
        _short(", ".join(f"{value} {count}" for value, count in (categories or {}).items())),
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _cell(text: str) -> str:
    return html.escape(shown(text, _LONGEST_CELL))


def _more(count: int, noun: str) -> str:
    return f"<p>and {plural(count, f'more {noun}')}</p>" if count > 0 else ""


def _short(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
