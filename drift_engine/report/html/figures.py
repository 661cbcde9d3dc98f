"""Shapes as compact JSON for the page's pictures: shares as whole ten-thousandths, points rounded."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from drift_engine.report.formula import allowance
from drift_engine.report.shapes.categories import Share
from drift_engine.report.shapes.feature import CategoryShape, NumberShape, Shape
from drift_engine.report.shapes.numbers import Curves
from drift_engine.report.words import percent, shown
from drift_engine.verdicts import FeatureVerdict

Document: TypeAlias = dict[str, Any]
_WHOLE = 10_000
_DIGITS = 4
_NAME = 60


def figure(verdict: FeatureVerdict, shape: Shape | None) -> Document | None:
    """What the page draws of a feature; None where there is nothing to draw."""
    if isinstance(shape, NumberShape):
        return _numbers(verdict, shape)
    return None if shape is None else _categories(shape)


def _numbers(verdict: FeatureVerdict, shape: NumberShape) -> Document:
    bars = shape.bars
    axis = bars.edges if len(bars.edges) else bars.values
    span = float(axis[-1] - axis[0])
    # Where tests decided the rows count, ties with them, and not what Model Monitor's distance sees.
    distinct = verdict.method in ("simple", "robust") and verdict.decisive is None
    gap = shape.distinct_gap if distinct else shape.gap
    document: Document = {
        "kind": "numbers",
        "baseline": _ten_thousandths(bars.baseline),
        "batch": _ten_thousandths(bars.current),
        "rows": _curves(shape.rows, span),
        "gap": [_rounded(gap.at, span), *_ten_thousandths(np.array([gap.baseline, gap.current]))],
    }
    if len(bars.values):
        document["values"] = [_plain(value) for value in bars.values]
    else:
        document["axis"] = [_rounded(bars.edges[0], span), _rounded(bars.edges[-1], span)]
        document["outside"] = [percent(share) if share > 0 else "" for share in bars.outside]
    if distinct and shape.distinct is not None:
        document["distinct"] = _curves(shape.distinct, span)
    if verdict.method == "robust" and distinct:
        document["allowance"] = round(_WHOLE * allowance(gap.n, gap.m))
    return document


def _categories(shape: CategoryShape) -> Document:
    shares = shape.shares
    document: Document = {"kind": "categories", "listed": [_share(each) for each in shares.listed]}
    if shares.rest is not None:
        document["rest"] = [f"{shares.others:,} others", *_share(shares.rest)[1:]]
    return document


def _share(each: Share) -> list[Any]:
    tag = ["new"] if each.unseen else ["gone"] if each.gone else []
    sides = np.array([each.baseline, each.current])
    return [shown(each.name or "", _NAME), *_ten_thousandths(sides), *map(percent, sides.tolist()), *tag]


def _curves(curves: Curves, span: float) -> Document:
    document: Document = {
        "x": [_rounded(x, span) for x in curves.x],
        "baseline": _ten_thousandths(curves.baseline),
        "batch": _ten_thousandths(curves.current),
    }
    return {**document, "steps": 1} if curves.steps else document


def _ten_thousandths(shares: npt.NDArray[np.float64]) -> list[int]:
    return [int(share) for share in np.rint(_WHOLE * shares)]


def _rounded(value: float, span: float) -> float | int:
    """The value at four digits of the axis's span, which is finer than a pixel."""
    if span <= 0.0 or not math.isfinite(span):
        return _plain(value)
    return _plain(round(float(value), _DIGITS - math.floor(math.log10(span))))


def _plain(value: float) -> float | int:
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else float(value)
