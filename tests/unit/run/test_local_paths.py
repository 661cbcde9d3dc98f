"""The library writes to this machine, and says so of an address in place of making a folder of that name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from drift_engine.errors import DriftEngineError
from drift_engine.parts import write_part
from drift_engine.result import Baseline
from drift_engine.run import check, make_baseline
from tests.tables import numbers, write_csv

ADDRESSES = ["s3://bkt/out.html", "https://example.com/out.html", Path("s3://bkt/out.html")]
Write = Callable[[Path, str | Path], object]


def _baseline(data: Path, path: str | Path) -> None:
    make_baseline(data).save(path)


def _check(data: Path, path: str | Path) -> None:
    check(data, make_baseline(data)).save(path)


def _report(data: Path, path: str | Path) -> None:
    check(data, make_baseline(data)).report(path)


def _load(_: Path, path: str | Path) -> object:
    return Baseline.load(path)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_csv(tmp_path / "t.csv", {"x": numbers(100)})


@pytest.mark.parametrize("write", [_baseline, _check, _report, write_part, _load])
@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_refused_and_no_folder_of_that_name_made(
    write: Write, address: str | Path, data: Path
) -> None:
    with pytest.raises(DriftEngineError, match=r"out\.html: is no local path: use one"):
        write(data, address)
    assert list(data.parent.iterdir()) == [data]


@pytest.mark.parametrize("name", [".", "/", ""])
def test_a_part_is_written_to_a_file_with_a_name(name: str, data: Path) -> None:
    with pytest.raises(DriftEngineError, match=f"^'{name}': names no file$"):
        write_part(data, name)


def test_a_folder_whose_name_holds_a_colon_is_a_folder(data: Path) -> None:
    make_baseline(data).save("run:12/baseline")
    assert Baseline.load("run:12/baseline").statistics.item_count == 100
