from __future__ import annotations

import pytest

from local_aws.containers.json_path import FilterError, record_filter

RECORD = ["id", "1", "2", "3"]


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("$", ["id", "1", "2", "3"]),
        ("$[0]", ["id"]),
        ("$[-1]", ["3"]),
        ("$[1:]", ["1", "2", "3"]),
        ("$[1:3]", ["1", "2"]),
        ("$[:2]", ["id", "1"]),
        ("$[-2:]", ["2", "3"]),
        ("$[0,-1]", ["id", "3"]),
        ("$[3, 0]", ["3", "id"]),
        (" $[1:] ", ["1", "2", "3"]),
    ],
)
def test_a_filter_keeps_the_cells_that_it_names(path: str, kept: list[str]) -> None:
    assert record_filter(path)(RECORD) == kept


@pytest.mark.parametrize("path", ["", "$.a", "$[", "$[a]", "$[::2]", "$['id']", "[0]"])
def test_a_path_into_something_other_than_a_record_is_refused(path: str) -> None:
    with pytest.raises(FilterError, match="JSONPath"):
        record_filter(path)


def test_a_cell_that_is_not_there_is_an_error() -> None:
    with pytest.raises(IndexError):
        record_filter("$[4]")(RECORD)


def test_the_record_itself_is_left_alone() -> None:
    kept = record_filter("$")(RECORD)
    kept.append("more")
    assert RECORD == ["id", "1", "2", "3"]
