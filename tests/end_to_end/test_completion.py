"""Completion as somebody sees it who presses Tab in bash, and in zsh and fish where they are installed."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from drift_engine import make_baseline
from tests.end_to_end.terminal import Terminal
from tests.tables import numbers, write_csv

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
NAMES = (
    "amount",
    "$(touch ran)",
    "`touch ran`",
    "a'b\"c; touch ran",
    "new\nline",
    "مرحبا \u202egnp",
    "n" * 5_000,
)


def environment_in(tmp_path: Path) -> dict[str, str]:
    """What a shell needs to find `drift-engine` and Python, and nothing of the person who runs the tests."""
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "drift-engine"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m drift_engine "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return {
        "PATH": f"{programs}{os.pathsep}{BIN}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@pytest.fixture
def bash(tmp_path: Path) -> Iterator[Terminal]:
    with Terminal(tmp_path, environment_in(tmp_path)) as terminal:
        terminal.run("bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; stty columns 400")
        yield terminal


def completed(shell: Terminal, line: str, expected: str) -> None:
    """Type a line and Tab, see it completed, and take it away."""
    shell.press(f"{line}\t")
    shell.await_text(expected)
    shell.press("\x15")


def test_drift_engine_completes_commands_options_choices_and_files(bash: Terminal, tmp_path: Path) -> None:
    (tmp_path / "july.csv").write_text("a\n1\n")
    bash.run('eval "$(register-python-argcomplete drift-engine)"')
    completed(bash, "drift-engine multi", r"drift-engine multivariate ")
    completed(bash, "drift-engine check --strict", r"--strict-model-monitor ")
    completed(bash, "drift-engine check --verdict cal", r"--verdict calibrated ")
    completed(bash, "drift-engine check jul", r"check july\.csv ")


def test_features_are_completed_and_no_name_runs_or_breaks_the_line(bash: Terminal, tmp_path: Path) -> None:
    columns = {name: numbers(20) for name in NAMES}
    write_csv(tmp_path / "train.csv", columns)
    make_baseline(tmp_path / "train.csv").save(tmp_path / "base")
    bash.run('eval "$(register-python-argcomplete drift-engine)"')
    completed(bash, "drift-engine explain --baseline base amo", r"base amount ")
    completed(bash, "drift-engine explain --baseline base '$(t", r"base '\$\(touch ran\)' ")
    bash.press("drift-engine explain --baseline base a\t\t")
    bash.await_text("amount")
    bash.press("\x15")
    bash.press("drift-engine explain --baseline base \t\t")
    listed = bash.await_text(r"(?s)amount.*> ")
    assert "line" not in listed.replace("--baseline", "")
    assert "gnp" not in listed
    bash.press("\x15")
    # Each name that is offered comes back as one word, whatever stands in it.
    bash.press("drift-engine explain --baseline base \\$\t\x01echo \x05\n")
    assert "$(touch ran)" in bash.await_text(r"base \$\(touch ran\)\s")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("python -m drift_engine multi", r"drift_engine multivariate "),
        ("python deploy.py stat", r"deploy\.py status "),
        ("python deploy.py status --stage st", r"--stage staging "),
        ("python deploy.py --stage pr", r"--stage prod "),
    ],
)
def test_python_completes_our_programs_where_completion_is_global(
    bash: Terminal, line: str, expected: str
) -> None:
    bash.run(f"cd {ROOT}")
    bash.run('eval "$(activate-global-python-argcomplete --dest=-)"')
    completed(bash, line, expected)


LINES = (
    ("drift-engine multi", r"drift-engine multivariate "),
    ("drift-engine check --strict", r"--strict-model-monitor "),
    ("drift-engine check --verdict cal", r"--verdict calibrated "),
    ("drift-engine check jul", r"check july\.csv "),
    ("drift-engine explain --baseline base amo", r"base amount "),
    ("drift-engine explain --baseline base \\$", r"base \\\$\\\(touch\\ ran\\\) "),
)


@pytest.mark.parametrize(
    ("shell", "begin"),
    [
        (
            ("zsh", "-f", "-i"),
            'autoload -U compinit && compinit -u; eval "$(register-python-argcomplete drift-engine)"',
        ),
        (("fish", "--no-config", "-i"), "register-python-argcomplete --shell fish drift-engine | source"),
    ],
    ids=["zsh", "fish"],
)
def test_other_shells_complete_the_same(tmp_path: Path, shell: tuple[str, ...], begin: str) -> None:
    if shutil.which(shell[0]) is None:
        pytest.skip(f"there is no {shell[0]} on this machine")
    write_csv(tmp_path / "train.csv", {"amount": numbers(20), "$(touch ran)": numbers(20)})
    make_baseline(tmp_path / "train.csv").save(tmp_path / "base")
    (tmp_path / "july.csv").write_text("a\n1\n")
    with Terminal(tmp_path, environment_in(tmp_path), shell=shell) as terminal:
        terminal.press("stty columns 400\n")
        terminal.press(f"{begin}; echo re''ady\n")
        terminal.await_text("ready\n")
        for line, expected in LINES:
            completed(terminal, line, expected)
        if shell[0] == "zsh":
            terminal.press(
                f"cd {ROOT}; eval \"$(activate-global-python-argcomplete --dest=-)\"; echo ag''ain\n"
            )
            terminal.await_text("again\n")
            completed(terminal, "python deploy.py status --stage st", r"--stage staging ")
            completed(terminal, "python -m drift_engine multi", r"drift_engine multivariate ")
        assert not (tmp_path / "ran").exists()
