"""JSON lines: each odd input has the outcome that docs/formats.md defines."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

from drift_engine.errors import DataError
from tests.reading import Reading, Writing


def test_numbers_keep_their_text_and_booleans_read_true_and_false(read: Reading, write: Writing) -> None:
    text = '{"a":1e5,"b":1.50,"c":true,"d":12345678901234567890123,"e":-0,"f":Infinity}\n'
    assert read(write(text, "x.jsonl")).rows == [
        ("1e5", "1.50", "true", "12345678901234567890123", "-0", "Infinity")
    ]


def test_null_and_an_absent_key_are_missing_but_an_empty_string_is_not(read: Reading, write: Writing) -> None:
    assert read(write('{"a":null,"b":""}\n{"b":"x"}\n', "x.json")).rows == [(None, ""), (None, "x")]


def test_nested_objects_are_flattened_with_dots_and_arrays_are_their_json_text(
    read: Reading, write: Writing
) -> None:
    table = read(write('{"a":{"b":{"c":1},"d":"x"},"e":[1.0,"ü",{"k":null}],"g":{}}\n', "x.json"))
    assert table.names == ("a.b.c", "a.d", "e")
    assert table.rows == [("1", "x", '[1.0,"ü",{"k":null}]')]


def test_a_key_that_appears_late_is_a_column_of_every_batch(read: Reading, write: Writing) -> None:
    text = '{"a":1}\n' * 50 + '{"late":2}\n'
    table = read(write(text, "x.jsonl"), batch_rows=7, block_bytes=16)
    assert table.names == ("a", "late")
    assert table.column("late") == [None] * 50 + ["2"]


def test_files_that_are_read_together_have_the_keys_of_all(
    read: Reading, write: Writing, tmp_path: Path
) -> None:
    write('{"a":1}\n', "1.json")
    write('{"b":2}\n', "2.json")
    assert read(tmp_path).rows == [("1", None), (None, "2")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"a":1', r"x\.json, line 3: not JSON: .* at character 7; one object a line is expected"),
        ('{"a":"1', r"not JSON: Unterminated string starting at character 6; "),
        ('{"a":"\t"}', r"not JSON: Invalid control character at character 7; "),
        ('{"a":1}{"a":2}', r"x\.json, line 3: not JSON: Extra data"),
        ("[1,2]", r"x\.json, line 3: not an object but '\[1,2\]'; one object a line is expected"),
        ("[" * 100_000, r"x\.json, line 3: nested too deeply"),
        ('{"a":' * 100_000, r"x\.json, line 3: nested too deeply"),
    ],
)
def test_a_malformed_line_is_one_error_with_file_and_line(
    read: Reading, write: Writing, line: Any, message: Any
) -> None:
    with pytest.raises(DataError, match=message):
        read(write('{"a":0}\n\n' + line + "\n", "x.json"))


FRAME = pd.DataFrame({"age": [31, 45, None], "name": ["a", None, "c"], "fare": [1.5, 2.5, 3.5]})


@pytest.mark.parametrize("orient", ["columns", "index", "split", "table"])
@pytest.mark.parametrize(
    "index", [[0, 1, 2], [7, -3, 12], ["x", "y", "z"], pd.date_range("2026-01-01", periods=3)]
)
def test_a_whole_table_in_one_object_is_refused(
    read: Reading, write: Writing, orient: Any, index: list[object]
) -> None:
    written = FRAME.set_index(pd.Index(index)).to_json(orient=orient, date_format="iso")
    with pytest.raises(DataError, match=r'x\.json: the file is one object .*orient="records", lines=True'):
        read(write(written, "x.json"))


def test_a_table_of_one_row_or_one_column_in_one_object_is_refused_too(read: Reading, write: Writing) -> None:
    for frame in (FRAME[:1], FRAME[["fare"]]):
        with pytest.raises(DataError, match="holds a whole table"):
            read(write(frame.to_json(), "x.json"))


@pytest.mark.parametrize(
    "row",
    [
        *('{"user":{"id":1},"item":{"id":2}}', '{"size":{"x":1,"y":2}}', '{"a":{"0":1},"b":{"1":2}}'),
        *('{"a":{"x":{"y":1}},"b":{"x":{"y":2}}}', '{"a":{},"b":{}, "c":1}', '{"data":{"x":1},"columns":3}'),
    ],
)
def test_a_row_of_nested_objects_is_a_row(read: Reading, write: Writing, row: str) -> None:
    assert len(read(write(row, "x.json")).rows) == 1


def test_a_table_by_its_looks_is_two_rows_where_there_are_two(read: Reading, write: Writing) -> None:
    row = '{"min":{"x":1,"y":2},"max":{"x":3,"y":4}}\n'
    assert read(write(row * 2, "x.json")).rows == [("1", "2", "3", "4")] * 2


def test_an_array_of_rows_is_refused_with_the_way_out(read: Reading, write: Writing, tmp_path: Path) -> None:
    pl.DataFrame({"a": [1, 2]}).write_json(tmp_path / "polars.json")
    polars = (tmp_path / "polars.json").read_text(encoding="utf-8")
    records = [FRAME.to_json(orient="records", indent=indent) for indent in (0, 2)]
    for text in (polars, *records):
        with pytest.raises(DataError, match=r"line 1: not .*one object a line is expected.*jq -c '\.\[\]'"):
            read(write(text, "x.json"))
    with pytest.raises(DataError, match=r"line 1: not JSON: .*jq -c \."):
        read(write(FRAME.to_json(indent=2), "x.json"))


def test_a_table_in_one_line_beyond_the_limit_says_how_to_write_it(read: Reading, write: Writing) -> None:
    for orient in ("columns", "records"):
        with pytest.raises(DataError, match=r"line 1: longer .*lines=True"):
            read(write(FRAME.to_json(orient=orient), "x.json"), max_row_bytes=50, block_bytes=10)


def test_a_row_beyond_the_limit_is_an_error_that_names_its_line(read: Reading, write: Writing) -> None:
    with pytest.raises(DataError, match="line 2: longer than max_row_bytes=1000"):
        read(write('{"a":1}\n{"a":"' + "x" * 5000, "x.json"), max_row_bytes=1000, block_bytes=100)


def test_blank_lines_crlf_and_a_byte_order_mark_are_no_data(read: Reading, write: Writing) -> None:
    assert read(write(b'\xef\xbb\xbf{"a":1}\r\n \r\n\n{"a":2}', "x.json")).rows == [("1",), ("2",)]


def test_an_object_without_keys_is_a_row_of_missing_cells(read: Reading, write: Writing) -> None:
    assert read(write('{}\n{"a":1}\n', "x.json")).rows == [(None,), ("1",)]


def test_objects_without_any_key_are_an_error(read: Reading, write: Writing) -> None:
    with pytest.raises(DataError, match="no object in there has a key"):
        read(write("{}\n{}\n", "x.json"))


def test_lone_surrogates_become_question_marks_in_names_and_cells(read: Reading, write: Writing) -> None:
    table = read(write('{"\\ud800":"x\\udfff"}\n', "x.json"))
    assert (table.names, table.rows) == (("?",), [("x?",)])


def test_bytes_that_are_not_utf8_become_replacement_characters_and_one_warning(
    read: Reading, write: Writing, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert read(write(b'{"a":"\xff"}\n', "x.json")).rows == [("\ufffd",)]
    assert len(caplog.records) == 1
    assert "1 sequences of bytes are not UTF-8" in caplog.text


def test_no_batch_is_much_larger_than_a_block(read: Reading, write: Writing) -> None:
    table = read(write('{"a":"xxxxxxxxxx"}\n' * 100, "x.json"), block_bytes=180)
    assert max(batch.rows for batch in table.batches) == 10
    assert len(table.rows) == 100


def test_nan_is_missing_unless_the_options_say_otherwise(read: Reading, write: Writing) -> None:
    path = write('{"a":NaN,"b":[NaN],"c":1}\n', "x.jsonl")
    assert read(path).rows == [(None, "[null]", "1")]
    assert read(path, nan_is_missing=False).rows == [("NaN", "[NaN]", "1")]
