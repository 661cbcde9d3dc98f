"""pyarrow's tables, and with them every Arrow type."""

from __future__ import annotations

import datetime as dt
import decimal
from typing import Any

import numpy as np
import pytest

from drift_engine.errors import DataError
from tests.reading import Reading

pa = pytest.importorskip("pyarrow")


def coded(places: list[int | None], values: Any, of: Any = None) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(places, of or pa.uint32()), values)


@pytest.mark.parametrize(
    ("array", "cells"),
    [
        (pa.array([1, None], pa.int8()), [1, None]),
        (pa.array([2**32 - 1], pa.uint32()), [2**32 - 1]),
        (pa.array([2**63 - 1], pa.uint64()), [str(2**63 - 1)]),
        (pa.array([1, 2**63], pa.uint64()), ["1", "9223372036854775808"]),
        (pa.array([0.5, None], pa.float32()), [0.5, None]),
        (pa.array([np.float16(1.5), None], pa.float16()), [1.5, None]),
        (pa.array([True, False, None]), ["true", "false", None]),
        (pa.array(["ü", "", None], pa.large_string()), ["ü", "", None]),
        (pa.array([b"ab", b"\xff", None]), ["ab", "\ufffd", None]),
        (pa.array(["x", None, "x"]).dictionary_encode(), ["x", None, "x"]),
        (coded([0, None, 1, 0], pa.array(["x", ""], pa.string_view())), ["x", None, "", "x"]),
        (coded([0, 1], pa.array(["x", None], pa.string_view())), ["x", None]),
        (coded([None, None], pa.array([], pa.string_view())), [None, None]),
        (coded([0, None, 1], pa.array([b"x", b"\xff"], pa.binary_view())), ["x", None, "\ufffd"]),
        (pa.array([decimal.Decimal("1.50"), None]), ["1.50", None]),
        (pa.array([dt.date(2020, 1, 2), None]), ["2020-01-02", None]),
        (
            pa.array([dt.date(2020, 3, 1), None, dt.date(2020, 2, 28)]),
            ["2020-03-01", None, "2020-02-28"],
        ),
        (pa.array([dt.date(1, 1, 1), None, dt.date(9999, 12, 31)]), ["0001-01-01", None, "9999-12-31"]),
        (pa.array([None, None], pa.date32()), [None, None]),
        (pa.array([dt.date(2020, 1, 2), None], pa.date64()), ["2020-01-02", None]),
        (
            pa.array([np.datetime64("2020-01-02", "ns"), None], pa.timestamp("ns")),
            ["2020-01-02 00:00:00", None],
        ),
        (pa.array([1_500_000], pa.timestamp("us", "America/New_York")), ["1970-01-01 00:00:01.5"]),
        (pa.array([dt.time(5, 30), None]), ["05:30:00", None]),
        (pa.array([dt.timedelta(milliseconds=1500), None]), [1.5, None]),
        (pa.array([None, None]), [None, None]),
        (pa.array([[1, None], None]), ["[1,null]", None]),
        (pa.array([{"a": dt.date(2020, 1, 2)}]), ['{"a":"2020-01-02"}']),
        (pa.array([], pa.timestamp("s")), []),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_each_arrow_type_has_its_cells(read: Reading, array: Any, cells: Any) -> None:
    table = read(pa.table({"x": array}))
    assert [row[0] for row in table.rows] == cells


def test_a_sliced_and_chunked_table_is_read_where_it_lies(read: Reading) -> None:
    whole = pa.table(
        {"i": pa.chunked_array([[0, 1], [2, 3], [4]]), "s": pa.chunked_array([["a"], ["b", "c", None, "e"]])}
    )
    assert read(whole.slice(1, 3), batch_rows=2).rows == [(1, "b"), (2, "c"), (3, None)]


def test_record_batches_in_a_list_are_a_partition_each(read: Reading) -> None:
    batches = pa.table({"i": [1, 2, 3]}).to_batches(max_chunksize=2)
    table = read(batches)
    assert [batch.rows for batch in table.batches] == [2, 1]


def test_an_extension_type_is_read_as_what_it_is_stored_as(read: Reading) -> None:
    class Label(pa.ExtensionType):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__(pa.string(), "tests.label")

        def __arrow_ext_serialize__(self) -> Any:
            return b""

    labels = pa.ExtensionArray.from_storage(Label(), pa.array(["x", None]))
    assert read(pa.table({"x": labels})).rows == [("x",), (None,)]


def test_a_value_without_a_text_form_is_an_error_that_names_the_column_and_its_type(read: Reading) -> None:
    far = pa.array([{"when": 2**62}], pa.struct([("when", pa.int64())]))
    column = far.cast(pa.struct([("when", pa.timestamp("s"))]))
    with pytest.raises(DataError, match=r"column 'x' has the type struct<when: timestamp\[s\]>"):
        read(pa.table({"x": column}))


@pytest.mark.parametrize("places", [pa.int8(), pa.uint8(), pa.uint32(), pa.int64(), pa.uint64()])
def test_a_dictionary_of_views_is_read_whatever_its_places_are_and_wherever_it_is_cut(
    read: Reading, places: Any
) -> None:
    words = [
        coded([0, None, 1], pa.array(["x", "y"], pa.string_view()), places),
        coded([0, 1], pa.array(["y", "a text beyond twelve bytes"], pa.string_view()), places),
    ]
    table = pa.table({"word": pa.chunked_array(words)}).slice(1)
    assert read(table, batch_rows=3).rows == [(None,), ("y",), ("y",), ("a text beyond twelve bytes",)]


def test_what_arrow_can_not_do_with_a_frames_column_is_one_error_that_names_it(read: Reading) -> None:
    lists = pa.chunked_array([coded([0], pa.array([[value]])) for value in (1, 2)])
    with pytest.raises(DataError, match=r"column 'x' has the type dictionary<values=list.*can't be read"):
        read(pa.table({"x": lists}))
