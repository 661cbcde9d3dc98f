from __future__ import annotations

from collections.abc import Iterator

import pytest

from local_aws import LocalAws, running


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    with running() as started:
        yield started
