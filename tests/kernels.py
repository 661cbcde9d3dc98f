"""The compiled kernel for tests; where nothing can compile it, the test is skipped."""

from __future__ import annotations

import ctypes as ct
import os
import tempfile
from functools import lru_cache
from pathlib import Path

import pytest

from drift_engine.native.binding import Kernel
from drift_engine.native.compiler import compiled, compiler, source
from drift_engine.native.library import Library
from drift_engine.readers import Partition, ReadOptions, partitions
from drift_engine.states import DatasetState

LARGE = 1 << 30


@lru_cache(maxsize=1)
def _compiled() -> Kernel | None:
    with tempfile.TemporaryDirectory() as cache:
        return Library({"PATH": os.environ.get("PATH", ""), "XDG_CACHE_HOME": cache}).kernel(LARGE)


def kernel() -> Kernel:
    found = _compiled()
    if found is None:
        pytest.skip("no C compiler here that makes a kernel")
    return found


def compile_with(folder: Path, code: str) -> ct.CDLL:
    """The kernel with more C behind it, which can reach into it."""
    command = compiler({"PATH": os.environ.get("PATH", "")})
    if not command:
        pytest.skip("no C compiler here")
    files = {**source()}
    files["engine.c"] += code.encode()
    made = compiled(files, command, folder)
    assert made is not None
    return ct.CDLL(str(made))


def partition_of(path: Path, options: ReadOptions | None = None) -> Partition:
    return next(partitions(path, options or ReadOptions()))


def numpy_state(partition: Partition) -> DatasetState:
    state = DatasetState()
    for batch in partition.batches():
        state.add(batch)
    return state


def no_progress(rows: int) -> None:
    del rows
