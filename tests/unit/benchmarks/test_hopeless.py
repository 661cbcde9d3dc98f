from __future__ import annotations

from pathlib import Path

from benchmarks.peers.__main__ import Session, _hopeless
from benchmarks.peers.kept import Run


def hopeless(*walls: float, failure: str = "") -> str:
    runs = [Run("a", 10 ** (4 + n), wall, wall, 1.0) for n, wall in enumerate(walls)]
    if failure:
        runs.append(Run("a", 10 ** (4 + len(walls)), 0.0, 0.0, 0.0, failure=failure))
    return _hopeless(Session(Path(), 60.0, 1000.0, {}, runs), "a", 10 ** (4 + len(runs)))


def test_a_long_start_alone_stops_no_tool() -> None:
    assert hopeless() == hopeless(40.0) == hopeless(40.0, 41.0) == hopeless(1.0, 2.0, 8.0) == ""


def test_what_grows_beyond_the_limit_is_not_tried_and_says_so() -> None:
    assert hopeless(1.0, 3.0, 30.0) == "not tried: 30 s with 1,000,000 rows"


def test_what_failed_with_fewer_rows_is_not_tried_again() -> None:
    assert hopeless(1.0, failure="more than 60 s") == "more than 60 s"
