"""What a person sees who types `drift-engine` in a terminal, narrow or wide, with and without colour."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from drift_engine import make_baseline
from tests.end_to_end.terminal import Terminal
from tests.tables import numbers, write_csv
from tests.unit.report.reports import NASTY

ROOT = Path(__file__).parents[2]
NAMES = tuple(name.replace("\ud800", "").replace("\x00", "") for name in NASTY)
ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TERM": "xterm", "LANG": "C.UTF-8"}
CHECK = f"{sys.executable} -m drift_engine check july.csv --baseline baseline"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A baseline of nasty names, and a batch of which every number moved."""
    write_csv(tmp_path / "train.csv", {**{name: numbers(400) for name in NAMES}, "c": ["a", "b"] * 200})
    write_csv(
        tmp_path / "july.csv", {**{name: numbers(400, start=300) for name in NAMES}, "c": list(NAMES) * 50}
    )
    make_baseline(tmp_path / "train.csv").save(tmp_path / "baseline")
    return tmp_path


@pytest.fixture
def bash(folder: Path) -> Iterator[Terminal]:
    with Terminal(folder, {**ENVIRONMENT, "HOME": str(folder)}) as terminal:
        terminal.run("bind 'set enable-bracketed-paste off'")
        yield terminal


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_no_line_of_a_table_is_wider_than_the_terminal(bash: Terminal, columns: int) -> None:
    bash.run(f"stty columns {columns} rows 50")
    shown = bash.run(CHECK)
    table = shown.partition(" findings")[2].partition(" of 9 features drifted")[0]
    rows = [line for line in table.splitlines()[1:] if "drifted" in line or line.startswith("feature")]
    assert len(rows) == 10
    assert max(len(row) for row in rows) <= columns
    assert all(("effect" in rows[0] and "verdict" in row) or "drifted" in row for row in rows)


def test_a_terminal_gets_colour_and_the_next_command(bash: Terminal) -> None:
    bash.run("stty columns 200")
    bash.press(f"{CHECK}; echo en''d\n")
    raw = bash.await_raw("end\r?\n")
    assert "\x1b[1;31mdrifted\x1b[0m" in raw
    assert "next: drift-engine check july.csv --baseline baseline --report report.html" in raw
    bash.press(f"NO_COLOR=1 {CHECK}; echo en''d\n")
    assert "\x1b[1;31m" not in bash.await_raw("end\r?\n")


def test_a_pipe_gets_whole_cells_no_colour_no_advice_and_nothing_that_acts(folder: Path) -> None:
    ran = subprocess.run(
        CHECK.split(), cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (1, "")
    acting = {char for char in ran.stdout if unicodedata.category(char) in ("Cc", "Cf")}
    assert acting == {"\n"}
    assert "effect" in ran.stdout
    assert re.search(r"\\u202e", ran.stdout)


def test_an_error_about_a_name_is_one_line_that_nothing_acts_in(folder: Path) -> None:
    command = [sys.executable, "-m", "drift_engine", "explain", "\x1b[31m\u202eno such", "july.csv"]
    ran = subprocess.run(
        [*command, "--baseline", "baseline"],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.count("\n") == 1
    assert not {"\x1b", "\u202e"} & set(ran.stderr)
