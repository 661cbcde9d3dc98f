from __future__ import annotations

import subprocess
import sys

import pytest

import drift_engine.states as subject


@pytest.mark.parametrize("name", subject.__all__)
def test_every_name_is_there_on_first_use(name: str) -> None:
    assert getattr(subject, name) is not None


def test_no_other_name_is() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        subject.Nothing  # noqa: B018


def test_reading_profiles_imports_no_state_that_counts() -> None:
    code = "import sys, drift_engine.monitor_files; print(*(n for n in sys.modules if 'states' in n))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"dataset", "column", "hashing"} & {name.rpartition(".")[2] for name in done.stdout.split()}
