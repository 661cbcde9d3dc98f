from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from typing import Literal

import pytest
from rich.console import Console

from deployment.run.outcome import Alarm, Feature, Outcome, Retraining
from deployment.verbs.screen import Screen
from tests.unit.deployment.builders import ROOT

OUTCOME = Outcome(
    features=(
        Feature("delay", "Integral", 0.4, 0.1, "", "drifted"),
        Feature("[red]", "String", 0.05, 0.1, "", "ok"),
        Feature("id", "String", None, 0.1, "too many different values", "not comparable"),
    ),
    metrics={},
    alarms=(Alarm("a-threshold", "ALARM", "1 datapoint [1.0] was above", None),),
    retraining=Retraining("arn:p", None, "the drift alarm is OK"),
)


def shown(*, terminal: bool, outcome: Outcome = OUTCOME) -> str:
    target = io.StringIO()
    colours: Literal["standard"] | None = "standard" if terminal else None
    console = Console(file=target, force_terminal=terminal, width=100, highlight=False, color_system=colours)
    Screen(console).outcome(outcome)
    return target.getvalue()


def test_lines_for_a_file_are_plain_and_aligned() -> None:
    assert shown(terminal=False).splitlines() == [
        "",
        "Features, the worst first",
        "  feature  type      distance  threshold  verdict",
        "  delay    Integral  0.4000    0.1        drifted",
        "  [red]    String    0.0500    0.1        ok",
        "  id       String              0.1        not comparable: too many different values",
        "",
        "Alarms",
        "  ALARM             a-threshold: 1 datapoint [1.0] was above",
        "  Retraining not started: the drift alarm is OK",
    ]


def test_a_terminal_gets_a_table_and_colours_and_names_are_no_markup() -> None:
    text = shown(terminal=True)
    assert "\x1b[31m" in text, "what drifted is red"
    assert "[red]" in text
    assert "┃" in text


@pytest.mark.parametrize("terminal", [True, False])
def test_nothing_in_a_name_acts_and_a_long_one_is_cut(terminal: bool) -> None:
    names = ("\x1b[2J\u202egnp", "n" * 5_000, "<script>")
    features = tuple(Feature(name, "String", 0.4, 0.1, "", "drifted") for name in names)
    text = shown(terminal=terminal, outcome=replace(OUTCOME, features=features))
    assert "\x1b[2J" not in text
    assert "\u202e" not in text
    assert "n" * 200 not in text
    assert "<script>" in text


WRITES = """
import sys
from deployment.verbs.screen import LastingConsole, Screen, write_out
screen = Screen(LastingConsole(highlight=False))
for _ in range({lines}):
    screen.line("x" * 200_000)
write_out("y" * 200_000)
print("went on", file=sys.stderr)
sys.exit(3)
"""


@pytest.mark.parametrize("lines", [0, 2])
def test_a_command_goes_on_where_the_reader_of_its_output_has_gone(lines: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITES.format(lines=lines)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (3, b"went on\n")
