"""How often `segments` finds the planted segment, and how often it names another.

python -m benchmarks.segments_power [--runs 300]; prints the table of docs/segments.md.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from drift_engine.readers import ReadOptions
from drift_engine.rows import Rows, read_rows
from drift_engine.segments import Segment, corrected, find_segments, largest_event, segments_by

_REGIONS = np.array(["north", "south", "east", "west", "mid"])
_PLANS, _PLAN_SHARES = np.array(["free", "paid", "trial"]), [0.6, 0.3, 0.1]


@dataclass(frozen=True)
class Case:
    """What happens to the current data.

    Attributes:
        said: in words, for the table.
        feature: whose drift is looked into.
        shift: of `spend`, in standard deviations.
        moved: of `plan`, the share of rows that become `trial`.
        everywhere: whether it happens to all rows, and not to one region's.
        rows: of the current data; the baseline has twice as many.
    """

    said: str
    feature: str
    shift: float = 0.0
    moved: float = 0.0
    everywhere: bool = False
    rows: int = 2_000


_CASES = (
    Case("nothing", "spend"),
    Case("all rows shifted by 0.5 sd", "spend", 0.5, everywhere=True),
    Case("one region shifted by 0.5 sd", "spend", 0.5),
    Case("one region shifted by 0.5 sd", "spend", 0.5, rows=5_000),
    Case("one region shifted by 1 sd", "spend", 1.0),
    Case("30 % of one region's rows change their plan", "plan", moved=0.3),
    Case("nothing, of 1,000 random codes", "code"),
    Case("nothing", "spend", rows=30_000),
    Case("all rows shifted by 0.5 sd", "spend", 0.5, everywhere=True, rows=30_000),
)
_CODES = 1_000


def _table(random: np.random.Generator, rows: int, case: Case | None, region: str) -> Rows:
    regions, plans = random.choice(_REGIONS, rows), random.choice(_PLANS, rows, p=_PLAN_SHARES)
    spend = random.normal(0.0, 1.0, rows)
    if case is not None:
        hit = (regions == region) | case.everywhere
        spend += case.shift * hit
        plans = np.where(hit & (random.random(rows) < case.moved), "trial", plans)
    ages = random.normal(40.0, 9.0, rows)
    codes = random.integers(0, _CODES, rows)
    frame = pd.DataFrame({"spend": spend, "region": regions, "plan": plans, "age": ages})
    frame["code"] = pd.Series(codes).map("c{}".format)
    return read_rows(frame, ReadOptions())


def _run(seed: int, case: Case) -> tuple[bool, bool, bool, bool]:
    """Whether the region is the first found among all columns; by its column; whether any other is named.

    Last, whether any segment of the 1,000 random codes moved, p at most 0.05.
    """
    random, region = np.random.default_rng([seed, case.rows]), str(_REGIONS[seed % 5])
    baseline = _table(random, 2 * case.rows, None, region)
    current = _table(random, case.rows, case, region)
    event = largest_event(current.columns[case.feature], baseline.columns[case.feature])
    assert event is not None
    found = find_segments(case.feature, event, current, baseline)
    by = segments_by("region", event, current.columns["region"], baseline.columns["region"])
    planted = bool(case.shift or case.moved) and not case.everywhere
    right = [planted and _is(each, region) for each in found]
    codes = segments_by("code", event, current.columns["code"], baseline.columns["code"])
    named = any(each.p_value is not None and each.p_value <= 0.05 for each in corrected(codes))
    return bool(right) and right[0], planted and _is(by[0], region), not all(right), named


def _is(segment: Segment, region: str) -> bool:
    return (segment.column, segment.value) == ("region", region)


def _lines(runs: int) -> Iterator[str]:
    head = (
        "planted",
        "rows",
        "found first",
        "first with `--by region`",
        "another named",
        "named by `--by code`",
    )
    yield f"| {' | '.join(head)} |"
    yield f"|---|{'---:|' * (len(head) - 1)}"
    for case in _CASES:
        results = np.array([_run(seed, case) for seed in range(runs)], dtype=np.float64)
        found, by, wrong, named = (_share(float(column.mean()), runs) for column in results.T)
        planted = bool(case.shift or case.moved) and not case.everywhere
        shown = (found, by) if planted else ("-", "-")
        named = "-" if case.feature == "code" else named
        yield f"| {case.said} | {case.rows:,} | {shown[0]} | {shown[1]} | {wrong} | {named} |"


def _share(share: float, runs: int) -> str:
    return f"{share:.3f} ± {math.sqrt(share * (1.0 - share) / runs):.3f}"


def main() -> None:
    """Print a line a case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    for line in _lines(parser.parse_args().runs):
        print(line, flush=True)


if __name__ == "__main__":
    main()
