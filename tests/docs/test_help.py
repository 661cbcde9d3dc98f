from __future__ import annotations

import re
from pathlib import Path

import pytest

from drift_engine.cli import main
from tests.docs.reader import terminal

BEFORE = (
    "export DRIFT_ENGINE_ROOT=$PWD/root",
    "mkdir -p july day=01 root/opt/ml/processing/input/data",
    "cp july.csv july/ && cp july.csv day=01/ && cp july.csv root/opt/ml/processing/input/data/",
)


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit, match="0"):
        main([*arguments, "--help"])
    return capsys.readouterr().out


@pytest.fixture
def examples(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The example of every command's `--help`, by command, in the order of `drift-engine --help`."""
    monkeypatch.setenv("COLUMNS", "400")
    commands = re.findall(r"^    ([a-z]+)(?: |$)", shown(capsys), re.MULTILINE)
    return {command: shown(capsys, command).partition("Example:")[2].strip() for command in commands}


def test_every_command_has_an_example_of_itself(examples: dict[str, str]) -> None:
    assert {"baseline", "check", "compare", "describe", "metrics", "job"} <= set(examples)
    assert {name: each for name, each in examples.items() if f"drift-engine {name}" not in each} == {}


def test_the_example_of_every_commands_help_runs(examples: dict[str, str], tmp_path: Path) -> None:
    failed = {}
    with terminal(tmp_path / "repository", ["runs"]) as shell:
        assert [shell.run(command)[0] for command in BEFORE] == [0, 0, 0]
        for command, example in examples.items():
            code, printed = shell.run(example)
            # 1 is a finding: July is not like the winter.
            if code not in (0, 1) or "Traceback" in printed:
                failed[command] = (example, code, printed)
    assert failed == {}
