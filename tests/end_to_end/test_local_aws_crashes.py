"""A command that dies after any of its AWS calls: the next one reaches the same end as an undisturbed one."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import deploy
import local_aws
from local_aws import Foundation, LocalAws, Options
from tests.end_to_end.conftest import ROOT, STACK, TAXIS
from tests.end_to_end.crashes import Calls, died, end_state


@dataclass(frozen=True)
class Act:
    """A command that may die, and what has happened before it.

    Attributes:
        command: It.
        before: The commands before it, which do not die.
        done_already: What it says, with exit code 2, where its end has been reached before.
    """

    command: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    done_already: str = ""


APPLY, LATER = ("apply", "--yes"), ("apply", "--yes", "--project", "later")
RUN = ("start", "--wait", "--batch", "quiet")
ACTS = {
    "apply": Act(APPLY),
    "rollback": Act(("rollback", "--yes"), before=(APPLY, LATER), done_already="no earlier release"),
    "destroy": Act(("destroy", "--yes", STACK), before=(APPLY, RUN)),
}
"""The verbs that are safe to repeat."""


class Accounts:
    """Accounts that all begin alike: with the taxis project, and what an act needs before it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch
        self._copies = 0
        self._foundation = Foundation("", "")
        self._batches: dict[str, str] = {}

    def prepare(self, act: Act) -> None:
        """What every account begins with is saved."""
        with local_aws.running(options=Options(state=self._folder / "begin")) as aws:
            template = ROOT / "cfn" / "foundation.yaml"
            self._foundation = aws.deploy_foundation(template, "taxis")
            self._batches = local_aws.set_up_project(
                aws, TAXIS, self._foundation, ROOT / ".cache", lambda _: None
            )
            self._make_later()
            self._enter(aws)
            for command in act.before:
                assert self.run(command) == 0

    @contextmanager
    def fresh(self) -> Iterator[LocalAws]:
        """Such an account."""
        self._copies += 1
        copy = self._folder / f"copy-{self._copies}"
        shutil.copytree(self._folder / "begin", copy, copy_function=os.link)
        with local_aws.running(options=Options(state=copy)) as aws:
            self._enter(aws)
            yield aws
        shutil.rmtree(copy)

    def run(self, command: tuple[str, ...]) -> int:
        """The command line's exit code; `later` and the batches' names in it are replaced."""
        place = ["--out", str(self._folder / "out"), "--cache", str(ROOT / ".cache")]
        named = {**self._batches, "later": str(self._folder / "later")}
        project = [] if "--project" in command else ["--project", str(TAXIS)]
        words = [named.get(word, word) for word in command]
        return deploy.main([*words, "--stage", "staging", *project, *place], dict(os.environ))

    def _make_later(self) -> None:
        """The project as it is in the second release."""
        stages = self._folder / "later" / "stages"
        shutil.copytree(TAXIS / "stages", stages)
        settings = json.loads((stages / "staging.json").read_text(encoding="utf-8"))
        settings["drift"]["max_drifted_features"] = 2
        (stages / "staging.json").write_text(json.dumps(settings), encoding="utf-8")

    def state(self, aws: LocalAws) -> dict[str, object]:
        """What has become of the account."""
        return end_state(aws, self._foundation.bucket, STACK)

    def _enter(self, aws: LocalAws) -> None:
        variables = {
            "ARTIFACT_BUCKET": self._foundation.bucket,
            "SAGEMAKER_PIPELINE_ROLE_ARN": self._foundation.role_arn,
        }
        for name, value in {**aws.environment, **variables}.items():
            self._monkeypatch.setenv(name, value)


@pytest.mark.slow
@pytest.mark.parametrize("verb", ACTS)
def test_after_a_crash_at_any_call_the_same_command_reaches_the_same_end(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    act, accounts = ACTS[verb], Accounts(tmp_path, monkeypatch)
    accounts.prepare(act)
    with accounts.fresh() as aws:
        undisturbed = Calls()
        assert not died(lambda: accounts.run(act.command), undisturbed, monkeypatch)
        wanted = accounts.state(aws)
    differing: list[str] = []
    for point, name in enumerate(undisturbed.made, start=1):
        with accounts.fresh() as aws:
            assert died(lambda: accounts.run(act.command), Calls(point), monkeypatch), f"{point}: {name}"
            capsys.readouterr()
            code, said = accounts.run(act.command), capsys.readouterr().err.strip()
            fine = code == 0 or (code == 2 and act.done_already and act.done_already in said)
            if not fine or accounts.state(aws) != wanted:
                differing.append(f"{point} ({name}): exit code {code}: {said}")
    with capsys.disabled():
        points, others = len(undisturbed.made), len(differing)
        sys.stdout.write(f"\n{verb}: {points} crash points, {others} with another end\n")
    assert differing == []
