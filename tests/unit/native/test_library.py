"""Whether there is a kernel: found, compiled, switched off, required; never an error by itself."""

from __future__ import annotations

import logging
import os
import shutil
import stat
from pathlib import Path

import pytest

from drift_engine.errors import ArgumentError
from drift_engine.native.binding import VERSION, Kernel
from drift_engine.native.compiler import cache_folder, compiled, compiler, digest, source
from drift_engine.native.library import WORTH_COMPILING, Library
from tests.kernels import LARGE, kernel

SMALL = WORTH_COMPILING - 1


def environment(cache: Path, **more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(cache), **more}


@pytest.fixture
def _compiler() -> None:
    kernel()


@pytest.mark.usefixtures("_compiler")
def test_a_large_input_compiles_the_kernel_and_the_next_process_finds_it(tmp_path: Path) -> None:
    assert Library(environment(tmp_path)).kernel(LARGE) is not None
    (made,) = (tmp_path / "drift-engine").iterdir()
    assert made.name == f"{digest(source())}.so"
    assert Library({"XDG_CACHE_HOME": str(tmp_path)}).kernel(10) is not None


@pytest.mark.usefixtures("_compiler")
def test_a_small_input_is_not_worth_compiling_but_a_later_large_one_is(tmp_path: Path) -> None:
    library = Library(environment(tmp_path))
    assert library.kernel(SMALL) is None
    assert library.kernel(None) is None
    assert not list((tmp_path / "drift-engine").iterdir())
    assert library.kernel(WORTH_COMPILING) is not None
    assert library.kernel(1) is not None


def test_without_a_compiler_numpy_reads(tmp_path: Path) -> None:
    nothing = tmp_path / "bin"
    nothing.mkdir()
    assert Library({"PATH": str(nothing), "XDG_CACHE_HOME": str(tmp_path)}).kernel(LARGE) is None
    assert Library(environment(tmp_path, CC="no-such-compiler")).kernel(LARGE) is None


def test_a_compiler_that_fails_is_logged_and_asked_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = tmp_path / "asked"
    broken = tmp_path / "broken-cc"
    broken.write_text(f"#!/bin/sh\necho once >> {log}\necho out of order >&2\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    library = Library(environment(tmp_path, CC=str(broken)))
    with caplog.at_level(logging.INFO, logger="drift_engine.native"):
        assert library.kernel(LARGE) is None
        assert library.kernel(LARGE) is None
    assert log.read_text(encoding="utf-8") == "once\n"
    assert "out of order" in caplog.text


def test_off_means_off_even_where_a_kernel_is_there(tmp_path: Path) -> None:
    assert Library(environment(tmp_path, DRIFT_ENGINE_NATIVE="off")).kernel(LARGE) is None
    assert not (tmp_path / "drift-engine").exists()


def test_require_without_a_kernel_is_one_clear_error(tmp_path: Path) -> None:
    library = Library(environment(tmp_path, CC="no-such-compiler", DRIFT_ENGINE_NATIVE="require"))
    with pytest.raises(ArgumentError, match="C compiler"):
        library.kernel(1)


@pytest.mark.usefixtures("_compiler")
def test_require_compiles_for_the_smallest_input(tmp_path: Path) -> None:
    assert Library(environment(tmp_path, DRIFT_ENGINE_NATIVE="require")).kernel(1) is not None


def test_another_word_is_an_error_that_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="DRIFT_ENGINE_NATIVE: 'yes'"):
        Library(environment(tmp_path, DRIFT_ENGINE_NATIVE="yes")).kernel(1)


@pytest.mark.usefixtures("_compiler")
def test_a_damaged_library_in_the_cache_is_compiled_again(tmp_path: Path) -> None:
    folder = tmp_path / "drift-engine"
    folder.mkdir(mode=0o700)
    damaged = folder / f"{digest(source())}.so"
    damaged.write_bytes(b"no library")
    assert Library(environment(tmp_path)).kernel(SMALL) is None
    assert Library(environment(tmp_path)).kernel(LARGE) is not None
    assert damaged.stat().st_size > 1000


@pytest.mark.usefixtures("_compiler")
def test_a_library_of_another_version_is_refused(tmp_path: Path) -> None:
    files = {**source()}
    ours, another = (b"{ return %d; }" % number for number in (VERSION, VERSION + 1))
    assert ours in files["engine.c"]
    files["engine.c"] = files["engine.c"].replace(ours, another)
    made = compiled(files, compiler(os.environ), tmp_path)
    assert made is not None
    with pytest.raises(ValueError, match="another version"):
        Kernel(made)


@pytest.mark.usefixtures("_compiler")
def test_a_library_that_computes_other_numbers_is_not_trusted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "drift-engine"
    folder.mkdir(mode=0o700)
    files = {**source()}
    files["xxhash.h"] = files["xxhash.h"].replace(b"42ull", b"43ull")
    wrong = compiled(files, compiler(os.environ), folder)
    assert wrong is not None
    shutil.copy(wrong, folder / f"{digest(source())}.so")
    assert Library(environment(tmp_path)).kernel(SMALL) is None
    assert "other numbers" in caplog.text


def test_a_cache_open_to_others_is_not_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "drift-engine"
    folder.mkdir()
    folder.chmod(0o777)
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) is None
    assert "open to others" in caplog.text


def test_the_cache_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = cache_folder({"HOME": str(tmp_path)})
    assert folder == tmp_path / ".cache" / "drift-engine"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.usefixtures("_compiler")
def test_where_nothing_can_be_kept_the_kernel_serves_this_process(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    assert Library(environment(blocked)).kernel(LARGE) is not None


def test_the_package_carries_the_kernels_source() -> None:
    assert "engine.c" in source()
