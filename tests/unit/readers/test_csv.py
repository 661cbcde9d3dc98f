"""CSV: each odd input has the outcome that docs/formats.md defines."""

from __future__ import annotations

import gzip
import logging
from typing import Any

import pytest

from drift_engine.errors import DataError
from drift_engine.readers import partitions
from tests.reading import Reading, Writing


def test_cells_keep_their_text_as_it_is(read: Reading, write: Writing) -> None:
    table = read(write("a,b,c,d\n007, 3,1e5,4 \n.5,NaN,+3,true\n"))
    assert table.names == ("a", "b", "c", "d")
    assert table.rows == [("007", " 3", "1e5", "4 "), (".5", "NaN", "+3", "true")]


def test_an_empty_cell_and_an_empty_quoted_cell_are_missing(read: Reading, write: Writing) -> None:
    assert read(write('a,b,c\n,"",x\n')).rows == [(None, None, "x")]


def test_without_a_header_columns_are_named_by_position_as_spark_does(read: Reading, write: Writing) -> None:
    table = read(write("1,2\n3,4\n"), header=False)
    assert table.names == ("_c0", "_c1")
    assert table.rows == [("1", "2"), ("3", "4")]


def test_a_file_without_a_last_newline_keeps_its_last_row(read: Reading, write: Writing) -> None:
    assert read(write("a,b\n1,2\n3,4")).rows == [("1", "2"), ("3", "4")]


def test_crlf_ends_a_row_as_lf_does(read: Reading, write: Writing) -> None:
    table = read(write("a,b\r\n1,2\r\n3,\r\n"))
    assert table.names == ("a", "b")
    assert table.rows == [("1", "2"), ("3", None)]


def test_files_may_mix_crlf_and_lf(read: Reading, write: Writing) -> None:
    assert read(write("a,b\n1,2\r\n3,4\n")).rows == [("1", "2"), ("3", "4")]


def test_a_lone_carriage_return_is_data_in_a_file_with_newlines(read: Reading, write: Writing) -> None:
    assert read(write("a,b\n1,x\ry\n")).rows == [("1", "x\ry")]


def test_a_file_with_carriage_returns_alone_is_an_old_macintosh_file(read: Reading, write: Writing) -> None:
    table = read(write("a,b\r1,2\r3,4\r"))
    assert table.names == ("a", "b")
    assert table.rows == [("1", "2"), ("3", "4")]


def test_quoted_newlines_separators_and_crlf_are_data(read: Reading, write: Writing) -> None:
    table = read(write('a,b\n"x\ny","1,2"\n"p\r\nq",3\r\n'))
    assert table.rows == [("x\ny", "1,2"), ("p\r\nq", "3")]


def test_a_doubled_quote_is_one_quote(read: Reading, write: Writing) -> None:
    assert read(write('a,b\n"he said ""hi"", ok",""""\n')).rows == [('he said "hi", ok', '"')]


def test_a_backslash_is_an_ordinary_character(read: Reading, write: Writing) -> None:
    assert read(write('a,b\n"C:\\",\\n\n')).rows == [("C:\\", "\\n")]


def test_a_quote_inside_an_unquoted_cell_is_data(read: Reading, write: Writing) -> None:
    assert read(write('a,b\n5" pipe,12"\nx,"q"\n')).rows == [('5" pipe', '12"'), ("x", "q")]


def test_text_behind_a_closing_quote_belongs_to_the_cell(read: Reading, write: Writing) -> None:
    assert read(write('a,b\n"x"y,"p" "q"\n')).rows == [("xy", 'p "q"')]


def test_a_carriage_return_before_a_closing_quote_is_data(read: Reading, write: Writing) -> None:
    assert read(write('a,b\n1,"x\r"\n')).rows == [("1", "x\r")]


def test_separator_and_quote_can_be_chosen(read: Reading, write: Writing) -> None:
    assert read(write("a;b\n'x;y';2\n"), separator=";", quote="'").rows == [("x;y", "2")]
    assert read(write("a\tb\n1\t2\n"), separator="\t").rows == [("1", "2")]


