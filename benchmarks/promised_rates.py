"""Whether `thresholds suggest` and `multivariate` keep the false-alarm rates that they are asked for.

python -m benchmarks.promised_rates [--runs 400]; docs/thresholds.md and docs/multivariate.md quote it. Of
`thresholds` a run is a baseline, with twenty batches: batches of one baseline alarm together, so that many
baselines tell more than many batches.
"""

from __future__ import annotations

import argparse
import math
from datetime import date

import numpy as np
import pandas as pd

from drift_engine.multivariate import Settings, two_sample
from drift_engine.readers import ReadOptions
from drift_engine.rows import read_rows
from drift_engine.run import make_baseline
from drift_engine.thresholds import obeyed
from drift_engine.tuning import Plan, suggest_thresholds
from drift_engine.verdicts import compare

_BATCHES_A_BASELINE = 20


def _table(random: np.random.Generator, rows: int) -> pd.DataFrame:
    """Two correlated normal columns, one of counts, one of categories; a few cells are missing."""
    shared = random.normal(0.0, 1.0, rows)
    table = pd.DataFrame(
        {
            "a": shared + random.normal(0.0, 1.0, rows),
            "b": shared + random.normal(0.0, 1.0, rows),
            "c": random.poisson(3.0, rows),
            "d": random.choice(list("uvwxyz"), rows, p=[0.4, 0.3, 0.1, 0.1, 0.05, 0.05]),
        }
    )
    table.loc[random.random(rows) < 0.05, "b"] = np.nan
    return table


def _thresholds(rate: float, sizes: tuple[int, int], runs: int) -> str:
    """The share of healthy batches with any feature above its suggested threshold, ± its standard error.

    The error is that of the baselines' shares. Beside it is how far single baselines' own rates lie apart,
    one standard deviation: what is left of their shares' spread without that of twenty batches.
    """
    (rows, batch_rows), shares = sizes, list[float]()
    random = np.random.default_rng([1, batch_rows, round(1000 * rate)])
    for turn in range(runs):
        frame = _table(random, rows)
        baseline = make_baseline(frame).statistics
        plan = Plan(batch_rows, rate, draws=400, seed=turn)
        found = suggest_thresholds(read_rows(frame, ReadOptions()), baseline, plan).thresholds
        alarms = 0
        for _ in range(_BATCHES_A_BASELINE):
            current = make_baseline(_table(random, batch_rows)).statistics
            judged = obeyed(compare(current, baseline), current, baseline, found, date.min)
            alarms += any(verdict.verdict == "drifted" for verdict in judged)
        shares.append(alarms / _BATCHES_A_BASELINE)
    mean, spread = float(np.mean(shares)), float(np.std(shares))
    own = math.sqrt(max(0.0, spread**2 - mean * (1.0 - mean) / _BATCHES_A_BASELINE))
    error = spread / math.sqrt(len(shares))
    return f"{mean:.3f} ± {error:.3f}, single baselines {own:.3f} apart"


def _multivariate(sizes: tuple[int, int], runs: int) -> float:
    """The share of healthy batches whose rows are told from the baseline's."""
    told = 0
    for seed in range(runs):
        random = np.random.default_rng([2, seed])
        old, new = (_table(random, rows) for rows in sizes)
        mine, theirs = (read_rows(frame, ReadOptions()) for frame in (new, old))
        settings = Settings(draws=39, seed=seed)
        told += two_sample(mine, theirs, make_baseline(old).statistics, settings).told_apart
    return told / runs


def _said(share: float, runs: int) -> str:
    return f"{share:.3f} ± {math.sqrt(share * (1.0 - share) / runs):.3f}"


def main() -> None:
    """Print a line a case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=400)
    runs = parser.parse_args().runs
    for sizes in ((300, 100), (1_000, 400)):
        share = _said(_multivariate(sizes, runs), runs)
        print(f"multivariate, {sizes[0]:,} / {sizes[1]:,} rows, asked 0.05: {share}", flush=True)
    for rate, sizes in ((0.05, (1_000, 200)), (0.1, (1_000, 200)), (0.05, (5_000, 1_000))):
        share = _thresholds(rate, sizes, runs)
        print(f"thresholds, {sizes[0]:,} / {sizes[1]:,} rows, asked {rate:g}: {share}", flush=True)


if __name__ == "__main__":
    main()
