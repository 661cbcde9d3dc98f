"""Compressed and mistaken files."""

from __future__ import annotations

import bz2
import gzip
import io
import sys

import pytest

from drift_engine.errors import DataError
from drift_engine.readers import DataFile, ReadOptions
from drift_engine.readers.csv import read_csv
from tests.reading import Reading, Writing

TEXT = b"a,b\n1,2\n3,4\n"
ROWS = [("1", "2"), ("3", "4")]


def test_gzip_and_bzip2_are_read_by_their_endings(read: Reading, write: Writing) -> None:
    assert read(write(gzip.compress(TEXT), "x.csv.gz")).rows == ROWS
    assert read(write(bz2.compress(TEXT), "x.csv.bz2")).rows == ROWS
    assert read(write(gzip.compress(TEXT[:4]) + gzip.compress(TEXT[4:]), "two.CSV.GZ")).rows == ROWS


def test_zstandard_is_read_by_its_ending(read: Reading, write: Writing) -> None:
    zstandard = pytest.importorskip("zstandard")
    packed = zstandard.ZstdCompressor().compress
    assert read(write(packed(TEXT[:8]) + packed(TEXT[8:]), "x.csv.zst")).rows == ROWS


def test_zstandard_without_its_package_is_an_error_that_names_the_package(
    read: Reading, write: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    monkeypatch.setitem(sys.modules, "compression.zst", None)
    with pytest.raises(DataError, match="needs the package zstandard: pip install zstandard"):
        read(write(b"\x28\xb5\x2f\xfd", "x.csv.zst"))


def test_a_damaged_compressed_file_is_one_error_with_its_name(read: Reading, write: Writing) -> None:
    for name, good in (("x.csv.gz", gzip.compress(TEXT * 1000)), ("x.csv.bz2", bz2.compress(TEXT * 1000))):
        with pytest.raises(DataError, match=rf"{name}: can't be read: "):
            read(write(good[:-9], name))
        with pytest.raises(DataError, match=rf"{name}: can't be read: "):
            read(write(b"plain text", name))


def test_a_damaged_zstandard_file_is_one_error_with_its_name(read: Reading, write: Writing) -> None:
    pytest.importorskip("zstandard")
    with pytest.raises(DataError, match=r"x\.csv\.zst: can't be read: "):
        read(write(b"plain text, not compressed", "x.csv.zst"))


def test_compressed_data_under_a_plain_name_is_an_error_that_says_what_it_is(
    read: Reading, write: Writing
) -> None:
    with pytest.raises(
        DataError, match=r"data\.csv: this is no text but compressed with gzip; let its name end in \.gz"
    ):
        read(write(gzip.compress(TEXT)))


def test_parquet_under_a_plain_name_is_an_error_that_says_what_it_is(read: Reading, write: Writing) -> None:
    with pytest.raises(DataError, match="no text but a Parquet file"):
        read(write(b"PAR1" + bytes(20)))


def test_a_compressed_file_of_no_bytes_counts_as_empty(read: Reading, write: Writing) -> None:
    with pytest.raises(DataError, match="nothing to read"):
        read(write(gzip.compress(b""), "x.csv.gz"))


class OneByteAtATime(io.BytesIO):
    """A stream that never gives all that was asked for, as sockets do."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(1 if size else 0)


def test_a_stream_that_gives_few_bytes_at_a_time_is_read_the_same() -> None:
    file = DataFile("slow", lambda: OneByteAtATime(TEXT), len(TEXT))
    (partition,) = read_csv([file], ReadOptions())
    assert sum(batch.rows for batch in partition.batches()) == 2
