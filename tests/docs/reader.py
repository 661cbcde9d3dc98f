"""A reader who does what a page says, in a copy of the repository, and finds where it comes out otherwise."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.docs.pages import Block, PageError, agrees, commands
from tests.docs.samples import SAMPLES
from tests.docs.shell import Shell

ROOT = Path(__file__).parents[2]
_FOLDERS = (
    "cfn",
    "deployment",
    "drift_engine",
    "examples",
    "local_aws",
    "pipeline_definition",
    "stages",
    "tests/unit/distances",
)
_FILES = ("deploy.py", "lambda_handler.py", "pyproject.toml", "requirements.txt", "tests/tables.py")
_LEFT_OUT = shutil.ignore_patterns("*.egg-info")


def follow(page: list[Block], folder: Path) -> int:
    """How many blocks were run; all of them came out as the page shows.

    Args:
        page: its blocks, in order.
        folder: an empty one, which becomes the copy of the repository that the commands run in.

    Raises:
        PageError: with place, command and what it printed, where it came out otherwise.
    """
    ran = 0
    needed = {name for block in page if not block.skipped for name in block.marks.get("needs", "").split()}
    with terminal(folder, needed) as shell:
        printed = ""
        for block in page:
            if block.skipped is None and block.kind != "shown":
                printed = _do(block, folder, shell, printed)
                ran += 1
    return ran


@contextmanager
def terminal(folder: Path, needed: Iterable[str]) -> Iterator[Shell]:
    """A shell in a folder that becomes a copy of the repository with these samples in it.

    Raises:
        PageError: a sample of this name does not exist.
    """
    _copy_repository(folder)
    environment = _environment(folder)
    with ExitStack() as stack:
        for name in sorted(needed):
            if name not in SAMPLES:
                raise PageError(f"no sample is called {name}; there are {', '.join(SAMPLES)}")
            environment.update(stack.enter_context(SAMPLES[name](folder)))
        yield stack.enter_context(Shell(folder, environment))


def _do(block: Block, folder: Path, shell: Shell, before: str) -> str:
    """What the block printed."""
    match block.kind:
        case "file":
            target = folder / block.marks["file"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
            return ""
        case "output":
            if not agrees(block.text, before):
                raise PageError(f"{block.place}: the block before printed\n{before}")
            return before
        case "patch":
            (folder / ".page.diff").write_text(block.text, encoding="utf-8")
            return _run(shell, "git apply --recount .page.diff", block, (0, None))
        case "python":
            (folder / ".page.py").write_text(block.text, encoding="utf-8")
            return _run(shell, "python .page.py", block, (block.codes(1)[0], None))
        case _:
            listed = list(commands(block))
            for command, code in zip(listed, block.codes(len(listed)), strict=True):
                before = _run(shell, command.text, block, (code, command.output))
            return before


def _run(shell: Shell, command: str, block: Block, expected: tuple[int, str | None]) -> str:
    code, printed = shell.run(command)
    wanted, shown = expected
    if code != wanted:
        raise PageError(
            f"{block.place}: $ {command}\nended with {code}, not {wanted}, and printed\n{printed}"
        )
    if shown is not None and not agrees(shown, printed):
        raise PageError(f"{block.place}: $ {command}\nprinted\n{printed}\nwhere the page shows\n{shown}")
    return printed


def _copy_repository(folder: Path) -> None:
    for name in _FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=_LEFT_OUT)
    for name in _FILES:
        shutil.copy(ROOT / name, folder / name)


def _environment(folder: Path) -> dict[str, str]:
    """PATH with this Python and `drift-engine` first, as after an installation; no AWS account."""
    programs = folder / ".bin"
    programs.mkdir()
    for name, call in (("python", ""), ("python3", ""), ("drift-engine", "-m drift_engine")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {call} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    kept: Mapping[str, str] = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAGEMAKER_"))
    }
    return {
        **kept,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "GIT_CEILING_DIRECTORIES": str(folder.parent),
        "NO_COLOR": "1",
        "COLUMNS": "400",
    }
