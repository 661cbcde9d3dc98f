"""A distance's formula with the numbers of one feature put in, line by line."""

from __future__ import annotations

import math

from drift_engine.distances import DISTANCES
from drift_engine.distances.numerical import C_ALPHA
from drift_engine.report.shapes.feature import CategoryShape, NumberShape, Shape
from drift_engine.report.shapes.numbers import Gap
from drift_engine.report.words import number, probability, shown
from drift_engine.verdicts import FeatureVerdict

_NAME = 40


def formula(verdict: FeatureVerdict, shape: Shape | None) -> tuple[str, ...]:
    """The steps from the distributions to the verdict; none where nothing was compared."""
    if verdict.distance is None:
        return ()
    lines: tuple[str, ...] = ()
    if verdict.method in ("simple", "robust") and isinstance(shape, NumberShape):
        lines = _largest_gap(shape.distinct_gap, ", each distinct value counted once")
        m, n = shape.distinct_gap.m, shape.distinct_gap.n
    elif verdict.method == "kolmogorov_smirnov" and isinstance(shape, NumberShape):
        lines = _largest_gap(shape.gap, "")
    elif verdict.method in ("linf_simple", "linf_robust") and isinstance(shape, CategoryShape):
        lines = _largest_share(shape)
        m, n = shape.totals
    if lines and verdict.method.endswith("robust"):
        lines += _less_chance(verdict.distance, n, m)
    return (*(lines or _summary(verdict)), _judged(verdict))


def allowance(n: float, m: float) -> float:
    """What Robust takes off a distance: 1.8 * sqrt((n + m) / (n * m)); 0.0 where a side is empty."""
    return C_ALPHA * math.sqrt((n + m) / (n * m)) if n and m else 0.0


def _largest_gap(gap: Gap, how: str) -> tuple[str, ...]:
    return (
        f"D = max over x of |F(batch) - F(baseline)|{how}",
        f"  = |{gap.current:.4f} - {gap.baseline:.4f}| = {gap.size:.4f}   at x = {number(gap.at)}",
    )


def _largest_share(shape: CategoryShape) -> tuple[str, ...]:
    each = shape.farthest
    return (
        "D = max over categories of |share(batch) - share(baseline)|",
        f"  = |{each.current:.4f} - {each.baseline:.4f}| = {abs(each.difference):.4f}   "
        f"at {shown(each.name or '', _NAME)}",
    )


def _less_chance(distance: float, n: float, m: float) -> tuple[str, ...]:
    return (
        f"chance allows {C_ALPHA:g} * sqrt((n + m) / (n m)) = {allowance(n, m):.4f}   "
        f"with n = {n:,.0f} (batch), m = {m:,.0f} (baseline)",
        f"distance = max(0, D - {allowance(n, m):.4f}) = {distance:.4f}",
    )


def _summary(verdict: FeatureVerdict) -> tuple[str, ...]:
    row = DISTANCES.get(verdict.method)
    said = f"{verdict.method}: {row.summary}" if row is not None else verdict.method
    return (said, f"distance = {number(verdict.distance, 6)}")


def _judged(verdict: FeatureVerdict) -> str:
    if verdict.distance is None or verdict.threshold is None:
        return verdict.verdict
    if verdict.dates is not None and not verdict.tests:
        return f"{verdict.verdict}: {verdict.reason}"
    if verdict.effect is not None and verdict.effect_floor is not None:
        own = verdict.outcome("distribution")
        others = any(test.says == "drifted" for test in verdict.tests if test is not own)
        # Missing or unseen cells can drift by themselves: this line is the distribution's.
        said = own.says if own is not None and others else verdict.verdict
        return (
            f"effect {number(verdict.effect)} (floor {number(verdict.effect_floor)}), "
            f"p in this table {probability(verdict.adjusted_p_value)}: {said}"
        )
    sign = ">" if verdict.distance > verdict.threshold else "<="
    return f"{number(verdict.distance)} {sign} threshold {number(verdict.threshold)}: {verdict.verdict}"
