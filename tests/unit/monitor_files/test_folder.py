from __future__ import annotations

from pathlib import Path

import pytest

from drift_engine.errors import MonitorFileError
from drift_engine.monitor_files import write_together


def test_files_are_written_and_stale_ones_removed(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text("old")
    write_together(tmp_path / "new" / "folder", {"a.json": "ä"})
    write_together(tmp_path, {"a.json": "1", "old.json": None})
    assert (tmp_path / "new" / "folder" / "a.json").read_bytes() == "ä".encode()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "new"]


def test_nothing_is_left_where_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("old")
    (tmp_path / "b.json").mkdir()
    with pytest.raises(MonitorFileError, match="can't be written"):
        write_together(tmp_path, {"b.json": "new", "a.json": "new"})
    assert (tmp_path / "a.json").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "b.json"]


def test_a_folder_that_is_a_file_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MonitorFileError, match="can't be written"):
        write_together(tmp_path / "file", {"a.json": "1"})
