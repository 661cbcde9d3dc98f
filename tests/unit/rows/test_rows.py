from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from drift_engine.errors import DataError
from drift_engine.readers import ReadOptions
from drift_engine.rows import read_rows
from tests.tables import numbers, write_csv


def test_a_small_table_is_kept_whole_with_numbers_categories_and_missing_cells(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", {"x": ["1.5", None, "3", "odd"], "city": ["b", "a", None, "b"]})
    rows = read_rows(str(path), ReadOptions())
    x, city = rows.columns["x"], rows.columns["city"]
    assert (rows.count, rows.total) == (4, 4)
    assert np.array_equal(x.numbers, [1.5, np.nan, 3.0, np.nan], equal_nan=True)
    assert x.missing.tolist() == [False, True, False, False]
    assert city.labels == ("b", "a")
    assert city.codes.tolist() == [0, 1, -1, 0]
    assert city.counts(slice(None)) == {"b": 2, "a": 1}
    assert x.sketch(slice(None)).num_values == 2


def test_frames_give_the_same_rows_as_files(tmp_path: Path) -> None:
    cells = numbers(50)
    path = write_csv(tmp_path / "a.csv", {"x": cells})
    frame = pd.DataFrame({"x": [int(cell) for cell in cells]})
    one, other = (read_rows(source, ReadOptions()).columns["x"] for source in (str(path), frame))
    assert one.numbers.tolist() == other.numbers.tolist()
    assert one.labels == other.labels


def test_a_large_table_is_sampled_in_order_with_equal_chances_and_by_the_seed(tmp_path: Path) -> None:
    path = str(write_csv(tmp_path / "a.csv", {"x": numbers(20_000)}))
    options = ReadOptions(batch_rows=700)
    rows, again, other = (read_rows(path, options, most=1000, seed=seed) for seed in (1, 1, 2))
    values = rows.columns["x"].numbers
    assert (rows.count, rows.total) == (1000, 20_000)
    assert np.all(np.diff(values) > 0)
    assert abs(float(values.mean()) - 9999.5) < 4 * 20_000 / np.sqrt(12 * 1000)
    assert np.array_equal(values, again.columns["x"].numbers)
    assert not np.array_equal(values, other.columns["x"].numbers)


def test_a_column_of_too_many_values_has_no_labels(tmp_path: Path) -> None:
    column = read_rows(str(write_csv(tmp_path / "a.csv", {"x": numbers(1500)})), ReadOptions()).columns["x"]
    assert column.labels is None
    assert set(column.codes.tolist()) == {-1}
    assert column.counts(slice(None)) == {}


def test_a_table_without_rows_or_with_other_columns_in_a_part_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="without a row"):
        read_rows(str(write_csv(tmp_path / "a.csv", {"x": []})), ReadOptions())
    parts = [str(write_csv(tmp_path / f"{name}.csv", {name: ["1"]})) for name in "pq"]
    with pytest.raises(DataError, match=r"q\.csv: its columns are not those"):
        read_rows(parts, ReadOptions())
