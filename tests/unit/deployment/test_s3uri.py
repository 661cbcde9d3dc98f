from __future__ import annotations

import pytest

from deployment.s3uri import S3Uri


@pytest.mark.parametrize("text", ["s3://bucket/a/b.csv", "s3://bucket", "s3://my.bucket-1/"])
def test_an_address_reads_back_as_it_was_written(text: str) -> None:
    assert str(S3Uri.parse(text)) == text.rstrip("/")


@pytest.mark.parametrize(
    "text", ["bucket/key", "s3:/bucket/key", "s3://B/key", "https://bucket/key", "s3://"]
)
def test_what_is_no_s3_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no S3 address"):
        S3Uri.parse(text)


def test_parts_are_joined_with_one_slash() -> None:
    assert str(S3Uri.parse("s3://bucket/a/") / "b") == "s3://bucket/a/b"
    assert str(S3Uri("bucket", "") / "b") == "s3://bucket/b"


def test_the_name_is_the_keys_last_part() -> None:
    assert S3Uri.parse("s3://bucket/a/b.json").name == "b.json"
