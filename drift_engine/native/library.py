"""The kernel of this process: found, compiled or done without, decided once."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

from drift_engine.errors import ArgumentError
from drift_engine.native.binding import Kernel
from drift_engine.native.compiler import cache_folder, compiled, compiler, digest, source
from drift_engine.native.selftest import agrees

_log = logging.getLogger(__name__)

VARIABLE = "DRIFT_ENGINE_NATIVE"
# Compiling takes about a second, in which numpy reads so many bytes.
WORTH_COMPILING = 20_000_000


class Library:
    """Gives the kernel, or None; asks the compiler at most once."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._kernel: Kernel | None = None
        self._looked = self._compiled = False
        self._lock = threading.Lock()

    def kernel(self, size: int | None) -> Kernel | None:
        """The kernel for an input of so many bytes (None: who knows); None means that numpy is to be taken.

        Raises:
            ArgumentError: $DRIFT_ENGINE_NATIVE is none of on, off, require; or it is require, and there is
                no kernel.
        """
        wanted = self._environment.get(VARIABLE, "on") or "on"
        if wanted not in ("on", "off", "require"):
            raise ArgumentError(f"{VARIABLE}: {wanted!r} is none of on, off, require")
        if wanted == "off":
            return None
        worth = wanted == "require" or (size is not None and size >= WORTH_COMPILING)
        with self._lock:
            if self._kernel is None:
                self._look(worth)
        if self._kernel is None and wanted == "require":
            raise ArgumentError(
                f"{VARIABLE} is require, but the kernel can't be compiled or loaded here: it needs a C "
                "compiler ($CC, cc, gcc or clang) and a 64-bit little-endian machine; the log at level INFO "
                "says what is missing"
            )
        return self._kernel

    def _look(self, worth_compiling: bool) -> None:
        if (self._looked and not worth_compiling) or self._compiled:
            return
        self._looked = True
        if sys.byteorder != "little" or sys.platform == "win32":
            self._compiled = True
            return
        files = source()
        folder = cache_folder(self._environment) if files else None
        if folder is not None:
            self._kernel = _loaded(folder / f"{digest(files)}.so")
        if self._kernel is None and worth_compiling:
            self._compiled = True
            self._kernel = self._compile(files, folder)

    def _compile(self, files: Mapping[str, bytes], folder: Path | None) -> Kernel | None:
        command = compiler(self._environment)
        if not files or not command:
            _log.info("no %s: numpy it is", "C compiler" if files else "kernel in this package")
            return None
        if folder is not None:
            made = compiled(files, command, folder)
            return None if made is None else _loaded(made)
        with tempfile.TemporaryDirectory(prefix="drift-engine-") as place:
            # A loaded library needs its file no longer.
            made = compiled(files, command, Path(place))
            return None if made is None else _loaded(made)


def _loaded(library: Path) -> Kernel | None:
    if not library.is_file():
        return None
    try:
        kernel = Kernel(library)
    except (OSError, AttributeError, ValueError) as error:
        _log.info("%s can't be used: %s", library, error)
        return None
    if not agrees(kernel):
        _log.warning("%s computes other numbers than numpy does; numpy it is", library)
        return None
    return kernel


THIS_PROCESS = Library(os.environ)
