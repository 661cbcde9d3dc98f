"""JSON that holds a table in another shape than one object a line, told by its looks."""

from __future__ import annotations

from collections.abc import Mapping

ONE_A_LINE = "one object a line is expected"
ADVICE = (
    f"{ONE_A_LINE}: write it by pandas' to_json(path, orient=\"records\", lines=True), by polars' "
    "write_ndjson(path)"
)
_OF_AN_ARRAY = f"{ADVICE}, or turn it into lines by jq -c '.[]'"
_OF_MANY_LINES = f"{ADVICE}, or put an object that goes on over lines on one by jq -c ."
_FEWEST = 2


def of_a_line(line: str) -> str:
    """What to say of a line that is no object: more where it begins an array, or an object of many lines."""
    if line.strip() == "{":
        return _OF_MANY_LINES
    return _OF_AN_ARRAY if line.lstrip().startswith("[") else ONE_A_LINE


def of_an_only_object(value: Mapping[str, object]) -> str | None:
    """What to say of a file whose only object is a whole table; None where it is a row.

    pandas' `to_json` writes `{"age": {"0": 31, "1": 45}, "fare": {"0": 7.1, "1": 9.9}}` by default, a column
    as an object by the rows' labels; with `orient="index"` a row as an object by the columns' names, and with
    `orient="split"` or `"table"` one object with `data`. A row whose nested objects have the same single key,
    as `{"user": {"id": 1}, "item": {"id": 2}}`, is a row, unless that key is a number, as a row's label is.
    """
    if _has_data(value) or _is_a_table_of_objects(value):
        return f"the file is one object that holds a whole table, as pandas' to_json writes it; {ADVICE}"
    return None


def _has_data(value: Mapping[str, object]) -> bool:
    split = {"columns", "index", "data"} >= value.keys() >= {"columns", "data"}
    table = {"schema", "data"} == value.keys()
    return (split and isinstance(value["columns"], list)) or (table and isinstance(value["data"], list))


def _is_a_table_of_objects(value: Mapping[str, object]) -> bool:
    columns = list(value.values())
    if not columns or not all(isinstance(column, dict) and column for column in columns):
        return False
    labels = [list(column) for column in columns if isinstance(column, dict)]
    if any(each != labels[0] for each in labels[1:]):
        return False
    cells = [cell for column in columns if isinstance(column, dict) for cell in column.values()]
    if any(isinstance(cell, dict) for cell in cells):
        return False
    numbered = _are_numbers(labels[0]) or _are_numbers(list(value))
    return numbered or (len(columns) >= _FEWEST and len(labels[0]) >= _FEWEST)


def _are_numbers(labels: list[str]) -> bool:
    return all(label.removeprefix("-").isdecimal() for label in labels)
