"""What stands in for a build's image: this machine's programs and a Python environment of the build's own.

The environment sees the packages of this interpreter, so a `pip install` of what is here already needs no
network; what it installs goes to the environment and is gone with the build.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import sysconfig
import venv
from collections.abc import Mapping
from pathlib import Path

from local_aws.codebuild import aws_command
from local_aws.subprocesses import search_path


def prepare(folder: Path, notes: list[str]) -> dict[str, str]:
    """The variables that every build has: PATH, HOME and the like.

    Args:
        folder: The build's own, where the environment is made.
        notes: Gets a line about what is not as in the image.
    """
    python = folder / "python"
    # Without pip: the one of this interpreter does, and copying it takes seconds.
    venv.EnvBuilder(symlinks=True, with_pip=False).create(python)
    paths = sysconfig.get_paths(vars={"base": str(python), "platbase": str(python)})
    here = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    lines = [f"import site; site.addsitedir({path!r})" for path in sorted(here)]
    (Path(paths["purelib"]) / "this_interpreter.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
    programs = python / "bin"
    _program(programs / "pip", f"{shlex.quote(str(programs / 'python'))} -m pip")
    path = os.pathsep.join([str(programs), search_path()])
    if shutil.which("aws", path=path) is None:
        _program(
            programs / "aws",
            f"{shlex.quote(str(programs / 'python'))} -I {shlex.quote(aws_command.__file__)}",
        )
        notes.append("local AWS: this machine has no aws command; its s3 cp and s3 sync are stood in for")
    home, temporary = folder / "home", folder / "tmp"
    for made in (home, temporary):
        made.mkdir()
    return {"PATH": path, "HOME": str(home), "TMPDIR": str(temporary), "LANG": "C.UTF-8"}


def _program(path: Path, command: str) -> None:
    path.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def runtime_notes(runtimes: Mapping[str, str]) -> list[str]:
    """A line about each runtime that was asked for and is another here."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    return [
        f"local AWS: {name} {version} is answered by "
        + (f"python {here}" if name == "python" else "this machine")
        for name, version in runtimes.items()
        if (name, version) != ("python", here)
    ]
