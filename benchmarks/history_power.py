"""How often `history` finds a planted change, and how often it finds one where there is none.

python benchmarks/history_power.py [--runs 200]
"""

from __future__ import annotations

import argparse

import numpy as np

from drift_engine.checks import suggest
from drift_engine.history import timeline
from drift_engine.states import Batch, DatasetState, NumberColumn, Profile

_BATCHES, _COLUMNS = 30, 5


def _table(random: np.random.Generator, rows: int, shift: float, level: float) -> Profile:
    columns = [random.normal(level, 1.0, rows) + (shift if at == 0 else 0.0) for at in range(_COLUMNS)]
    there = np.zeros(rows, dtype=np.bool_)
    names = tuple(f"x{at}" for at in range(_COLUMNS))
    return DatasetState.of(
        Batch(names, tuple(NumberColumn(values, there) for values in columns), rows)
    ).profile()


def _run(seed: int, rows: int, shift: float, spread: float) -> tuple[bool, bool]:
    """Whether the planted change was found within a batch of its place, and whether anything else was."""
    random = np.random.default_rng(seed)
    baseline = _table(random, 1000, 0.0, 0.0)
    named = [
        (f"{at:02}", _table(random, rows, shift if at >= _BATCHES // 2 else 0.0, random.normal(0.0, spread)))
        for at in range(_BATCHES)
    ]
    found = [each for each in timeline(named, baseline, suggest(baseline)).features if each.changed]
    right = [
        each.name == "x0" and each.change is not None and abs(each.change.at - _BATCHES // 2) <= 1
        for each in found
    ]
    return any(right), any(each.name != "x0" for each in found)


def main() -> None:
    """Print a line a case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    runs = parser.parse_args().runs
    print(f"{_BATCHES} batches, {_COLUMNS} columns, change at batch {_BATCHES // 2}, {runs} runs")
    for rows, shift, spread in (
        (200, 0.0, 0.0),
        (200, 0.0, 0.2),
        (200, 0.25, 0.0),
        (200, 0.5, 0.0),
        (200, 0.5, 0.2),
    ):
        results = [_run(seed, rows, shift, spread) for seed in range(runs)]
        hits, wrong = (sum(column) / runs for column in zip(*results, strict=True))
        print(
            f"{rows} rows a batch, shift {shift} sd, batches' own levels {spread} sd: "
            f"found {hits:.3f}, false {wrong:.3f}"
        )


if __name__ == "__main__":
    main()
