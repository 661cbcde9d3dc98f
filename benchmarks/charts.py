"""Rows against seconds, and rows against memory, drawn of `benchmarks/results/peers.json`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from benchmarks.peers.kept import Run

FOLDER = Path(__file__).parents[1] / "docs" / "images"
SECONDS, MEMORY = "benchmark-seconds.png", "benchmark-memory.png"
# Okabe and Ito 2008: told apart by people of any colour vision; marks and dashes tell them apart without.
_COLOURS = ("#000000", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F")
_MARKS = ("s", "^", "v", "D", "P", "X", "h", "*")
_OURS, _READ = "drift-engine", "plain read"


def draw(runs: Sequence[Run], folder: Path = FOLDER) -> None:
    """Both charts, as PNG."""
    _chart(runs, "wall", "seconds for both files", folder / SECONDS)
    _chart(runs, "memory", "peak memory, MB", folder / MEMORY)


def _chart(runs: Sequence[Run], what: str, label: str, path: Path) -> None:
    figure = Figure(figsize=(9.0, 5.6), dpi=120, layout="constrained")
    axes = figure.subplots()
    names = list(dict.fromkeys(run.tool for run in runs))
    others = [name for name in names if name not in (_OURS, _READ)]
    for name in (*others, _READ, _OURS):
        points = sorted(
            (run.rows, getattr(run, what)) for run in runs if run.tool == name and not run.failure
        )
        if points:
            _line(axes, name, points, others)
    axes.set(xscale="log", yscale="log", xlabel="rows of each of two files, 16 columns", ylabel=label)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.grid(visible=True, which="major", color="#DDDDDD", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    handles, labels = axes.get_legend_handles_labels()
    # As the lines begin, from the top down.
    order = sorted(range(len(labels)), key=lambda i: -float(handles[i].get_ydata()[0]))  # type: ignore[attr-defined]
    figure.legend(
        [handles[i] for i in order], [labels[i] for i in order], loc="outside right upper", frameon=False
    )
    part = path.with_suffix(".part.png")
    figure.savefig(part, metadata={"Software": None})
    part.replace(path)


def _line(axes: Axes, name: str, points: list[tuple[int, float]], others: list[str]) -> None:
    x, y = zip(*points, strict=True)
    if name == _OURS:
        axes.plot(x, y, "o-", color="#D55E00", linewidth=3.2, markersize=8, label=name, zorder=5)
    elif name == _READ:
        axes.plot(x, y, ":", color="#000000", linewidth=2.4, label=f"{name} (polars)", zorder=4)
    else:
        index = others.index(name)
        colours = [colour for colour in _COLOURS if colour != "#D55E00"]
        (line,) = axes.plot(x, y, "--" if index % 2 else "-", linewidth=1.4, markersize=6, label=name)
        line.set(color=colours[index % len(colours)], marker=_MARKS[index % len(_MARKS)])
