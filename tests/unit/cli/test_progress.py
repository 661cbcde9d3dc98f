"""Progress: on a terminal, after a second."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from drift_engine import ReadOptions, make_baseline
from drift_engine.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def said(out: io.StringIO, times: list[float], shares: list[float | None] | None = None) -> str:
    clock = iter([0.0, *times])
    with Progress(out, lambda: next(clock)) as progress:
        for place in range(len(times)):
            progress.share(shares[place] if shares else None)
            progress("batch.csv", 1000 * place)
    return out.getvalue()


def test_nothing_is_said_within_a_second() -> None:
    assert said(Terminal(), [0.1, 0.5, 0.9]) == ""


def test_nothing_is_said_where_there_is_no_terminal() -> None:
    assert said(io.StringIO(), [1.5, 3.0, 9.0, 12.0]) == ""


def test_a_terminals_line_is_rewritten_and_wiped_at_the_end() -> None:
    assert said(Terminal(), [1.5, 1.6, 2.5]) == (
        "\r\x1b[K0 rows read, 0 a second, in batch.csv"
        "\r\x1b[K2,000 rows read, 800 a second, in batch.csv\r\x1b[K"
    )


@pytest.mark.parametrize(("share", "left"), [(0.5, "2 s"), (0.01, "3 min 18 s"), (1.0, "0 s")])
def test_the_time_that_is_left_follows_from_the_bytes_that_are_read(share: float, left: str) -> None:
    line = said(Terminal(), [0.5, 2.0], [None, share])
    assert f"1,000 rows read, 500 a second, about {left} left, in batch.csv" in line


class Watch:
    def __init__(self) -> None:
        self.shares: list[float | None] = []

    def __call__(self, name: str, rows: int) -> None:
        del name, rows

    def share(self, done: float | None) -> None:
        self.shares.append(done)


def test_whoever_wants_to_know_is_told_the_share_over_all_files(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("x,y\n" + "1,2\n" * 50_000)
    watch = Watch()
    make_baseline(tmp_path, options=ReadOptions(block_bytes=20_000), progress=watch)
    known = [share for share in watch.shares if share is not None]
    assert known == sorted(known)
    assert known[0] < 0.5 < known[-1] <= 1.0
