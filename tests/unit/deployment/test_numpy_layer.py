from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from deployment.errors import PackageError
from deployment.release.numpy_layer import NUMPY, Wheel, layer_package
from deployment.release.packages import zipped

WHEEL_BODY = zipped(
    {
        "numpy/__init__.py": b"",
        "numpy/core.so": b"machine code",
        "numpy/__init__.pyi": b"types",
        "numpy/lib/tests/test_lib.py": b"tests",
        "numpy/include/x.h": b"c",
        "numpy-1.dist-info/METADATA": b"",
    }
)
WHEEL = Wheel(
    "numpy", "1", "numpy-1.whl", hashlib.sha256(WHEEL_BODY).hexdigest(), "3.13", "manylinux_2_28_x86_64"
)


def with_wheel(folder: Path, body: bytes = WHEEL_BODY) -> Path:
    (folder / "wheels").mkdir()
    (folder / "wheels" / WHEEL.file).write_bytes(body)
    return folder


def test_the_layer_has_the_package_below_python_without_tests_stubs_and_headers(tmp_path: Path) -> None:
    layer = layer_package(with_wheel(tmp_path), WHEEL)
    assert zipfile.ZipFile(io.BytesIO(layer.body)).namelist() == [
        "python/numpy-1.dist-info/METADATA",
        "python/numpy/__init__.py",
        "python/numpy/core.so",
    ]


def test_the_finished_layer_is_kept_and_needs_no_wheel_the_next_time(tmp_path: Path) -> None:
    first = layer_package(with_wheel(tmp_path), WHEEL)
    (tmp_path / "wheels" / WHEEL.file).unlink()
    assert layer_package(tmp_path, WHEEL) == first


def test_another_wheel_is_another_key(tmp_path: Path) -> None:
    first = layer_package(with_wheel(tmp_path), WHEEL)
    other = zipped({"numpy/__init__.py": b"2"})
    (tmp_path / "wheels" / WHEEL.file).write_bytes(other)
    second = layer_package(tmp_path, replace(WHEEL, sha256=hashlib.sha256(other).hexdigest()))
    assert first.digest != second.digest


def test_a_wheel_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"is not the pinned numpy 1: its checksum differs"):
        layer_package(with_wheel(tmp_path, b"another"), WHEEL)


def test_without_the_wheel_and_without_an_index_the_error_says_where_to_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(
        PackageError, match=r"needs numpy-1\.whl, which is not in .*wheels and can't be fetched"
    ):
        layer_package(tmp_path, WHEEL)


def test_the_pinned_wheel_is_of_the_lambdas_python_and_platform() -> None:
    assert "-cp313-cp313-" in NUMPY.file
    assert NUMPY.file.endswith(f".{NUMPY.platform}.whl")
    assert NUMPY.python == "3.13"