def test_with_an_empty_quote_option_quotes_are_data(read: Reading, write: Writing) -> None:
    assert read(write('a,b\n"x,2\n'), quote="").rows == [('"x', "2")]


def test_a_quote_that_is_never_closed_is_an_error_with_the_line_where_it_opened(
    read: Reading, write: Writing
) -> None:
    path = write('a,b\n"x\ny",1\n2,"open\n3,4\n5,6\n')
    with pytest.raises(DataError, match=r"data\.csv, line 4: a quote that opens here is never closed"):
        read(path)


def test_the_line_of_an_open_quote_is_right_after_a_block_that_was_read_by_hand(
    read: Reading, write: Writing
) -> None:
    path = write('a,b\n5" pipe,"x\ny"\n1,2\n2,"open\n3,4\n')
    for block_bytes in (1, 16, 1 << 20):
        with pytest.raises(DataError, match="line 5: a quote that opens here"):
            read(path, block_bytes=block_bytes)


def test_a_row_beyond_the_limit_is_an_error_that_names_its_line(read: Reading, write: Writing) -> None:
    path = write('a,b\n1,2\n3,"' + "x\n" * 5000)
    with pytest.raises(DataError, match=r"line 3: this row is longer than max_row_bytes=4096"):
        read(path, block_bytes=1024, max_row_bytes=4096)


def test_a_cell_of_a_megabyte_is_read_whole(read: Reading, write: Writing) -> None:
    big = "x" * (1 << 20)
    for text in (f"a,b\n1,{big}\n2,y\n", f'a,b\n1,"{big}"\n2,y\n'):
        assert read(write(text), block_bytes=10_000).rows == [("1", big), ("2", "y")]


def test_a_utf8_byte_order_mark_is_no_part_of_the_first_name(read: Reading, write: Writing) -> None:
    assert read(write(b"\xef\xbb\xbfa,b\n1,2\n")).names == ("a", "b")


def test_a_utf16_byte_order_mark_is_one_clear_error(read: Reading, write: Writing) -> None:
    with pytest.raises(
        DataError,
        match=r"data\.csv: its byte order mark says UTF-16; give encoding='utf-16' \(--encoding utf-16\) or",
    ):
        read(write("a,b\n1,2\n".encode("utf-16")))


def test_utf16_is_read_when_the_encoding_says_so(read: Reading, write: Writing) -> None:
    assert read(write("a,b\nä,2\n".encode("utf-16")), encoding="utf-16").rows == [("ä", "2")]


