"""`deploy.py cicd --local` where somebody sits: yes, no, Ctrl-C, Ctrl-D, on a pseudo-terminal."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.conftest import ROOT, TAXIS
from tests.end_to_end.terminal import Terminal

QUESTION = "Type yes to approve, anything else rejects: $"
PATIENCE_S = 600.0  # a release takes half a minute, more beside other tests


@pytest.fixture
def bash(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal in which a release, and after it another, has been asked for."""
    project = tmp_path / "taxis"
    shutil.copytree(TAXIS, project)
    shutil.copy(project / "stages" / "staging.json", project / "stages" / "prod.json")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TERM": "dumb", "LANG": "C.UTF-8"}
    with Terminal(tmp_path, environment, PATIENCE_S) as terminal:
        terminal.run("bind 'set enable-bracketed-paste off'")
        command = f"{sys.executable} {ROOT / 'deploy.py'} cicd --local --batch quiet --then approved"
        terminal.press(f"{command} --project {project} --cache {ROOT / '.cache'}; echo en''d:$?\n")
        yield terminal


@pytest.mark.slow
def test_yes_goes_to_production_and_ctrl_c_ends_the_next_release(bash: Terminal) -> None:
    assert "waits for approval: " in bash.await_text(QUESTION)
    bash.press("yes\n")
    shown = bash.await_text(QUESTION)
    first, _, second = shown.partition("Release 2: ")
    assert "BatchProd" in first
    assert "is approved" in second
    shown = bash.insist("\x03", r"end:\d+\s")
    # The terminal may write its ^C in front.
    assert "deploy.py: Interrupted in release 2; the local AWS has ended" in shown
    assert "Traceback" not in shown
    assert "end:2" in shown


@pytest.mark.slow
def test_no_and_the_end_of_input_reject_and_production_stays_as_it_is(bash: Terminal) -> None:
    bash.await_text(QUESTION)
    bash.press("no\n")
    shown = bash.await_text(QUESTION)
    assert "Release 2: " in shown
    assert "BatchProd" not in shown
    bash.press("\x04")
    shown = bash.await_text(r"end:\d+\s")
    assert "-batch-staging: " in shown
    assert "-batch-prod: " not in shown
    assert "deploy.py: The release of commit" in shown
    assert "Traceback" not in shown
    assert "end:1" in shown
