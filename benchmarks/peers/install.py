"""An environment a tool, made once."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.peers.tools import Tool


def environment(tool: Tool, folder: Path) -> tuple[Path, str]:
    """The tool's interpreter below a folder, and why it can't be had ("" where it can)."""
    home = folder / tool.module
    python = home / "bin" / "python"
    stamp = home / f".installed-{_digest(tool)}"
    if stamp.exists() and python.exists():
        return python, ""
    base = next(_pythons(tool.python), None)
    if base is None:
        return python, f"there is no Python {tool.python} on this machine"
    print(f"installing {tool.name} into {home}", file=sys.stderr)
    pip = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    for command in ((base, "-m", "venv", "--clear", str(home)), (*pip, "-r", str(tool.requirements))):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            return python, f"can't be installed: {' '.join(said[-1:]) or done.returncode}"
    stamp.touch()
    return python, ""


def _digest(tool: Tool) -> str:
    return hashlib.sha256(tool.requirements.read_bytes()).hexdigest()[:12]


def _pythons(version: str) -> Iterator[str]:
    if sys.version.startswith(f"{version}."):
        yield sys.executable
    found = shutil.which(f"python{version}")
    kept = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    for candidate in (*([found] if found else []), *map(str, kept)):
        # pyenv's shims are there for versions that aren't.
        if not subprocess.run([candidate, "-c", "pass"], capture_output=True, check=False).returncode:
            yield candidate
