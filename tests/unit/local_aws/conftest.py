from __future__ import annotations

from collections.abc import Iterator

import pytest

from local_aws import LocalAws, running


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    """One local AWS a test file; tests in it use names of their own."""
    with running() as started:
        yield started
