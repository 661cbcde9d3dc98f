from __future__ import annotations

from pathlib import Path

import pytest

from examples.flights import prepare


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the example's files, prepared once."""
    folder = tmp_path_factory.mktemp("flights")
    prepare.prepare(folder)
    return folder
