"""`python -m drift_engine`: what its start leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_AFTER = """
import gc, os, sys
import drift_engine.__main__ as program
sys.argv[1:] = ["--version"]
try:
    program.main()
except SystemExit as end:
    assert end.code == 0
print(os.environ.get("OPENBLAS_NUM_THREADS"), gc.isenabled(), gc.get_freeze_count() > 0)
"""


@pytest.mark.parametrize(("given", "left"), [(None, "None"), ("3", "3")])
def test_variables_and_collection_are_as_they_were(given: str | None, left: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    if given is not None:
        environment["OPENBLAS_NUM_THREADS"] = given
    ran = subprocess.run(
        [sys.executable, "-c", _AFTER], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1].split() == [left, "True", "True"]
