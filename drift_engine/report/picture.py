"""The report as one PNG for chat and mail: the farthest features, and the two worst ones' distributions."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from drift_engine.errors import ReportError
from drift_engine.report.effects import effect_and_p, effect_of, tested
from drift_engine.report.model import Report
from drift_engine.report.sentences import excess, moved, summary
from drift_engine.report.shapes import Shape, shape
from drift_engine.report.shapes.feature import CategoryShape, NumberShape
from drift_engine.report.words import base_name, distance, number, plural, shown
from drift_engine.verdicts import UNJUDGED, FeatureVerdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_FEATURES, _NAME = 10, 22
_WIDEST = 6.0
_INK, _SOFT, _LINE = "#1a1d21", "#5a626c", "#dfe3e8"
# Okabe and Ito's blue (lightened for areas) and vermillion; plum marks drift, beside a triangle.
_BASELINE, _BATCH, _DRIFT = "#8fc1e3", "#c44f00", "#8f1d5c"


def picture(report: Report) -> bytes:
    """A PNG of 1,200 by 630 pixels.

    Raises:
        ReportError: matplotlib isn't installed.
    """
    try:
        from matplotlib import rc_context  # noqa: PLC0415
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise ReportError("a PNG needs matplotlib: pip install 'drift-engine[report]'") from error
    with rc_context({"font.family": "DejaVu Sans", "text.parse_math": False}), warnings.catch_warnings():
        # A letter that the font lacks is drawn as a box; that is no reason to warn.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font", category=UserWarning)
        canvas = Figure(figsize=(12, 6.3), dpi=100, facecolor="white")
        FigureCanvasAgg(canvas)
        _compose(canvas, report)
        out = io.BytesIO()
        canvas.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def farthest_first(verdicts: Iterable[FeatureVerdict]) -> list[FeatureVerdict]:
    """Those with a distance, the farthest first; last what can't be judged by it, as an identifier.

    How far is the effect where tests decided, else the distance in units of its threshold.
    """
    compared = [verdict for verdict in verdicts if verdict.distance is not None]
    by_tests = tested(compared)

    def far(verdict: FeatureVerdict) -> float:
        return (effect_of(verdict) or 0.0) if by_tests else excess(verdict)

    return sorted(compared, key=lambda each: (each.verdict in UNJUDGED, -far(each)))


def _compose(canvas: Figure, report: Report) -> None:
    farthest = farthest_first(report.verdicts)
    canvas.text(0.03, 0.925, _shortened(summary(report), 102), size=14, weight="bold", color=_INK)
    canvas.text(0.03, 0.878, _subject(report), size=10, color=_SOFT)
    _bars(canvas.add_axes((0.20, 0.09, 0.32, 0.70)), farthest[:_FEATURES])
    for verdict, bottom in zip(farthest[:2], (0.525, 0.09), strict=False):
        axes = canvas.add_axes((0.585, bottom, 0.385, 0.265))
        _overlay(axes, verdict, shape(*report.sides(verdict.name)))


def _subject(report: Report) -> str:
    files = report.provenance.files
    batch = (
        shown(base_name(files[0].name), 60)
        if len(files) == 1
        else plural(len(files), "file")
        if files
        else ""
    )
    against = (
        f" against {report.baseline.item_count:,} of the baseline" if report.baseline is not None else ""
    )
    rows = f"{plural(report.current.item_count, 'row')}{against}"
    return "  ·  ".join(part for part in (batch, rows, plural(len(report.findings), "finding")) if part)


def _bars(axes: Axes, verdicts: list[FeatureVerdict]) -> None:
    """Effects where tests decided; else distances in units of their thresholds, one line for all of these."""
    _bare(axes)
    by_tests = tested(verdicts)
    if not verdicts:
        axes.set_axis_off()
        axes.text(0.0, 1.0, "No feature could be compared.", transform=axes.transAxes, color=_SOFT)
        return
    at = np.arange(len(verdicts))
    drifted = [verdict.verdict == "drifted" for verdict in verdicts]
    far = [(effect_of(each) or 0.0) * _WIDEST if by_tests else excess(each) for each in verdicts]
    units = [min(each, _WIDEST) for each in far]
    axes.barh(at, units, height=0.5, color=[_DRIFT if each else "#9aa3ad" for each in drifted])
    if not by_tests:
        axes.axvline(1.0, color=_INK, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.set_ylim(_FEATURES - 0.4, -0.9)
    axes.set_xlim(0, _WIDEST * 1.13)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.set_yticks(
        at,
        [
            f"{'▲ ' if each else ''}{_shortened(v.name, _NAME)}"
            for each, v in zip(drifted, verdicts, strict=True)
        ],
    )
    axes.tick_params(axis="y", length=0, labelsize=10.5, labelcolor=_INK)
    for position, (verdict, width) in enumerate(zip(verdicts, units, strict=True)):
        beyond = " »" if far[position] > _WIDEST else ""
        words = effect_and_p(verdict)[0] or "not tested" if by_tests else distance(verdict.distance)
        axes.text(
            (width if by_tests else max(width, 1.0)) + 0.1,
            position,
            f"{words}{beyond}",
            va="center",
            size=10,
            color=_INK,
        )
    title = "Share of the rows that moved" if by_tests else "Distance in units of its threshold (dashed)"
    axes.set_title(title, loc="left", size=10.5, color=_SOFT, pad=4)


def _overlay(axes: Axes, verdict: FeatureVerdict, drawn: Shape | None) -> None:
    _bare(axes)
    axes.set_yticks([])
    if isinstance(drawn, NumberShape):
        _numbers(axes, drawn)
    elif isinstance(drawn, CategoryShape):
        _categories(axes, drawn)
    where = moved(drawn)
    axes.set_title(_shortened(verdict.name, 40), loc="left", size=11.5, weight="bold", color=_INK, pad=20)
    note = f"{where}   ·   filled: baseline, outlined: this batch"
    axes.text(0.0, 1.045, _shortened(note, 76), transform=axes.transAxes, size=9.5, color=_SOFT)


def _numbers(axes: Axes, drawn: NumberShape) -> None:
    bars = drawn.bars
    if len(bars.values):
        _side_by_side(axes, [number(float(value)) for value in bars.values], bars.baseline, bars.current)
        return
    axes.stairs(bars.baseline, bars.edges, fill=True, color=_BASELINE)
    axes.stairs(bars.current, bars.edges, color=_BATCH, linewidth=1.6)
    axes.set_xlim(bars.edges[0], bars.edges[-1])


def _categories(axes: Axes, drawn: CategoryShape) -> None:
    listed = drawn.shares.listed[:8]
    names = [_shortened(each.name or "", 9) for each in listed]
    old, new = [each.baseline for each in listed], [each.current for each in listed]
    _side_by_side(axes, names, old, new)


def _side_by_side(axes: Axes, names: list[str], old: Any, new: Any) -> None:
    at = np.arange(len(names))
    axes.bar(at - 0.21, old, width=0.4, color=_BASELINE)
    axes.bar(at + 0.21, new, width=0.38, facecolor="none", edgecolor=_BATCH, linewidth=1.6)
    every = max(1, -(-len(names) // 12))
    axes.set_xticks(at[::every], names[::every])


def _bare(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_SOFT)
    axes.tick_params(axis="x", colors=_SOFT, labelsize=9, length=3)


def _shortened(text: str, limit: int) -> str:
    seen = shown(text, 4 * limit)
    return seen if len(seen) <= limit else f"{seen[: limit - 1]}…"
