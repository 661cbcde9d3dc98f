"""A deploy that dies after any of its AWS calls: the next one reaches the same end as an undisturbed one."""

from __future__ import annotations

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
    """A command that may die, and the commands before it that do not."""

    command: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()


ACTS = {"apply": Act(("apply", "--yes"))}
"""A row more for each other verb that is safe to repeat."""


class Accounts:
    """Accounts that all begin alike: with the taxis project, and what an act needs before it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch
        self._copies = 0
        self._foundation = Foundation("", "")

    def prepare(self, act: Act) -> None:
        """What every account begins with is saved."""
        with local_aws.running(options=Options(state=self._folder / "begin")) as aws:
            template = ROOT / "cfn" / "foundation.yaml"
            self._foundation = aws.deploy_foundation(template, "taxis")
            local_aws.set_up_project(aws, TAXIS, self._foundation, ROOT / ".cache", lambda _: None)
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
        """The command line's exit code."""
        place = ["--out", str(self._folder / "out"), "--cache", str(ROOT / ".cache")]
        argv = [*command, "--stage", "staging", "--project", str(TAXIS), *place]
        return deploy.main(argv, dict(os.environ))

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
            code = accounts.run(act.command)
            if code != 0 or accounts.state(aws) != wanted:
                differing.append(f"{point} ({name}): exit code {code}: {capsys.readouterr().err.strip()}")
    with capsys.disabled():
        points, others = len(undisturbed.made), len(differing)
        sys.stdout.write(f"\n{verb}: {points} crash points, {others} with another end\n")
    assert differing == []
