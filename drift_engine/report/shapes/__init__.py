"""Distributions reduced to what a picture needs, from the states alone."""

from __future__ import annotations

from drift_engine.report.shapes.categories import Share, Shares, largest_difference, shares
from drift_engine.report.shapes.feature import Shape, shape
from drift_engine.report.shapes.numbers import QUANTILES, Bars, Curves, Gap, RankMap

__all__ = [
    "QUANTILES",
    "Bars",
    "Curves",
    "Gap",
    "RankMap",
    "Shape",
    "Share",
    "Shares",
    "largest_difference",
    "shape",
    "shares",
]
