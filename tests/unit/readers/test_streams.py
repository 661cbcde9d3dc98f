"""Compressed and mistaken files."""

from __future__ import annotations

import bz2
import gzip
import io
import re
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


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"PK\x03\x04\x14\x00", "a ZIP archive or an Excel workbook; unpack it, or save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel workbook"),
        (b"ARROW1\x00\x00", "an Arrow file; give format='arrow' (--format arrow) or"),
        (b"Obj\x01\x04", "an Avro file"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"SQLite format 3\x00", "an SQLite database"),
        (b"\x80\x04\x95", "a Python pickle"),
        (b"\x80\x05\x95", "a Python pickle"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
    ],
)
def test_a_file_of_another_kind_is_an_error_that_says_what_it_is(
    read: Reading, write: Writing, start: bytes, said: str
) -> None:
    with pytest.raises(DataError, match=rf"data\.csv: this is no text but {re.escape(said)}"):
        read(write(start + b"\n1,2\n3,4\n"))


def test_a_header_that_begins_like_another_kind_of_file_is_text(read: Reading, write: Writing) -> None:
    assert read(write(b"PK,Obj,SQLite format 3\n1,2,3\n"))


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
