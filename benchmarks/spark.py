"""What a partition costs under Spark: processor time to read and profile, bytes of state, time of a merge.

    sh .ci/engine-on-other-pythons   # makes .cache/spark
    PYTHONPATH=. .cache/spark/bin/python -m benchmarks.spark [ROWS] [COLUMNS]

Yardstick: the sum of every numeric column and the summed length of every text, by Spark itself, of the same
files in the same session. Processor time (user and system) of the JVM and its Python workers together, so
that other work on the machine counts little; `local[1]`, the median of three. docs/scale.md builds on these.
"""

from __future__ import annotations

import importlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from drift_engine.readers import ReadOptions
from drift_engine.run import state_of_source
from drift_engine.spark.profiling import state_of_frame
from drift_engine.states import DatasetState

_TICKS = os.sysconf("SC_CLK_TCK")
FILES = 4


def seconds_of_descendants() -> float:
    """Processor time of all processes below this one, ended ones that were waited for included."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(stat.parent.name)
        parents[pid] = int(fields[1])
        spent[pid] = sum(map(int, fields[11:15])) / _TICKS
    own = os.getpid()

    def below(pid: int) -> bool:
        while pid in parents and pid != own:
            pid = parents[pid]
        return pid == own

    return sum(seconds for pid, seconds in spent.items() if pid != own and below(pid))


def table(rows: int, columns: int, seed: int) -> Any:
    """Six in ten columns are fractions, two whole numbers, one a short text, one a text of many values."""
    pa = importlib.import_module("pyarrow")
    draw = np.random.default_rng(seed)
    made: dict[str, Any] = {}
    for place in range(columns):
        match place % 10:
            case 6 | 7:
                made[f"c{place}"] = draw.integers(0, 100_000, rows)
            case 8:
                made[f"c{place}"] = pa.array(
                    np.array(["red", "green", "blue", "grey"])[draw.integers(0, 4, rows)]
                )
            case 9:
                made[f"c{place}"] = pa.array([f"u{number}" for number in draw.integers(0, 10**7, rows)])
            case _:
                made[f"c{place}"] = draw.normal(place, 1 + place, rows)
    return pa.table(made)


def median(work: Callable[[], Any], times: int = 3) -> tuple[float, float]:
    """Processor seconds below this process, and seconds of the clock."""
    found = []
    for _ in range(times):
        began, clock = seconds_of_descendants(), time.perf_counter()
        work()
        found.append((seconds_of_descendants() - began, time.perf_counter() - clock))
    return statistics.median(one for one, _ in found), statistics.median(one for _, one in found)


def plain_read(frame: Any) -> None:
    """The yardstick."""
    f = importlib.import_module("pyspark.sql.functions")
    texts = {name for name, kind in frame.dtypes if kind == "string"}
    frame.agg(*(f.sum(f.length(name) if name in texts else f.col(name)) for name in frame.columns)).collect()


def main(rows: int, columns: int) -> None:
    """Measure, and print a table."""
    parquet = importlib.import_module("pyarrow.parquet")
    builder = importlib.import_module("pyspark.sql").SparkSession.builder
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[1])
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.parquet" for number in range(FILES)]
        for number, path in enumerate(paths):
            parquet.write_table(table(rows // FILES, columns, number), path)
        size = sum(path.stat().st_size for path in paths)
        session = (
            builder.master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.sql.files.openCostInBytes", str(1 << 30))  # a partition a file
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("OFF")
        frame = session.read.parquet(*map(str, paths))
        parts = frame.rdd.getNumPartitions()
        plain_read(frame.limit(1000))
        state_of_frame(frame.limit(1000))
        began = time.process_time()
        states = [state_of_source(path, ReadOptions()) for path in paths]
        alone = time.process_time() - began
        read, profiled = median(lambda: plain_read(frame)), median(lambda: state_of_frame(frame))
        session.stop()
    stored = [state.to_bytes() for state in states]
    began = time.process_time()
    total = DatasetState()
    for each in stored:
        total = total.merge(DatasetState.from_bytes(each))
    merging = (time.process_time() - began) / (len(stored) * columns)
    cells = rows * columns
    print(f"{rows:,} rows x {columns} columns, Parquet of {size / 1e6:.0f} MB, {parts} partitions, local[1]")
    print("                            CPU seconds   million cells a second of a core")
    print(f"Spark's own sums            {read[0]:7.1f} s CPU  {cells / read[0] / 1e6:6.1f}")
    print(f"drift_engine.spark          {profiled[0]:7.1f} s CPU  {cells / profiled[0] / 1e6:6.1f}")
    print(f"  ratio to the sums         {profiled[0] / read[0]:7.2f}")
    print(f"the engine alone, no Spark  {alone:7.1f} s CPU  {cells / alone / 1e6:6.1f}")
    print(f"state of a partition        {len(stored[0]) / columns / 1e3:7.1f} KB a column")
    print(f"state of the whole          {len(total.to_bytes()) / columns / 1e3:7.1f} KB a column")
    print(f"reading and merging a state {merging * 1e3:7.2f} ms a column")


if __name__ == "__main__":
    asked = [int(argument) for argument in sys.argv[1:3]]
    main(*(asked or (2_000_000, 20)))
