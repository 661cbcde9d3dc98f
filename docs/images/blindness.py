"""Remake `robust-blindness.svg`, from real flights: `python docs/images/blindness.py`.

The wind's direction at New York's airports, January to March 2013 against July: on the left each row counts,
on the right each distinct value counts once, as Model Monitor's Simple and Robust have it. All numbers are
the engine's.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drift_engine.distances import DISTANCES
from drift_engine.states import KllSketch
from examples.flights import prepare

Floats = NDArray[np.float64]
PICTURE = Path(__file__).parent / "robust-blindness.svg"
COLUMN = "wind_dir"
WINTER, JULY, INK = "#0072B2", "#D55E00", "#222222"
WIDTH, HEIGHT, LEFT, TOP = 330, 200, 50, 66


def sketches() -> tuple[KllSketch, KllSketch]:
    """July's and January to March's wind directions."""
    flights = prepare.departures(prepare.source_folder())
    months = flights["month"]
    july, winter = flights[months == 7], flights[months.between(1, 3)]
    return KllSketch.of(july[COLUMN].dropna().to_numpy(float)), KllSketch.of(
        winter[COLUMN].dropna().to_numpy(float)
    )


def rows(sketch: KllSketch) -> tuple[Floats, Floats]:
    """Values, and the share of rows at or below each."""
    items = np.concatenate(sketch.levels)
    weights = np.concatenate([np.full(len(kept), 2.0**level) for level, kept in enumerate(sketch.levels)])
    order = np.argsort(items, kind="stable")
    values, first = np.unique(items[order], return_index=True)
    shares = np.cumsum(weights[order])
    return values, np.append(shares[first[1:] - 1], shares[-1]) / shares[-1]


def distinct(sketch: KllSketch) -> tuple[Floats, Floats]:
    """Values, and the share that Simple and Robust give to all at or below each."""
    values, ranks = sketch.collapsed()
    return values, ranks / ranks[-1]


def picture() -> str:
    """The SVG; the same data gives the same text."""
    july, winter = sketches()
    simple, robust, exact = (
        DISTANCES[name].compute(july, winter) for name in ("simple", "robust", "kolmogorov_smirnov")
    )
    counts = len(distinct(july)[0]), len(distinct(winter)[0])
    left = _panel(
        0,
        "Each row counts",
        f"Kolmogorov-Smirnov: {exact:.3f}",
        (rows(winter), rows(july)),
    )
    right = _panel(
        WIDTH + LEFT,
        f"Each distinct value counts once ({counts[1]} and {counts[0]} of them)",
        f"Simple: {simple:.3f}; less {simple_allowance(july, winter):.3f} for chance: Robust is {robust:g}",
        (distinct(winter), distinct(july)),
    )
    total = 2 * (WIDTH + LEFT) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {TOP + HEIGHT + 46}" role="img"'
        ' font-family="sans-serif" font-size="12">',
        "<title>The wind turned in July, and Robust does not see it</title>",
        f'<rect width="{total}" height="{TOP + HEIGHT + 46}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="20" fill="{WINTER}">January to March</text>',
        f'<text x="{LEFT + 120}" y="20" fill="{JULY}">July (dashed)</text>',
        f'<text x="{LEFT + 220}" y="20" fill="{INK}">share of the flights with a wind from this direction'
        " or less</text>",
        *left,
        *right,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def simple_allowance(july: KllSketch, winter: KllSketch) -> float:
    """What Robust takes off: 1.8 sqrt((n + m) / (n m)), n and m the totals of the collapsed ranks."""
    n, m = (float(sketch.collapsed()[1][-1]) for sketch in (july, winter))
    return float(1.8 * np.sqrt((n + m) / (n * m)))


def _panel(
    x: int, title: str, told: str, sides: tuple[tuple[Floats, Floats], tuple[Floats, Floats]]
) -> list[str]:
    at = x + LEFT
    parts = [
        f'<text x="{at}" y="{TOP - 24}" font-weight="bold" fill="{INK}">{title}</text>',
        f'<text x="{at}" y="{TOP - 8}" fill="{INK}">{told}</text>',
        f'<path d="M{at} {TOP}V{TOP + HEIGHT}H{at + WIDTH}" fill="none" stroke="{INK}"/>',
    ]
    for share in (0, 0.5, 1):
        y = _y(share)
        parts.append(f'<text x="{at - 8}" y="{y + 4:.0f}" text-anchor="end" fill="{INK}">{share:.0%}</text>')
    for degrees in range(0, 361, 90):
        parts.append(
            f'<text x="{_x(at, degrees):.0f}" y="{TOP + HEIGHT + 18}" text-anchor="middle"'
            f' fill="{INK}">{degrees}°</text>'
        )
    for (values, shares), colour, dash in zip(sides, (WINTER, JULY), ("", "5 3"), strict=True):
        parts.append(
            f'<path d="{_steps(at, values, shares)}" fill="none" stroke="{colour}" stroke-width="2"'
            f' stroke-dasharray="{dash}"/>'
        )
    parts.append(_gap(at, sides))
    return parts


def _gap(at: int, sides: tuple[tuple[Floats, Floats], tuple[Floats, Floats]]) -> str:
    points = np.union1d(sides[0][0], sides[1][0])
    heights = [
        np.concatenate(([0.0], shares))[np.searchsorted(values, points, side="right")]
        for values, shares in sides
    ]
    widest = int(np.abs(heights[0] - heights[1]).argmax())
    ends = [_y(side[widest]) for side in heights]
    return (
        f'<path d="M{_x(at, points[widest]) + 4:.1f} {ends[0]:.1f}V{ends[1]:.1f}" stroke="{INK}"'
        ' stroke-width="4"/>'
    )


def _steps(at: int, values: Floats, shares: Floats) -> str:
    moves = [f"M{at} {_y(0.0):.1f}"]
    moves += [f"H{_x(at, value):.1f}V{_y(share):.1f}" for value, share in zip(values, shares, strict=True)]
    return "".join(moves)


def _x(at: int, degrees: float) -> float:
    return at + float(degrees) / 360 * WIDTH


def _y(share: float) -> float:
    return TOP + HEIGHT * (1 - float(share))


def main() -> int:
    """Writes the picture beside this file."""
    PICTURE.write_text(picture(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
