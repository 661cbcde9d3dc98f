from __future__ import annotations

import io

from drift_engine.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def said(out: io.StringIO, times: list[float]) -> str:
    clock = iter([0.0, *times])
    with Progress(out, lambda: next(clock)) as progress:
        for rows in range(len(times)):
            progress("batch.csv", 1000 * rows)
    return out.getvalue()


def test_nothing_is_said_within_a_second() -> None:
    assert said(io.StringIO(), [0.1, 0.5, 0.9]) == ""


def test_a_log_has_a_line_after_a_second_and_then_every_ten() -> None:
    assert said(io.StringIO(), [1.5, 3.0, 9.0, 12.0]) == (
        "0 rows read, in batch.csv\n3,000 rows read, in batch.csv\n"
    )


def test_a_terminals_line_is_rewritten_and_wiped_at_the_end() -> None:
    assert said(Terminal(), [1.5, 1.6, 2.6]) == (
        "\r\x1b[K0 rows read, in batch.csv\r\x1b[K2,000 rows read, in batch.csv\r\x1b[K"
    )
