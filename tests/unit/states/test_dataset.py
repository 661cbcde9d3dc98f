from __future__ import annotations

import pytest

from drift_engine.errors import DataError, ProfileFileError
from drift_engine.states import Batch, ColumnState, DatasetState, KllSketch
from tests.tables import text_column


def table(**columns: list[str | None]) -> Batch:
    rows = max(map(len, columns.values()), default=0)
    return Batch(tuple(columns), tuple(map(text_column, columns.values())), rows)


def test_rows_and_names_are_those_of_the_batches() -> None:
    state = DatasetState.of(table(a=["1", "2"], b=["x", None]))
    state.add(table(a=["3"], b=["y"]))
    assert (state.rows, state.names, state.profile().item_count) == (3, ("a", "b"), 3)


def test_a_batch_of_no_rows_leaves_columns_without_a_type() -> None:
    profile = DatasetState.of(table(a=[], b=[])).profile()
    assert profile.item_count == 0
    assert [feature.inferred_type for feature in profile.features] == ["Unknown", "Unknown"]


def test_the_empty_state_has_no_columns() -> None:
    assert DatasetState().names == ()
    assert DatasetState().profile().features == ()


def test_columns_are_merged_by_name_in_the_order_of_the_left() -> None:
    left, right = DatasetState.of(table(a=["1"], b=["x"])), DatasetState.of(table(b=["y"], a=["2"]))
    merged = left.merge(right)
    assert merged.names == ("a", "b")
    assert [feature.inferred_type for feature in merged.profile().features] == ["Integral", "String"]


def test_tables_of_other_columns_do_not_merge_and_the_error_names_them() -> None:
    left, right = DatasetState.of(table(a=["1"], b=["x"])), DatasetState.of(table(a=["1"], c=["x"]))
    with pytest.raises(DataError, match=r"missing \['b'\], extra \['c'\]"):
        left.merge(right)


def test_a_batch_in_another_order_of_columns_is_refused() -> None:
    state = DatasetState.of(table(a=["1"], b=["x"]))
    with pytest.raises(DataError, match="another order"):
        state.add(table(b=["x"], a=["1"]))


def test_a_batch_whose_columns_are_not_its_length_is_refused() -> None:
    with pytest.raises(DataError, match="another length"):
        DatasetState.of(Batch(("a",), (text_column(["1"]),), 2))


def test_renaming_goes_by_position_and_leaves_the_original() -> None:
    state = DatasetState.of(table(a=["1"], b=["x"]))
    renamed = state.renamed(["c", "d"])
    assert (renamed.names, state.names) == (("c", "d"), ("a", "b"))
    assert [feature.name for feature in renamed.profile().features] == ["c", "d"]


@pytest.mark.parametrize("names", [["a"], ["a", "a"], ["a", "b", "c"]])
def test_names_that_do_not_fit_the_columns_are_refused(names: list[str]) -> None:
    with pytest.raises(DataError, match="2 columns need as many different names"):
        DatasetState.of(table(a=["1"], b=["x"])).renamed(names)


def test_names_of_all_kinds_survive_the_binary_form() -> None:
    batch = Batch(("ä.b c", "", "\udcff"), tuple(text_column(["1"]) for _ in range(3)), 1)
    state = DatasetState.of(batch)
    assert DatasetState.from_bytes(state.to_bytes()).names == batch.names


def test_a_form_of_another_version_says_so() -> None:
    data = DatasetState().to_bytes()
    with pytest.raises(
        ProfileFileError, match=r"made by another version of drift-engine: profile the data again"
    ):
        DatasetState.from_bytes(data[:3] + b"9" + data[4:])


@pytest.mark.parametrize("data", [b"", b"SET1", b"PK\x03\x04 something else", KllSketch().to_bytes()])
def test_other_bytes_are_not_taken_for_a_state(data: bytes) -> None:
    with pytest.raises(ProfileFileError, match=r"^this is no profile of drift-engine$"):
        DatasetState.from_bytes(data)


def test_the_error_of_a_damaged_part_is_the_same_kind() -> None:
    data = ColumnState.of(text_column(["1"])).to_bytes()
    with pytest.raises(ProfileFileError, match="this profile is damaged"):
        ColumnState.from_bytes(data[:-20])
