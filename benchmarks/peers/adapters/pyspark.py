"""PySpark on this machine's processors. Usage: pyspark.py BASELINE CURRENT OUTPUT."""

import json
import sys
from bisect import bisect_right
from pathlib import Path

# The folder of this file comes first on the path, and holds modules that are called as the peers are.
sys.path.pop(0)

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

_SHARES = [index / 200 for index in range(1, 200)]


def main(baseline: str, current: str, output: str) -> None:
    """Statistics in one pass a file; quantiles of numbers, and shares of texts, for the distances."""
    spark = (
        SparkSession.builder.master("local[*]")
        .config("spark.driver.memory", "4g")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "8")
        .getOrCreate()
    )
    old, new = (spark.read.csv(path, header=True, inferSchema=True) for path in (baseline, current))
    numbers = [name for name, kind in old.dtypes if kind in ("int", "bigint", "double")]
    told = {"baseline": _statistics(old, numbers), "current": _statistics(new, numbers), "drift": {}}
    before, after = (table.approxQuantile(numbers, _SHARES, 0.002) for table in (old, new))
    for name, known, seen in zip(numbers, before, after, strict=False):
        # The distribution functions at every quantile of either side, in steps of 1/200.
        gaps = [bisect_right(known, cut) - bisect_right(seen, cut) for cut in (*known, *seen)]
        told["drift"][name] = max(map(abs, gaps)) / len(_SHARES)
    for name in old.columns:
        if name not in numbers and told["baseline"][f"{name} distinct"] <= 1000:
            before, after = (_shares(table, name) for table in (old, new))
            told["drift"][name] = max(
                abs(before.get(value, 0) - after.get(value, 0)) for value in {*before, *after}
            )
    Path(output, "result.json").write_text(json.dumps(told, default=str))
    spark.stop()


def _statistics(table, numbers):
    wanted = [f.count(f.lit(1)).alias("rows")]
    for name in table.columns:
        wanted += [
            f.count(name).alias(f"{name} present"),
            f.approx_count_distinct(name).alias(f"{name} distinct"),
        ]
        if name in numbers:
            wanted += [
                getattr(f, what)(name).alias(f"{name} {what}")
                for what in ("mean", "sum", "stddev_pop", "min", "max")
            ]
    return table.select(wanted).first().asDict()


def _shares(table, name):
    counted = {row[0]: row[1] for row in table.where(f.col(name).isNotNull()).groupBy(name).count().collect()}
    total = sum(counted.values())
    return {value: count / total for value, count in counted.items()}


main(*sys.argv[1:])
