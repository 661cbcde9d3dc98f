from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.containers.csv_records import RecordError, cells, records, unquoted

FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=8)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a,b", ["a", "b"]),
        ("", [""]),
        (",,", ["", "", ""]),
        ('"a,b",c', ['"a,b"', "c"]),
        ('"he said ""no""",1', ['"he said ""no"""', "1"]),
        ('"a",', ['"a"', ""]),
        (',"a"', ["", '"a"']),
    ],
)
def test_cells_stay_as_they_are_written(line: str, expected: list[str]) -> None:
    assert cells(line) == expected
    assert ",".join(cells(line)) == line


@given(st.lists(FIELD, min_size=1, max_size=5))
def test_values_are_those_that_the_csv_module_wrote(row: list[str]) -> None:
    line = ",".join('"' + field.replace('"', '""') + '"' for field in row)
    assert [unquoted(cell) for cell in cells(line)] == next(csv.reader([line]))


def test_a_file_is_its_lines_whatever_ends_them() -> None:
    assert [record.cells for record in records(b"a,1\r\nb,2\nc,3")] == [["a", "1"], ["b", "2"], ["c", "3"]]


def test_an_empty_file_has_no_records() -> None:
    assert records(b"") == []


def test_a_quote_that_does_not_close_is_an_error_with_its_line() -> None:
    with pytest.raises(RecordError, match="line 2: a quote does not close"):
        records(b'a,b\n"c,d\n')


def test_bytes_that_are_not_text_are_an_error() -> None:
    with pytest.raises(RecordError, match="not UTF-8"):
        records(b"\xff\xfe\xfa")
