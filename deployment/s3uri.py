"""An S3 address as a value, so that nobody cuts and joins strings."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Bucket names: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_URI = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?", re.DOTALL)


@dataclass(frozen=True)
class S3Uri:
    """The bucket and key (or prefix) of an `s3://` address.

    >>> S3Uri.parse("s3://models/flights/model.tar.gz").key
    'flights/model.tar.gz'
    """

    bucket: str
    key: str

    @classmethod
    def parse(cls, text: str) -> S3Uri:
        """The address that `text` spells.

        Raises:
            ValueError: `text` is no `s3://bucket/key`.
        """
        match = _URI.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no S3 address of the form s3://bucket/key")
        return cls(match.group(1), match.group(2) or "")

    @property
    def name(self) -> str:
        """The key's last part: its file name."""
        return self.key.rstrip("/").rpartition("/")[2]

    def __truediv__(self, part: str) -> S3Uri:
        """The address of `part` below this one."""
        return S3Uri(self.bucket, f"{self.key.rstrip('/')}/{part}" if self.key else part)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}" if self.key else f"s3://{self.bucket}"
