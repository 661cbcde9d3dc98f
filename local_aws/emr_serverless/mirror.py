"""Buckets as folders, for a Spark that has no S3: what a job names is brought, what it changed is taken back.

Hadoop's `ViewFileSystemOverloadScheme` (HDFS-15288, in every Hadoop since 3.3.1) lets `s3://bucket/` stand
for a folder of the disk, so the script sees the addresses that it would see in the service.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from local_aws.containers.container import ContainerError
from local_aws.containers.transfer import S3Uri

_VIEW = "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme"
_GLOB = re.compile(r"[*?\[{]")


class Mirror:
    """Folders that stand for the buckets of an account.

    Args:
        s3: A boto3 client of S3.
        root: Where the folders are made, one a bucket.
    """

    def __init__(self, s3: Any, root: Path) -> None:
        self._s3 = s3
        self._root = root
        self._buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
        self._brought: dict[tuple[str, str], tuple[int, int]] = {}
        for bucket in self._buckets:
            (root / bucket).mkdir(parents=True)

    @property
    def settings(self) -> dict[str, str]:
        """What Spark has to be told so that `s3://` and `s3a://` lead to the folders."""
        target = "fs.viewfs.overload.scheme.target.file.impl"
        # The raw one: no .crc files beside what is written.
        found = {f"spark.hadoop.{target}": "org.apache.hadoop.fs.RawLocalFileSystem"}
        found |= {f"spark.hadoop.fs.{scheme}.impl": _VIEW for scheme in ("s3", "s3a", "s3n")}
        for bucket in self._buckets:
            key = f"spark.hadoop.fs.viewfs.mounttable.{bucket}.linkFallback"
            found[key] = (self._root / bucket).as_uri()
        return found

    def bring(self, address: str) -> Path:
        """Where the address is on this machine, after all objects at and below it have come there.

        Args:
            address: `s3://bucket/key`; the key may have wildcards, or name what is not there yet.

        Raises:
            ContainerError: There is no such bucket, or a key that no file can have.
        """
        uri = S3Uri.parse("s3://" + address.partition("://")[2])
        if uri.bucket not in self._buckets:
            raise ContainerError(f"The specified bucket does not exist ({address}; Error Code: NoSuchBucket)")
        path = self._place(uri.bucket, uri.key.removesuffix("/"))
        start = _GLOB.split(uri.key, maxsplit=1)[0]
        whole = start == uri.key
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=uri.bucket, Prefix=start):
            for item in page.get("Contents", []):
                key = item["Key"]
                if not whole or key == start or key.startswith(start.rstrip("/") + "/") or not start:
                    self._download(uri.bucket, key)
        return path

    def _place(self, bucket: str, key: str) -> Path:
        """Where the key is on this machine: in its bucket's folder, whatever the key is."""
        if key and {"", ".", ".."} & set(key.split("/")):
            raise ContainerError(f"s3://{bucket}/{key}: no file can have this name here")
        return self._root / bucket / key

    def _download(self, bucket: str, key: str) -> None:
        if key.endswith("/") or (bucket, key) in self._brought:
            return
        path = self._place(bucket, key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._s3.download_file(bucket, key, str(path))
        except OSError as error:
            raise ContainerError(f"s3://{bucket}/{key}: can't be a file here: {error.strerror}") from error
        self._brought[bucket, key] = _stamp(path)

    def take_back(self) -> None:
        """What was written since is in S3, what was deleted is gone there.

        Raises:
            ContainerError: S3 refuses a change; those before it are there.
        """
        try:
            self._take_back()
        except (Boto3Error, BotoCoreError, ClientError, OSError) as error:
            raise ContainerError(f"What the job changed can't be taken back to S3: {error}") from error

    def _take_back(self) -> None:
        found: set[tuple[str, str]] = set()
        for bucket in self._buckets:
            for path in sorted((self._root / bucket).rglob("*")):
                if path.is_file():
                    key = path.relative_to(self._root / bucket).as_posix()
                    found.add((bucket, key))
                    if self._brought.get((bucket, key)) != _stamp(path):
                        self._s3.upload_file(str(path), bucket, key)
        for bucket, key in self._brought.keys() - found:
            self._s3.delete_object(Bucket=bucket, Key=key)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns
