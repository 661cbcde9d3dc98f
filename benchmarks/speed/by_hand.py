"""What a good engineer writes by hand in polars: statistics of two files and a distance for every column.

Usage: python by_hand.py BASELINE CURRENT. For a number: missing, mean, sum, deviation, extrema, distinct
values, ten buckets, and Kolmogorov-Smirnov's distance; for a text: missing, distinct values, counts by value
up to 120, and the largest difference of shares.
"""

from __future__ import annotations

import sys

import numpy as np
import polars as pl

MOST_CATEGORIES = 120


def statistics(table: pl.DataFrame) -> dict[str, object]:
    """Every column's statistics by name."""
    wanted = []
    for name, kind in table.schema.items():
        column = pl.col(name)
        wanted += [
            column.null_count().alias(f"{name} missing"),
            column.approx_n_unique().alias(f"{name} distinct"),
        ]
        if kind.is_numeric():
            wanted += [
                getattr(column, what)().alias(f"{name} {what}")
                for what in ("mean", "sum", "std", "min", "max")
            ]
    return table.select(wanted).row(0, named=True)


def shares(column: pl.Series) -> dict[str, float]:
    """The share of each value among those present."""
    counted = column.drop_nulls().value_counts()
    total = counted["count"].sum()
    return {value: count / total for value, count in counted.iter_rows()}


def main(paths: list[str]) -> None:
    """Print a line a column."""
    baseline, current = (pl.read_csv(path) for path in paths)
    known, seen = statistics(baseline), statistics(current)
    for name, kind in baseline.schema.items():
        if kind.is_numeric():
            old, new = (np.sort(table[name].drop_nulls().to_numpy()) for table in (baseline, current))
            np.histogram(new, 10)
            both = np.concatenate((old, new))
            below_old = np.searchsorted(old, both, "right") / len(old)
            below_new = np.searchsorted(new, both, "right") / len(new)
            print(name, known[f"{name} mean"], seen[f"{name} mean"], np.abs(below_old - below_new).max())
        elif max(int(str(each[f"{name} distinct"])) for each in (known, seen)) <= MOST_CATEGORIES:
            before, after = shares(baseline[name]), shares(current[name])
            values = before.keys() | after.keys()
            print(name, max(abs(before.get(value, 0.0) - after.get(value, 0.0)) for value in values))


main(sys.argv[1:])
