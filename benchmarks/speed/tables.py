"""Generated tables, the same on every machine: sixteen mixed columns, or many of numbers.

Usage: python -m benchmarks.speed.tables FOLDER SCALE; in a process of its own, since polars takes memory.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import polars as pl

from benchmarks.speed.sizes import rows_of

Make: TypeAlias = Callable[[np.random.Generator, int], pl.DataFrame]

_PART = 500_000
_DAY_ZERO = np.datetime64("2024-01-01")


def mixed(path: Path, rows: int, seed: int) -> Path:
    """Six fractions, four integers, four categories, an identifier and a date; about 120 bytes a row."""
    return _written(path, rows, seed, _mixed_part)


def wide(path: Path, rows: int, columns: int, seed: int) -> Path:
    """Fractions of three digits."""
    return _written(
        path,
        rows,
        seed,
        lambda rng, number: pl.DataFrame(
            {f"f{i:04d}": (rng.normal(0.0, 10.0, number)).round(3) for i in range(columns)}
        ),
        part=max(1, 20_000_000 // columns),
    )


def as_parquet(csv: Path) -> Path:
    """The same table as Parquet, with polars' defaults."""
    path = csv.with_suffix(".parquet")
    if not path.exists():
        pl.scan_csv(csv, try_parse_dates=True).sink_parquet(path)
    return path


def as_json_lines(csv: Path) -> Path:
    """The same table as JSON lines."""
    path = csv.with_suffix(".jsonl")
    if not path.exists():
        pl.scan_csv(csv).sink_ndjson(path)
    return path


def repeated(csv: str, path: str, times: int) -> None:
    """A table's rows so many times, under one header."""
    with Path(csv).open("rb") as rows, Path(path).open("wb") as out:
        out.write(rows.readline())
        start = rows.tell()
        for _ in range(times):
            rows.seek(start)
            shutil.copyfileobj(rows, out, 1 << 22)


def _written(path: Path, rows: int, seed: int, make: Make, part: int = _PART) -> Path:
    if path.exists():
        return path
    rng = np.random.default_rng(seed)
    beside = path.with_suffix(".part")
    with beside.open("wb") as file:
        for start in range(0, rows, part):
            make(rng, min(part, rows - start)).write_csv(file, include_header=start == 0)
    beside.rename(path)
    return path


def _mixed_part(rng: np.random.Generator, rows: int) -> pl.DataFrame:
    missing = rng.random(rows) < 0.04
    days = rng.integers(0, 700, rows).astype("timedelta64[D]")
    table = pl.DataFrame(
        {
            "id": rng.integers(0, 2**40, rows),
            "date": _DAY_ZERO + days,
            "price": rng.lognormal(3.0, 1.0, rows).round(2),
            "small": rng.integers(0, 10, rows),
            "carrier": _choice(rng, ["AA", "UA", "DL", "B6", "WN", "EV", "MQ", "US", "9E", "F9"], rows),
            "temp": rng.normal(12.0, 9.0, rows).round(1),
            "count": rng.integers(0, 10**7, rows),
            "origin": _choice(rng, ["EWR", "JFK", "LGA"], rows),
            "score": rng.random(rows),
            "day": rng.integers(1, 366, rows),
            "amount": rng.normal(0.0, 1000.0, rows).round(3),
            "store": _choice(rng, [f"store-{i:02d}" for i in range(80)], rows),
            "ratio": rng.random(rows).round(6),
            "epoch": rng.integers(1_700_000_000, 1_760_000_000, rows),
            "flag": _choice(rng, ["yes", "no", "unknown"], rows),
            "lat": (rng.random(rows) * 180.0 - 90.0).round(4),
        }
    )
    gone = pl.Series(missing)
    return table.with_columns(
        pl.concat_str(pl.lit("u"), pl.col("id")).alias("id"),
        pl.when(gone).then(None).otherwise(pl.col("temp")).alias("temp"),
        pl.when(gone).then(None).otherwise(pl.col("store")).alias("store"),
    )


def _choice(rng: np.random.Generator, values: list[str], rows: int) -> pl.Series:
    return pl.Series(np.array(values)[rng.integers(0, len(values), rows)])


def main(folder: Path, scale: int) -> None:
    """Make what is not there yet."""
    rows = rows_of(scale)
    ten = mixed(folder / f"mixed-{rows['ten']}.csv", rows["ten"], 7)
    as_parquet(ten)
    one = mixed(folder / f"mixed-{rows['one']}.csv", rows["one"], 8)
    as_parquet(one)
    as_json_lines(one)
    mixed(folder / f"mixed-{rows['one']}-b.csv", rows["one"], 9)
    mixed(folder / f"mixed-{rows['small']}.csv", rows["small"], 10)
    wide(folder / f"wide-{rows['small']}x500.csv", rows["small"], 500, 11)
    wide(folder / f"wide-{rows['small']}x2000.csv", rows["small"], 2000, 12)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
