"""Which way a partition is read, and that both come to the same baseline."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from drift_engine import make_baseline
from drift_engine.native import state_of
from drift_engine.readers import ReadOptions
from tests.kernels import kernel, no_progress, numpy_state, partition_of

ROOT = Path(__file__).parents[3]


def write_rows(path: Path, rows: int) -> Path:
    lines = (f"{i},{i * 7 % 100 / 8},{'abc'[i % 3]}" for i in range(rows))
    path.write_text("n,x,s\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(("word", "way"), [("off", "numpy"), ("require", "the compiled kernel")])
def test_the_log_says_in_one_line_which_way_a_partition_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, word: str, way: str
) -> None:
    kernel()
    monkeypatch.setenv("DRIFT_ENGINE_NATIVE", word)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = write_rows(tmp_path / "x.csv", 10)
    with caplog.at_level(logging.INFO, logger="drift_engine.native"):
        make_baseline(path)
    assert [record.getMessage() for record in caplog.records if record.name == "drift_engine.native"] == [
        f"{path}: {way}"
    ]


def test_both_ways_write_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = write_rows(tmp_path / "x.csv", 20_000)
    written = []
    for word in ("off", "require"):
        monkeypatch.setenv("DRIFT_ENGINE_NATIVE", word)
        folder = tmp_path / word
        make_baseline(path).save(folder)
        written.append({file.name: file.read_bytes() for file in folder.iterdir()})
    assert written[0] == written[1]
    assert written[0]


def test_progress_never_goes_back_and_ends_at_the_number_of_rows(tmp_path: Path) -> None:
    seen: list[int] = []
    partition = partition_of(write_rows(tmp_path / "x.csv", 50_000), ReadOptions(block_bytes=30_000))
    state_of(partition, kernel(), 2, seen.append)
    assert len(seen) > 5
    assert seen == sorted(seen)
    assert seen[-1] == 50_000


def test_compressed_and_transcoded_files_go_through_the_kernel(tmp_path: Path) -> None:
    import gzip  # noqa: PLC0415

    text = "name,x\n" + "".join(f"café {i % 9},{i / 7:.3f}\n" for i in range(5000))
    packed = tmp_path / "x.csv.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    latin = tmp_path / "y.csv"
    latin.write_bytes(text.encode("latin-1"))
    states = []
    for path, options in ((packed, ReadOptions()), (latin, ReadOptions(encoding="latin-1"))):
        partition = partition_of(path, options)
        states.append(state_of(partition, kernel(), 2, no_progress).to_bytes())
        assert states[-1] == numpy_state(partition).to_bytes()
    assert states[0] == states[1]


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n", encoding="utf-8")
    state = state_of(partition_of(path), kernel(), 2, no_progress)
    assert (state.rows, state.names) == (0, ("a", "b"))
    assert state.to_bytes() == numpy_state(partition_of(path)).to_bytes()


def test_an_interrupt_ends_the_process_while_threads_are_counting(tmp_path: Path) -> None:
    kernel()
    path = write_rows(tmp_path / "x.csv", 300_000)
    code = (
        "import os, signal\n"
        "from drift_engine import make_baseline\n"
        f"make_baseline({str(path)!r}, progress=lambda name, rows: os.kill(os.getpid(), signal.SIGINT))\n"
    )
    environment = {**os.environ, "DRIFT_ENGINE_NATIVE": "require", "XDG_CACHE_HOME": str(tmp_path / "cache")}
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=False, timeout=60
    )
    assert ran.returncode == -signal.SIGINT
    assert b"KeyboardInterrupt" in ran.stderr
