from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from drift_engine.cli import main
from tests.docs.pages import ROOT
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


DEPLOYS = (
    "doctor",
    "synth",
    "plan",
    "apply",
    "start",
    "status",
    "approve",
    "reject",
    "rollback",
    "destroy",
    "cicd",
)
# Each verb's codes: a plan has something to do, July drifts. The sample has no release pipeline to answer and
# one release, so that approve, reject and rollback say so.
CODES = {"plan": (3,), "start": (0, 1), "approve": (2,), "reject": (2,), "rollback": (2,)}


def program_help(*words: str) -> str:
    """What a program of this repository says of itself, unbroken."""
    ran = subprocess.run(
        [sys.executable, *words, "--help"],
        cwd=ROOT,
        env={"COLUMNS": "400", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


def test_the_example_of_every_verb_of_the_deploy_runs(tmp_path: Path) -> None:
    verbs = re.findall(r"^    ([a-z]+)(?: |$)", program_help("deploy.py"), re.MULTILINE)
    assert sorted(verbs) == sorted(DEPLOYS)
    failed = {}
    with terminal(tmp_path / "repository", ["account"]) as shell:
        for verb in DEPLOYS:
            example = program_help("deploy.py", verb).partition("Example:")[2].strip()
            code, printed = shell.run(example)
            if code not in CODES.get(verb, (0,)) or "Traceback" in printed or f" {verb} " not in example:
                failed[verb] = (example, code, printed)
    assert failed == {}


def test_the_example_of_every_verb_of_the_local_aws_runs(tmp_path: Path) -> None:
    help_text = program_help("-m", "local_aws")
    verbs = re.findall(r"^    ([a-z]+)(?: |$)", help_text, re.MULTILINE)
    assert verbs == ["serve", "advance", "faults"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    examples = {
        verb: program_help("-m", "local_aws", verb).partition("Example:")[2].strip().replace("5000", port)
        for verb in verbs
    }
    with terminal(tmp_path / "repository", ["deploy"]) as shell:
        shell.run(f"export AWS_ENDPOINT_URL=http://127.0.0.1:{port}")
        shell.run(f"{examples['serve']} >serve.log 2>&1 & server=$!")
        waited = "for i in $(seq 120); do grep -q Ready serve.log && break; sleep 0.5; done; cat serve.log"
        assert "Ready" in shell.run(waited)[1]
        assert shell.run(examples["advance"])[0] == 0
        assert shell.run(examples["faults"])[0] == 0
        assert shell.run("kill -INT $server; wait $server")[0] == 0
        assert shell.run("ls .local-aws")[1]
