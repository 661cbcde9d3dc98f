"""How often `history` finds a planted change, and how often it finds one where there is none.

python -m benchmarks.history_power [--runs 400]; prints the table of docs/history.md.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from drift_engine.checks import suggest
from drift_engine.history import timeline
from drift_engine.states import Batch, DatasetState, NumberColumn, Profile

_BATCHES, _COLUMNS, _ROWS = 30, 5, 200


@dataclass(frozen=True)
class Case:
    """A shift of the first column from batch `at` on; each batch's columns share a level of their own."""

    shift: float
    level: float
    at: int = _BATCHES // 2


_CASES = (
    Case(0.0, 0.0),
    Case(0.0, 0.2),
    Case(0.0, 0.5),
    Case(0.25, 0.0),
    Case(0.5, 0.0),
    Case(0.5, 0.2),
    Case(0.5, 0.2, 8),
    Case(0.5, 0.2, 24),
    Case(1.0, 0.4),
)


def _table(random: np.random.Generator, shift: float, level: float) -> Profile:
    columns = [random.normal(level, 1.0, _ROWS) + (shift if at == 0 else 0.0) for at in range(_COLUMNS)]
    there = np.zeros(_ROWS, dtype=np.bool_)
    names = tuple(f"x{at}" for at in range(_COLUMNS))
    numbers = tuple(NumberColumn(values, there) for values in columns)
    return DatasetState.of(Batch(names, numbers, _ROWS)).profile()


def _run(seed: int, case: Case) -> tuple[bool, bool, bool, bool]:
    """Whether the planted column changed; within a batch of its place; in the range; any other column."""
    random = np.random.default_rng([seed, 7])
    baseline = _table(random, 0.0, 0.0)
    named = [
        (f"{at:02}", _table(random, case.shift * (at >= case.at), random.normal(0.0, case.level)))
        for at in range(_BATCHES)
    ]
    history = timeline(named, baseline, suggest(baseline))
    found = {each.name: each.change for each in history.features if each.changed}
    planted = found.pop("x0", None)
    if case.shift == 0.0:
        return False, False, False, bool(found) or planted is not None
    if planted is None:
        return False, False, False, bool(found)
    near = abs(planted.at - case.at) <= 1
    return True, near, planted.earliest <= case.at <= planted.latest, bool(found)


def _lines(runs: int) -> Iterator[str]:
    head = ("shift, sd", "levels, sd", "at batch", "changed", "within one batch", "in the range", "false")
    yield f"| {' | '.join(head)} |"
    yield f"|{'---:|' * len(head)}"
    for case in _CASES:
        results = np.array([_run(seed, case) for seed in range(runs)], dtype=np.float64)
        shares = [_share(float(column.mean()), runs) for column in results.T]
        planted = ["-"] * 3 if case.shift == 0.0 else shares[:3]
        place = "-" if case.shift == 0.0 else str(case.at)
        yield f"| {case.shift:g} | {case.level:g} | {place} | {' | '.join((*planted, shares[3]))} |"


def _share(share: float, runs: int) -> str:
    return f"{share:.3f} ± {math.sqrt(share * (1.0 - share) / runs):.3f}"


def main() -> None:
    """Print a line a case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=400)
    for line in _lines(parser.parse_args().runs):
        print(line, flush=True)


if __name__ == "__main__":
    main()
