"""The packages of code that a deploy uploads: the same sources give the same key.

A key holds the hash of the files' names and contents, not of the zip's bytes: two machines whose zlib
compresses differently agree on it.
"""

from __future__ import annotations

import ast
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from deployment.errors import PackageError

_ENGINE: Final = "drift_engine"
_LAMBDA: Final = "lambda_handler.py"
_MONITOR: Final = "pipeline_definition/steps/monitor.py"
_SPARK: Final = "pipeline_definition/steps/spark_job.py"
# Code, what the HTML report is made of, and the kernel that is compiled where there is a compiler.
_SOURCES: Final = frozenset({".py", ".css", ".js", ".c", ".h"})
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold
_READABLE_FILE: Final = 0o100644 << 16
_UNIX: Final = 3


@dataclass(frozen=True)
class Package:
    """A zip file, or a script, and the hash of what is in it."""

    digest: str
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Packages:
    """What is built on this machine.

    Attributes:
        function: The Lambda's code.
        monitor: The monitor step's code; the Spark job's `--py-files` too, since the whole engine is in it.
        layer: The numpy layer.
        spark: The Spark job's script.
    """

    function: Package
    monitor: Package
    layer: Package
    spark: Package


def function_package(root: Path) -> Package:
    """The Evaluate Drift Lambda: `lambda_handler.py` and the part of the engine that its imports reach."""
    files = {_LAMBDA: root / _LAMBDA, **reached(root, root / _LAMBDA)}
    return _package(_read(files))


def monitor_package(root: Path) -> Package:
    """The monitor step: a zip that Python runs, `monitor.py` as its `__main__.py` beside the whole engine."""
    kept = (path for path in (root / _ENGINE).rglob("*") if path.suffix in _SOURCES)
    engine = {path.relative_to(root).as_posix(): path for path in kept}
    return _package(_read({"__main__.py": root / _MONITOR, **engine}))


def spark_script(root: Path) -> Package:
    """The script of the Spark job, as it is: `spark-submit` takes no zip for it."""
    files = _read({_SPARK: root / _SPARK})
    return Package(digest_of(files), files[_SPARK])


def reached(root: Path, start: Path) -> dict[str, Path]:
    """The engine's modules that importing `start` can reach, by their name in the archive."""
    found: dict[str, Path] = {}
    known: set[str] = set()
    waiting = [start]
    while waiting:
        modules = _imports(waiting.pop()) - known
        known |= modules
        for module in sorted(modules):
            for name, file in _files(root, module):
                if name not in found:
                    found[name] = file
                    waiting.append(file)
    return found


def _imports(file: Path) -> frozenset[str]:
    try:
        return _imported(file.read_text(encoding="utf-8"))
    except (OSError, SyntaxError) as error:
        raise PackageError(f"{file} can't be packaged: {error}") from error


@lru_cache(maxsize=1024)
def _imported(source: str) -> frozenset[str]:
    """The modules that a source imports, wherever in it; kept, for a deploy asks more than once."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Import(names=names):
                found.update(alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                found.update((module, *(f"{module}.{alias.name}" for alias in names)))
        # Only statements hold statements: expressions, most of a tree, are not looked through.
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            inside = getattr(node, part, ())
            waiting += inside if isinstance(inside, list) else ()
    return frozenset(found)


def _files(root: Path, module: str) -> Iterator[tuple[str, Path]]:
    """The files that importing `module` runs: its own, and the `__init__.py` of every package above it."""
    parts = module.split(".")
    if parts[0] != _ENGINE:
        return
    for length in range(1, len(parts) + 1):
        stem = Path(*parts[:length])
        for file in (stem / "__init__.py", stem.with_suffix(".py")):
            if (root / file).is_file():
                yield file.as_posix(), root / file


def _read(files: Mapping[str, Path]) -> dict[str, bytes]:
    try:
        return {name: file.read_bytes() for name, file in files.items()}
    except OSError as error:
        raise PackageError(f"A source file can't be packaged: {error}") from error


def _package(files: Mapping[str, bytes]) -> Package:
    return Package(digest_of(files), zipped(files))


def digest_of(files: Mapping[str, bytes]) -> str:
    """The hash of names and contents, 16 hexadecimal digits, whatever the order."""
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name}\0{hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return whole.hexdigest()[:16]


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files, sorted by name, without their times and owners."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _READABLE_FILE
            entry.create_system = _UNIX
            archive.writestr(entry, files[name])
    return buffer.getvalue()
