"""Arrow IPC: files and streams, batch by batch."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from drift_engine import make_baseline
from drift_engine.errors import DataError
from drift_engine.readers import partitions
from tests.reading import Reading

pa: Any = pytest.importorskip("pyarrow")


def written(path: Path, form: str) -> Path:
    table = pa.table(
        {
            "n": [1.5, None, float("nan")],
            "word": pa.array(["x", None, "x"]).dictionary_encode(),
            "view": pa.array(["ü", "", None], pa.string_view()),
        }
    )
    buffer = io.BytesIO()
    make = pa.ipc.new_file if form == "file" else pa.ipc.new_stream
    with make(buffer, table.schema) as out:
        for batch in table.to_batches(max_chunksize=2):
            out.write_batch(batch)
    path.write_bytes(buffer.getvalue())
    return path


@pytest.mark.parametrize(
    ("form", "name"),
    [("file", "x.arrow"), ("stream", "x.arrows"), ("file", "x.feather"), ("stream", "x.ipc")],
)
def test_files_and_streams_are_told_apart_by_their_first_bytes(
    tmp_path: Path, read: Reading, form: str, name: str
) -> None:
    table = read(written(tmp_path / name, form))
    assert table.names == ("n", "word", "view")
    assert table.rows == [(1.5, "x", "ü"), (None, None, ""), (None, "x", None)]
    assert [batch.rows for batch in table.batches] == [2, 1]


def test_a_table_without_rows_is_one_batch_of_none(tmp_path: Path, read: Reading) -> None:
    buffer = io.BytesIO()
    with pa.ipc.new_file(buffer, pa.schema([("a", pa.int64())])):
        pass
    (tmp_path / "x.arrow").write_bytes(buffer.getvalue())
    table = read(tmp_path / "x.arrow")
    assert (table.names, table.rows) == (("a",), [])


@pytest.mark.parametrize("kept", [20, 300, -30])
@pytest.mark.parametrize("form", ["file", "stream"])
def test_a_damaged_arrow_file_is_one_error_with_its_name(tmp_path: Path, form: str, kept: int) -> None:
    path = written(tmp_path / "x.arrow", form)
    path.write_bytes(path.read_bytes()[:kept])
    if form == "stream" and kept == -30:  # a stream may end behind any of its batches
        return
    with pytest.raises(DataError, match=r"x\.arrow: can't be read as Arrow IPC"):
        [batch for partition in partitions(path) for batch in partition.batches()]


def test_a_place_beyond_its_dictionary_is_an_error_of_the_file(tmp_path: Path) -> None:
    places = pa.array([0, 1, 7], pa.int32())
    words = pa.DictionaryArray.from_arrays(places, pa.array(["a", "b"]), safe=False)
    with pa.OSFile(str(tmp_path / "x.arrow"), "wb") as file:
        table = pa.table({"word": words})
        with pa.ipc.new_file(file, table.schema) as out:
            out.write_table(table)
    with pytest.raises(DataError, match=r"x\.arrow: can't be read as Arrow IPC: .*7"):
        make_baseline(tmp_path / "x.arrow")
