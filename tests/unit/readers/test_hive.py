"""Folders as `day=2026-01-01/`: names of files, or columns where that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from drift_engine import ReadOptions, make_baseline
from drift_engine.errors import DataError
from drift_engine.readers import partitions
from tests.reading import Reading


def days(folder: Path) -> Path:
    for day, rows in (
        ("day=2026-01-02", "3\n"),
        ("day=2026-01-01", "1\n2\n"),
        ("day=__HIVE_DEFAULT_PARTITION__", "4\n"),
    ):
        (folder / "year=2026" / day).mkdir(parents=True)
        (folder / "year=2026" / day / "part-0.csv").write_text("a\n" + rows)
    return folder


def test_folders_are_no_columns_unless_they_are_asked_for(tmp_path: Path, read: Reading) -> None:
    table = read(days(tmp_path))
    assert table.names == ("a",)
    assert [row[0] for row in table.rows] == ["1", "2", "3", "4"]


def test_folders_become_columns_behind_the_files_own(tmp_path: Path, read: Reading) -> None:
    table = read(days(tmp_path), folder_columns=True)
    assert table.names == ("a", "year", "day")
    assert table.rows == [
        ("1", "2026", "2026-01-01"),
        ("2", "2026", "2026-01-01"),
        ("3", "2026", "2026-01-02"),
        ("4", "2026", None),
    ]


def test_a_baseline_counts_the_days(tmp_path: Path) -> None:
    made = make_baseline(days(tmp_path), options=ReadOptions(folder_columns=True))
    day = made.statistics.features[2]
    assert (day.name, day.inferred_type, day.num_missing) == ("day", "String", 1)
    assert day.string is not None
    assert day.string.categories == {"2026-01-01": 2, "2026-01-02": 1}


def test_a_column_of_the_file_goes_before_its_folder(tmp_path: Path, read: Reading) -> None:
    (tmp_path / "a=9").mkdir()
    (tmp_path / "a=9" / "x.csv").write_text("a\n1\n")
    assert read(tmp_path, folder_columns=True).rows == [("1",)]


def test_a_column_of_the_file_goes_before_its_folder_with_other_capitals(tmp_path: Path) -> None:
    (tmp_path / "V=5").mkdir()
    (tmp_path / "V=5" / "x.csv").write_text("v\n1\n")
    made = make_baseline(tmp_path, options=ReadOptions(folder_columns=True))
    assert [each.name for each in made.statistics.features] == ["v"]


GIVEN = {
    "data": ["year", "day"],
    "data/": ["year", "day"],
    "data/year=2026": ["day"],
    "data/year=2026/day=2026-01-01": [],
    "data/year=2026/day=2026-01-01/part-0.csv": [],
    "data/*/*/*.csv": ["year", "day"],
    "data/year=*": ["year", "day"],
    "data/**/*.csv": ["year", "day"],
    "data/year=2026/day=*/part-0.csv": ["day"],
    "data/year=2026/day=2026-01-0[1]": ["day"],
    "data/year=2026/day=2026-01-01/*.csv": [],
}


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("start", [".", "..", "../run=5"])
def test_folders_below_what_is_given_are_columns_however_its_path_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Reading, given: str, start: str
) -> None:
    days(tmp_path / "run=5" / "data")
    monkeypatch.chdir(tmp_path / "run=5")
    beside = {"..": "run=5/", ".": "", "../run=5": "../run=5/"}[start]
    if start == "..":
        monkeypatch.chdir(tmp_path)
    for written in (beside + given, f"{tmp_path}/run=5/{given}"):
        assert read(written, folder_columns=True).names == ("a", *GIVEN[given])


def test_where_no_folder_lies_below_what_is_given_a_warning_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    options = ReadOptions(folder_columns=True)
    make_baseline(days(tmp_path), options=options)
    assert caplog.messages == []
    make_baseline(tmp_path / "year=2026" / "day=2026-01-01", options=options)
    (said,) = caplog.messages
    assert "part-0.csv: no folder column: only folders below the path that is given are columns" in said


@pytest.mark.parametrize("inner", ["day=2", "Day=2"])
def test_two_folders_of_one_name_are_an_error(tmp_path: Path, inner: str, read: Reading) -> None:
    (tmp_path / "day=1" / inner).mkdir(parents=True)
    (tmp_path / "day=1" / inner / "x.csv").write_text("a\n1\n")
    with pytest.raises(DataError, match=rf"day=1/{inner}/x\.csv: two folders name the column '{inner[:3]}'"):
        read(tmp_path, folder_columns=True)
    assert read(tmp_path / "day=1", folder_columns=True).names == ("a", inner[:3])


def test_files_of_other_folders_are_one_error_that_names_the_columns(tmp_path: Path) -> None:
    (tmp_path / "day=1").mkdir()
    for path in (tmp_path / "x.csv", tmp_path / "day=1" / "x.csv"):
        path.write_text("a\n1\n")
    with pytest.raises(DataError, match=r"different columns.*day"):
        make_baseline(tmp_path, options=ReadOptions(folder_columns=True))


def test_who_reads_a_file_in_another_way_is_told_the_folders(tmp_path: Path) -> None:
    found = next(partitions(days(tmp_path), ReadOptions(folder_columns=True)))
    assert found.csv is not None
    assert dict(found.constants) == {"year": "2026", "day": "2026-01-01"}
