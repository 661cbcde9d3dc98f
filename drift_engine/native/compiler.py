"""A compiled kernel out of its C source: found in the user's cache, or compiled into it."""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

_log = logging.getLogger(__name__)

# No contraction to fused multiply-add and nothing of -ffast-math: every rounding is numpy's.
FLAGS = ("-O3", "-std=gnu11", "-shared", "-fPIC", "-fvisibility=hidden", "-ffp-contract=off")
_COMPILERS = ("cc", "gcc", "clang")
_MOST_SECONDS = 120


def source() -> Mapping[str, bytes]:
    """The kernel's files by name; none where the package came without them (a zip of Python files alone)."""
    folder = resources.files("drift_engine.native").joinpath("kernel")
    if not folder.is_dir():
        return {}
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith((".c", ".h"))}


def digest(files: Mapping[str, bytes]) -> str:
    """What a compiled kernel is kept under: its source, how it is compiled and for what machine."""
    whole = hashlib.sha256(repr((FLAGS, sys.platform, platform.machine(), platform.libc_ver())).encode())
    for name in sorted(files):
        whole.update(f"\0{name}\0{len(files[name])}\0".encode() + files[name])
    return whole.hexdigest()[:32]


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """The folder of compiled kernels, ours alone (mode 0700); None where there can't be one.

    A library from a folder in which others may write would be their code in our process.
    """
    root = environment.get("XDG_CACHE_HOME") or str(Path(environment.get("HOME", "/")) / ".cache")
    folder = Path(root) / "drift-engine"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        _log.info("%s can't keep a compiled kernel: %s", folder, error)
        return None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        _log.warning("%s is open to others, so that no compiled kernel is kept there: chmod 700", folder)
        return None
    return folder


def compiler(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The command of a C compiler: $CC, or the first of cc, gcc and clang; empty for none."""
    wanted = environment.get("CC", "").split()
    if wanted:
        return tuple(wanted) if shutil.which(wanted[0], path=environment.get("PATH")) else ()
    found = (shutil.which(name, path=environment.get("PATH")) for name in _COMPILERS)
    return tuple(name for name in found if name)[:1]


def compiled(files: Mapping[str, bytes], command: tuple[str, ...], folder: Path) -> Path | None:
    """The library `<digest>.so` in a folder, made of these files; None where the compiler refuses.

    It appears there at once or not at all, so that processes that compile at the same time don't meet.
    """
    library = folder / f"{digest(files)}.so"
    with tempfile.TemporaryDirectory(prefix="drift-engine-") as place:
        for name, content in files.items():
            (Path(place) / name).write_bytes(content)
        made = Path(place) / library.name
        arguments = [*command, *FLAGS, str(Path(place) / "engine.c"), "-o", str(made)]
        try:
            ran = subprocess.run(arguments, capture_output=True, timeout=_MOST_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            _log.info("the C compiler %s did not run: %s", command[0], error)
            return None
        if ran.returncode or not made.is_file():
            said = ran.stderr.decode("utf-8", "replace").strip()
            _log.info("the C compiler %s failed (%d): %s", command[0], ran.returncode, said[-1000:])
            return None
        return _moved(made, library)


def _moved(made: Path, library: Path) -> Path | None:
    try:
        handle, beside = tempfile.mkstemp(dir=library.parent, suffix=".part")
        with os.fdopen(handle, "wb") as copy:
            copy.write(made.read_bytes())
        Path(beside).replace(library)
    except OSError as error:
        _log.info("%s can't be written: %s", library, error)
        return None
    return library
