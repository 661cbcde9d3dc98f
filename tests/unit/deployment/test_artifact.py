from __future__ import annotations

import io
from typing import Any

from deployment.observe.artifact import READ_THROUGH_BYTES, check_artifact
from deployment.s3uri import S3Uri
from tests.unit.deployment import fakes
from tests.unit.deployment.test_observe import archive


class S3:
    """A bucket with one object, which says that it is larger than it is."""

    def __init__(self, body: bytes, size: int) -> None:
        self.body, self._size = io.BytesIO(body), size

    def get_object(self, **_: str) -> dict[str, Any]:
        return {"Body": self.body, "ContentLength": self._size}


def test_of_a_large_artifact_only_the_beginning_is_read() -> None:
    noise = b"".join(archive(f"{number}") for number in range(200))
    s3 = S3(archive("xgboost-model") + noise, READ_THROUGH_BYTES + 1)
    check_artifact(S3Uri("artifacts", "m.tar.gz"), fakes.aws(s3=s3))
    assert s3.body.closed
