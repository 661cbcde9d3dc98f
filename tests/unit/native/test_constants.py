"""Columns of folders' names through the kernel: the bytes of numpy's state, whatever the file's format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from drift_engine.native import state_of
from drift_engine.readers import ReadOptions, partitions
from drift_engine.states import DatasetState
from tests.kernels import kernel

FOLDERS = "year=2026/share=1.50/site=north%20sea/owner=__HIVE_DEFAULT_PARTITION__/a=other"


def csv(table: pl.DataFrame, path: Path) -> None:
    table.write_csv(path.with_suffix(".csv"))


def parquet(table: pl.DataFrame, path: Path) -> None:
    table.write_parquet(path.with_suffix(".parquet"), row_group_size=50_000)


def json_lines(table: pl.DataFrame, path: Path) -> None:
    table.write_ndjson(path.with_suffix(".jsonl"))


@pytest.mark.parametrize("rows", [1, 300_000])
@pytest.mark.parametrize("write", [csv, parquet, json_lines])
def test_folder_columns_are_those_of_the_batches(
    tmp_path: Path, write: Callable[[pl.DataFrame, Path], None], rows: int
) -> None:
    folder = tmp_path / FOLDERS
    folder.mkdir(parents=True)
    write(pl.DataFrame({"a": [f"x{i % 7}" for i in range(rows)], "b": range(rows)}), folder / "part")
    (found,) = partitions(tmp_path, ReadOptions(folder_columns=True))
    expected = DatasetState()
    for batch in found.batches():
        expected.add(batch)
    made = state_of(found, kernel(), 2, lambda _: None)
    assert made.names == ("a", "b", "year", "share", "site", "owner")
    assert made.to_bytes() == expected.to_bytes()
