"""The yardstick: the machine's fastest plain read of a file. Usage: python read.py FILE"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

file = sys.argv[1]
match Path(file).suffix:
    case ".parquet":
        table = pl.scan_parquet(file)
    case ".jsonl":
        table = pl.scan_ndjson(file)
    case _:
        table = pl.scan_csv(file)
table.select(pl.selectors.numeric().sum()).collect(engine="streaming")
