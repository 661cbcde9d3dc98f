"""S3 prefixes as SageMaker jobs read them: which objects, and the path each one has below the prefix."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_aws.containers.container import ContainerError


@dataclass(frozen=True)
class S3Uri:
    """`s3://bucket/key`; the key may be a prefix or empty."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, text: str) -> S3Uri:
        """The URI's bucket and key.

        Raises:
            ContainerError: It does not start with s3:// and a bucket.
        """
        scheme, _, rest = text.partition("://")
        bucket, _, key = rest.partition("/")
        if scheme != "s3" or not bucket:
            raise ContainerError(f"ClientError: {text!r} is not an S3 URI, s3://bucket/key")
        return cls(bucket, key)

    def __truediv__(self, relative: str) -> S3Uri:
        return S3Uri(self.bucket, f"{self.key.rstrip('/')}/{relative}" if self.key else relative)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True)
class InputObject:
    """An object below a prefix.

    Attributes:
        uri: The object.
        path: Its path relative to the prefix; the file's name where the prefix is the object's whole key.
        size: Bytes.
    """

    uri: S3Uri
    path: str
    size: int


def objects_under(s3: Any, prefix: S3Uri) -> list[InputObject]:
    """The objects whose keys start with the prefix, in the order of their keys; folder markers are left out.

    Args:
        s3: A boto3 client of S3.
        prefix: Where the job's input lies.

    Raises:
        ContainerError: There is no bucket or no object.
    """
    found: list[InputObject] = []
    try:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=prefix.bucket, Prefix=prefix.key):
            for item in page.get("Contents", []):
                if not item["Key"].endswith("/"):
                    path = _relative(item["Key"], prefix.key)
                    found.append(InputObject(S3Uri(prefix.bucket, item["Key"]), path, item["Size"]))
    except s3.exceptions.NoSuchBucket:
        found = []
    if not found:
        raise ContainerError(
            f'ClientError: No S3 objects found under S3 URL "{prefix}" given in input data source. '
            "Please ensure that the bucket exists in the selected region, that objects exist under that "
            "S3 prefix, and that the role may list the bucket."
        )
    return found


def download(s3: Any, prefix: S3Uri, folder: Path) -> int:
    """The number of objects that are now files below the folder.

    Args:
        s3: A boto3 client of S3.
        prefix: Where the objects lie.
        folder: Made if it is not there.

    Raises:
        ContainerError: There is no object below the prefix, or one's key would leave the folder.
    """
    items = objects_under(s3, prefix)
    for item in items:
        target = folder / item.path
        if ".." in Path(item.path).parts:
            raise ContainerError(f"ClientError: the key of {item.uri} has '..' in it")
        target.parent.mkdir(parents=True, exist_ok=True)
        s3.download_file(item.uri.bucket, item.uri.key, str(target))
    return len(items)


def upload(s3: Any, folder: Path, prefix: S3Uri) -> int:
    """The number of files below the folder, each of which is now an object below the prefix."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        target = prefix / path.relative_to(folder).as_posix()
        s3.upload_file(str(path), target.bucket, target.key)
    return len(files)


def _relative(key: str, prefix: str) -> str:
    if prefix and not prefix.endswith("/") and key.startswith(prefix + "/"):
        return key[len(prefix) + 1 :]
    return key[prefix.rfind("/") + 1 :]
