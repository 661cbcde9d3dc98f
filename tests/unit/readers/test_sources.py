"""Paths, globs, folders and lists to partitions."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from drift_engine.errors import ArgumentError, DataError
from drift_engine.readers import ReadOptions, partitions
from tests.reading import Reading, Writing

CSV = "a,b\n1,2\n"


def names(source: object, folder: Path) -> list[str]:
    return [Path(p.name).relative_to(folder).as_posix() for p in partitions(source)]


def test_one_file_is_one_partition_with_its_size(write: Writing) -> None:
    path = write(CSV)
    (partition,) = partitions(path)
    assert (partition.name, partition.size) == (str(path), len(CSV))


def test_a_folder_means_all_files_below_it_sorted_by_path(write: Writing, tmp_path: Path) -> None:
    for name in ("b.csv", "a/z.csv", "a/b/c.csv", "c.out"):
        write(CSV, name)
    assert names(tmp_path, tmp_path) == ["a/b/c.csv", "a/z.csv", "b.csv", "c.out"]


def test_hidden_files_and_sparks_own_are_left_out_of_a_folder(write: Writing, tmp_path: Path) -> None:
    for name in ("part-0.csv", ".part-0.csv.crc", "_SUCCESS", "_temporary/0/part.csv", ".git/x.csv"):
        write(CSV, name)
    assert names(str(tmp_path), tmp_path) == ["part-0.csv"]


def test_a_partition_folder_that_starts_with_an_underscore_is_read(write: Writing, tmp_path: Path) -> None:
    write(CSV, "_day=2026-01-01/part.csv")
    assert names(tmp_path, tmp_path) == ["_day=2026-01-01/part.csv"]


def test_a_glob_means_its_matches_sorted_by_path(write: Writing, tmp_path: Path) -> None:
    for name in ("x/2.csv", "x/10.csv", "y/1.csv", "x/1.txt"):
        write(CSV, name)
    assert names(str(tmp_path / "*" / "*.csv"), tmp_path) == ["x/10.csv", "x/2.csv", "y/1.csv"]
    assert names(str(tmp_path / "**" / "1.*"), tmp_path) == ["x/1.txt", "y/1.csv"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(write: Writing, tmp_path: Path) -> None:
    write(CSV, "day[1].csv")
    assert names(str(tmp_path / "day[1].csv"), tmp_path) == ["day[1].csv"]


def test_a_list_keeps_its_order(write: Writing, tmp_path: Path) -> None:
    second, first = write(CSV, "2.csv"), write(CSV, "1.csv")
    assert names([second, str(first)], tmp_path) == ["2.csv", "1.csv"]


def test_the_format_comes_from_the_name_and_else_is_csv(write: Writing, read: Reading) -> None:
    assert read(write('{"a":1}\n', "x.jsonl")).names == ("a",)
    assert read(write('{"a":1}\n', "x.JSON")).names == ("a",)
    assert read(write(CSV, "scored.csv.out")).names == ("a", "b")
    assert read(write(CSV, "no_suffix")).names == ("a", "b")


@pytest.mark.parametrize("name", ["x.jsonl.out", "x.json.out", "x.NDJSON.OUT", "x.jsonl.gz.out"])
def test_before_out_the_inputs_ending_tells_the_format(write: Writing, read: Reading, name: str) -> None:
    assert read(write('{"a":1}\n', name)).rows == [("1",)]


@pytest.mark.parametrize("name", ["x.csv.out", "x.parquet.out", "x.out"])
def test_what_batch_transform_wrote_is_text_whatever_it_read(
    write: Writing, read: Reading, name: str
) -> None:
    assert read(write(CSV, name)).names == ("a", "b")


def test_csv_behind_a_json_name_is_an_error_that_names_the_format(write: Writing, read: Reading) -> None:
    path = write(CSV, "x.jsonl.out")
    with pytest.raises(DataError, match=r"line 1: .* if it is CSV, give format='csv' \(--format csv\)$"):
        read(path)
    assert read(path, format="csv").names == ("a", "b")


def test_the_format_option_goes_before_the_name(write: Writing, read: Reading) -> None:
    assert read(write('{"a":1}\n', "x.csv"), format="json").names == ("a",)
    assert read(write(CSV, "x.json"), format="csv").names == ("a", "b")


def test_a_missing_path_is_an_error_that_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.csv: no such file or folder \(looked from "):
        list(partitions(tmp_path / "nowhere.csv"))


def test_a_glob_without_a_match_is_an_error_that_shows_the_pattern(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"\*\.csv: no file matches this pattern"):
        list(partitions(str(tmp_path / "*.csv")))


def test_a_folder_without_data_files_is_an_error(write: Writing, tmp_path: Path) -> None:
    write("", "_SUCCESS")
    with pytest.raises(DataError, match="no data file in this folder"):
        list(partitions(tmp_path))


def test_an_empty_file_beside_others_is_left_out(write: Writing, tmp_path: Path) -> None:
    write("", "a.csv")
    write("\n\r\n", "b.csv")
    write(CSV, "c.csv")
    assert names(tmp_path, tmp_path) == ["c.csv"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"])
def test_files_without_a_byte_of_content_are_an_error(write: Writing, content: Any) -> None:
    with pytest.raises(DataError, match="nothing to read"):
        list(partitions(write(content)))
    with pytest.raises(DataError, match="nothing to read"):
        list(partitions(write(content), ReadOptions(header=False)))


def test_an_empty_list_and_an_object_that_is_no_data_are_refused() -> None:
    with pytest.raises(ArgumentError, match="the list of sources is empty"):
        list(partitions([]))
    with pytest.raises(ArgumentError, match="data: int is neither a path nor a frame"):
        list(partitions(5))


def test_a_folder_may_mix_formats(write: Writing, tmp_path: Path) -> None:
    write(CSV, "a.csv")
    write('{"a":"1","b":2}\n', "b.json")
    assert [p.name[-6:] for p in partitions(tmp_path)] == ["/a.csv", "b.json"]


def test_a_file_that_vanishes_between_listing_and_reading_is_one_error(write: Writing) -> None:
    path = write(CSV)
    (partition,) = partitions(path)
    path.unlink()
    with pytest.raises(DataError, match=r"data\.csv: can't be read"):
        list(partition.batches())


def test_a_glob_leaves_out_what_a_folder_leaves_out(write: Writing, tmp_path: Path) -> None:
    for name in ("a/part.csv", "_temporary/0/part.csv", ".git/x.csv", "_SUCCESS.csv", "_day=1/part.csv"):
        write(CSV, name)
    assert names(f"{tmp_path}/**/*.csv", tmp_path) == ["_day=1/part.csv", "a/part.csv"]
    assert names(f"{tmp_path}/*", tmp_path) == ["_day=1/part.csv", "a/part.csv"]
    assert names(f"{tmp_path}/_temp*/**/*.csv", tmp_path) == ["_temporary/0/part.csv"]


def test_a_pipe_is_read_to_its_end(read: Reading, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(CSV,))
    writer.start()
    assert read(pipe).rows == [("1", "2")]
    writer.join()


@pytest.mark.skipif(not Path("/dev/null").is_char_device(), reason="there is no /dev/null here")
def test_a_device_is_no_data() -> None:
    with pytest.raises(DataError, match="/dev/null: is neither a file, a folder nor a pipe"):
        list(partitions("/dev/null"))


@pytest.mark.parametrize("address", ["https://example.org/x.csv", "gs://bucket/x.csv"])
def test_an_address_is_one_error_that_says_so(address: str) -> None:
    with pytest.raises(DataError, match="is not read here; copy the data to this machine first"):
        list(partitions(address))
