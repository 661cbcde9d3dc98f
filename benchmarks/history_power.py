"""How often `history` finds a planted change, and how often it finds one where there is none.

python -m benchmarks.history_power [--runs 400]; prints the table of docs/history.md.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drift_engine.history import change_point
from drift_engine.history.series import blocks
from drift_engine.states import FeatureProfile
from drift_engine.states.kll import KllSketch
from drift_engine.states.profile import NumericalStatistics
from drift_engine.verdicts.adjust import adjusted

_BATCHES, _COLUMNS, _ROWS, _ALPHA = 30, 5, 200, 0.05


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


def _profile(values: npt.NDArray[np.float64]) -> FeatureProfile:
    numerical = NumericalStatistics(0.0, 0.0, 1.0, -9.0, 9.0, None, KllSketch.of(values), ())
    return FeatureProfile("x", "Fractional", len(values), 0, numerical)


def _run(seed: int, case: Case) -> tuple[bool, bool, bool, bool]:
    """Whether the planted column changed; within a batch of its place; in the range; any other column.

    As `timeline` does it, without the distances from a baseline, which change nothing here.
    """
    random = np.random.default_rng([seed, 7])
    after = np.arange(_BATCHES) >= case.at
    levels = random.normal(0.0, case.level, _BATCHES)
    found = []
    for column in range(_COLUMNS):
        means = levels + case.shift * after * (column == 0)
        change = change_point(blocks([_profile(random.normal(mean, 1.0, _ROWS)) for mean in means]))
        assert change is not None
        found.append(change)
    changed = [p_value <= _ALPHA for p_value in adjusted([each.p_value for each in found], "holm")]
    if case.shift == 0.0:
        return False, False, False, any(changed)
    near = abs(found[0].at - case.at) <= 1
    held = found[0].earliest <= case.at <= found[0].latest
    return changed[0], changed[0] and near, changed[0] and held, any(changed[1:])


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