def test_latin1_bytes_in_a_utf8_file_become_replacement_characters_and_one_warning(
    read: Reading, write: Writing, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        table = read(write(b"a,b\nM\xfcller,1\nGr\xf6\xdfe,2\n"))
    assert table.column("a") == ["M\ufffdller", "Gr\ufffd\ufffde"]
    (record,) = caplog.records
    assert record.message.endswith(
        "data.csv: 3 sequences of bytes are not UTF-8 and became U+FFFD; "
        "if the file is Latin-1, give encoding='latin-1' (--encoding latin-1)"
    )


def test_latin1_is_transcoded_when_the_encoding_says_so(read: Reading, write: Writing) -> None:
    assert read(write(b"a,b\nM\xfcller,1\n"), encoding="latin-1").rows == [("Müller", "1")]


def test_an_invalid_byte_never_swallows_the_separator_behind_it(read: Reading, write: Writing) -> None:
    assert read(write(b"a,b\n\xe2,1\n\xf0\x9f\n")).rows == [("\ufffd", "1"), ("\ufffd", None)]


def test_nul_bytes_are_data(read: Reading, write: Writing) -> None:
    assert read(write(b"a,b\n\0,x\0y\n")).rows == [("\0", "x\0y")]


def test_names_and_cells_may_be_any_unicode(read: Reading, write: Writing) -> None:
    table = read(write("größe mm,日本.x,🙂\nñ,е́,🇪🇺\n"))
    assert table.names == ("größe mm", "日本.x", "🙂")
    assert table.rows == [("ñ", "е́", "🇪🇺")]


def test_a_short_row_is_filled_with_missing_and_a_long_one_cut(read: Reading, write: Writing) -> None:
    assert read(write("a,b,c\n1,2\n1,2,3,4\n1\n")).rows == [
        ("1", "2", None),
        ("1", "2", "3"),
        ("1", None, None),
    ]


def test_ragged_rows_are_counted_in_one_warning_with_the_first_line(
    read: Reading, write: Writing, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        read(write('a,b\n"x\ny",2\n1\n\n1,2,3\n1\n'), block_bytes=4)
    (record,) = caplog.records
    assert record.message.endswith(
        "2 rows have fewer cells than the 2 columns (the rest is missing), "
        "1 row has more cells than the 2 columns (cut off); the first of them is on line 4"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n1,2\n", "1 row has more cells than the 1 column (cut off); it is on line 2"),
        (
            "a,b\n1\n2\n",
            "2 rows have fewer cells than the 2 columns (the rest is missing); "
            "the first of them is on line 2",
        ),
    ],
)
def test_a_warning_of_ragged_rows_says_only_what_there_is(
    read: Reading, write: Writing, caplog: pytest.LogCaptureFixture, text: str, said: str
) -> None:
    path = write(text)
    read(path)
    assert caplog.messages == [f"{path}: {said}"]


def test_regular_files_warn_of_nothing(
    read: Reading, write: Writing, caplog: pytest.LogCaptureFixture
) -> None:
    read(write('a,b\n1,2\n\n"x",\n'))
    assert not caplog.records


def test_blank_lines_are_dropped_wherever_they_stand(read: Reading, write: Writing) -> None:
    assert read(write("\n\r\na,b\n\n1,2\n\r\n\n3,4\n\n")).rows == [("1", "2"), ("3", "4")]


def test_a_line_of_blanks_is_a_row_as_in_sparks_multiline_mode(read: Reading, write: Writing) -> None:
    assert read(write("a,b\n1,2\n   \n")).rows == [("1", "2"), ("   ", None)]


def test_in_a_file_of_one_column_blank_lines_are_dropped_but_empty_quotes_are_a_missing_cell(
    read: Reading, write: Writing
) -> None:
    assert read(write('a\n1\n\n""\n2\n')).rows == [("1",), (None,), ("2",)]


def test_equal_header_names_get_their_positions_appended_as_spark_does(read: Reading, write: Writing) -> None:
    assert read(write("a,b,a,A\n1,2,3,4\n")).names == ("a0", "b", "a2", "A3")


def test_empty_header_names_are_named_by_position(read: Reading, write: Writing) -> None:
    assert read(write('a,,""\n1,2,3\n')).names == ("a", "_c1", "_c2")


def test_names_stay_unique_when_a_made_up_name_is_taken(read: Reading, write: Writing) -> None:
    assert read(write("a,a,a0,_c3,\n1,2,3,4,5\n")).names == ("a0", "a1", "a0_2", "_c3", "_c4")
    assert read(write("_c1,\n1,2\n")).names == ("_c1", "_c1_1")


def test_a_header_alone_is_one_batch_of_no_rows(read: Reading, write: Writing) -> None:
    for text in ("a,b\n", "a,b", "\n a,b\r\n\n"):
        table = read(write(text))
        assert len(table.names) == 2
        assert [batch.rows for batch in table.batches] == [0]


def test_a_header_row_without_a_single_name_still_makes_columns(read: Reading, write: Writing) -> None:
    assert read(write(",\n1,2\n")).names == ("_c0", "_c1")


@pytest.mark.parametrize(
    "text", ["a,b\n1,2\n3,4\n5,6\n", 'a,b\n1,2\n"3",4\n5,6\n', "a,b\n1,2\n\n3,4\n5,6,\n"]
)
def test_no_batch_has_more_rows_than_asked_for(read: Reading, write: Writing, text: Any) -> None:
    table = read(write(text), batch_rows=2)
    assert [batch.rows for batch in table.batches] == [2, 1]
    assert table.column("a") == ["1", "3", "5"]


def test_rows_of_very_many_missing_columns_stay_within_bounded_batches(write: Writing) -> None:
    header = ",".join(f"c{i}" for i in range(5000))
    (partition,) = partitions(write(header + "\n" + "x\n" * 3000))
    rows = [batch.rows for batch in partition.batches()]
    assert sum(rows) == 3000
    assert max(rows) * 5000 <= 4 << 20


def test_a_hundred_thousand_distinct_strings_come_back_in_order(read: Reading, write: Writing) -> None:
    cells = [f"id-{i:x}" for i in range(100_000)]
    table = read(write("a\n" + "\n".join(cells) + "\n"), block_bytes=100_000)
    assert table.column("a") == cells


def test_a_partition_can_be_read_twice(write: Writing) -> None:
    (partition,) = partitions(write("a\n1\n"))
    assert [b.rows for b in partition.batches()] == [b.rows for b in partition.batches()] == [1]


@pytest.mark.parametrize("name", ["x.tsv", "x.TSV", "x.tsv.gz"])
def test_a_tsv_files_separator_is_a_tab(read: Reading, write: Writing, name: str) -> None:
    text = b"a\tb\n1,5\t2\n"
    path = write(gzip.compress(text) if name.endswith(".gz") else text, name)
    assert read(path).rows == [("1,5", "2")]
    assert read(write("a;b\n1;2\n", "y.tsv"), separator=";").rows == [("1", "2")]


@pytest.mark.parametrize(("separator", "shown"), [(";", "';'"), ("\t", r"'\t'"), ("|", "'|'")])
def test_a_header_that_holds_another_separator_is_a_warning(
    read: Reading, write: Writing, separator: str, shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    read(write(f"a{separator}b\n1{separator}2\n"))
    (record,) = caplog.records
    said = f"{f'a{separator}b'!r} reads as one column; if {separator!r} is the separator"
    assert record.getMessage().endswith(
        f"data.csv: {said}, give separator={separator!r} (--separator {shown})"
    )
    caplog.clear()
    read(write(f"a{separator}b\n1{separator}2\n"), separator=separator)
    assert not caplog.records


@pytest.mark.parametrize("name", ["scored.out", "scored.csv", "scored", "x.parquet.out"])
def test_json_lines_that_are_read_as_csv_are_a_warning_that_names_the_format(
    read: Reading, write: Writing, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = write('{"a": 1, "b": 2}\n{"a": 3, "b": 4}\n', name)
    read(path)
    (record,) = caplog.records
    assert record.getMessage() == (
        f"{path}: is read as CSV and begins with {{; "
        "if it holds JSON lines, give format='json' (--format json)"
    )
    caplog.clear()
    assert read(path, format="json").names == ("a", "b")
    assert read(path, format="csv").rows
    assert not caplog.records


@pytest.mark.parametrize("header", ["5.1,3.5", "-1e-3,.5", "7", "12,"])
def test_a_header_of_numbers_alone_is_a_warning(
    read: Reading, write: Writing, header: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = write(f"{header}\n{header}\n")
    read(path)
    (record,) = caplog.records
    said = f"all names of its header are numbers ({', '.join(header.split(','))}); if its first row is data"
    assert record.getMessage() == f"{path}: {said}, give header=False (--no-header)"
    caplog.clear()
    read(path, header=False)
    assert not caplog.records


@pytest.mark.parametrize("header", ["a,2", "0,1", "1e,2", "nan,inf", "1_0,2", "2026-01-01,2"])
def test_a_header_with_a_name_or_pandas_positions_is_no_warning(
    read: Reading, write: Writing, header: str, caplog: pytest.LogCaptureFixture
) -> None:
    read(write(f"{header}\n1,2\n"))
    assert not caplog.records
