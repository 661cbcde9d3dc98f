"""The yardstick: the machine's fastest plain read of a file. Usage: python read.py FILE"""

from __future__ import annotations

import sys

import polars as pl

file = sys.argv[1]
table = pl.scan_parquet(file) if file.endswith(".parquet") else pl.scan_csv(file)
table.select(pl.selectors.numeric().sum()).collect(engine="streaming")
