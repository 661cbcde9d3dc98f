"""A buildspec as one shell script, and what became of its phases.

All commands run in one shell, so a `cd` or an `export` holds for those after it. The script writes to its
control folder: `phases`, a line when a phase begins and one when it has ended, and each exported variable to
a file of its name.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from local_aws.codebuild.buildspec import Buildspec, BuildspecError, Phase

_START = """\
_cb_note() { printf '%s %s\\n' "$(date +%s.%N)" "$*" >> "$_cb_control/phases"; }
_cb_failed() {
  [ "$_cb_state" = FAILED ] || _cb_note failed "$1" "$(printf %s "$2" | head -n 1)"
  _cb_state=FAILED
  echo "[Container] Command did not exit successfully: $2 exit status $1"
}
export CODEBUILD_BUILD_SUCCEEDING=1
"""
_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Ran:
    """What became of a phase.

    Attributes:
        name: Such as `build`.
        started: When it began, UTC.
        ended: When it ended; None where the shell ended in it.
        reason: The command that failed, with its exit status; empty where none did.
    """

    name: str
    started: datetime
    ended: datetime | None
    reason: str


def script(spec: Buildspec, control: Path) -> str:
    """The script's text.

    Args:
        spec: What it does.
        control: The folder that it writes to, which is there.

    Raises:
        BuildspecError: An exported variable's name is none.
    """
    for name in spec.exported:
        if not _NAME.fullmatch(name):
            raise BuildspecError(f"env/exported-variables: {name} is no name of a variable")
    writes = [f'printf %s "${{{name}-}}" > "$_cb_control/exported/{name}"' for name in spec.exported]
    lines = [
        f"_cb_control={shlex.quote(str(control))}",
        _START + f"trap {shlex.quote('; '.join(writes) or ':')} EXIT",
        *(line for phase in spec.phases for line in _phase_lines(phase)),
    ]
    return "\n".join(lines) + "\n"


def _phase_lines(phase: Phase) -> list[str]:
    name = phase.name.upper()
    lines = [
        f'echo "[Container] Entering phase {name}"',
        f"_cb_state=SUCCEEDED; _cb_note begin {phase.name}",
        *(f'if [ "$_cb_state" = SUCCEEDED ]; then {_command(text)}; fi' for text in phase.commands),
        *(_command(text) for text in phase.at_last),
        f"_cb_note end {phase.name}",
        f'echo "[Container] Phase complete: {name} State: $_cb_state"',
    ]
    ends = "exit 1" if phase.aborts else "export CODEBUILD_BUILD_SUCCEEDING=0"
    return [*lines, f'if [ "$_cb_state" = FAILED ]; then {ends}; fi']


def _command(text: str) -> str:
    quoted = shlex.quote(text)
    return f'echo "[Container] Running command" {quoted}; eval {quoted} || _cb_failed $? {quoted}'


def ran(control: Path) -> list[Ran]:
    """The phases that have begun, in order.

    Args:
        control: The folder that the script wrote to.
    """
    noted = control / "phases"
    found: list[Ran] = []
    for line in noted.read_text(encoding="utf-8").splitlines() if noted.is_file() else ():
        moment, _, said = line.partition(" ")
        what, _, rest = said.partition(" ")
        if what in ("begin", "end", "failed"):
            found = _noted(found, what, rest, datetime.fromtimestamp(float(moment), UTC))
    return found


def _noted(found: list[Ran], what: str, rest: str, moment: datetime) -> list[Ran]:
    if what == "begin":
        return [*found, Ran(rest, moment, None, "")]
    last = found[-1]
    if what == "end":
        return [*found[:-1], Ran(last.name, last.started, moment, last.reason)]
    code, _, command = rest.partition(" ")
    reason = f"Error while executing command: {command}. Reason: exit status {code}"
    return [*found[:-1], Ran(last.name, last.started, last.ended, reason)]


def exported(spec: Buildspec, control: Path) -> list[dict[str, str]]:
    """The exported variables and their values, as the API has them; empty text where one was never set."""
    files = {name: control / "exported" / name for name in spec.exported}
    return [
        {"name": name, "value": file.read_text(encoding="utf-8") if file.is_file() else ""}
        for name, file in files.items()
    ]
