"""Objects in S3 as data files: listed, and streamed while they are read. Needs boto3, imported on use.

Credentials, region and endpoint are found as boto3 finds them (`AWS_ENDPOINT_URL` for the local AWS).
"""

from __future__ import annotations

import glob
import importlib
import io
import re
from collections.abc import Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from functools import partial
from itertools import takewhile
from typing import Any, BinaryIO, cast

from drift_engine.errors import DataError
from drift_engine.readers.partition import DataFile

SCHEME = "s3://"
# What is fetched at once when a reader jumps: Parquet's footers and column chunks.
_BUFFER = 1 << 20


def s3_files(uri: str) -> list[DataFile]:
    """The object of a URI, all objects below it as a folder, or those that match it as a glob, sorted by key.

    Left out below a folder are those that `paths` leaves out too: a part of the key that starts with a dot or
    an underscore, unless it has a `=`; and keys that end with a slash.

    Raises:
        DataError: the URI names no bucket or no object, S3 refuses, or boto3 is not installed.
    """
    bucket, _, key = uri.removeprefix(SCHEME).partition("/")
    if not bucket:
        raise DataError(f"{uri}: names no bucket; s3://bucket/key or s3://bucket/folder/ is expected")
    client, errors = _client(uri)
    prefix = key if key.endswith("/") or not key else f"{key}/"
    try:
        listed = _listed(client, bucket, re.split(r"[*?[]", key)[0])
    except errors as error:
        raise DataError(f"{uri}: can't be listed: {error}") from error
    base = prefix
    found = {name: each for name, each in listed.items() if name == key and not key.endswith("/")}
    if found:
        base = key[: key.rfind("/") + 1]
    found = found or {
        name: each
        for name, each in listed.items()
        if name.startswith(prefix) and not _left_out(name.removeprefix(prefix))
    }
    if not found and glob.has_magic(key):
        pattern = key.split("/")
        base = "".join(f"{part}/" for part in takewhile(lambda part: not glob.has_magic(part), pattern))
        found = {
            name: each
            for name, each in listed.items()
            if _matches(name.split("/"), pattern) and not _left_out_of_glob(name, pattern)
        }
    if not found:
        raise DataError(f"{uri}: no such object or folder (names that start with . or _ are left out)")
    return [
        DataFile(
            f"{SCHEME}{bucket}/{name}",
            partial(_open, client, errors, (bucket, name, size)),
            size,
            written,
            below=name.removeprefix(base),
        )
        for name, (size, written) in sorted(found.items())
    ]


def partition_of(uri: str) -> str:
    """AWS's partition that an S3 URI is read from, as in an ARN.

    Raises:
        DataError: S3 can't be asked, or boto3 is not installed.
    """
    return str(_client(uri)[0].meta.partition)


def _client(uri: str) -> tuple[Any, tuple[type[Exception], ...]]:
    """A client of S3, and what it and its streams raise."""
    try:
        boto3 = importlib.import_module("boto3")
    except ImportError as error:
        raise DataError(f"{uri}: reading S3 needs boto3: pip install 'drift-engine[s3]'") from error
    exceptions = importlib.import_module("botocore.exceptions")
    errors = (exceptions.BotoCoreError, exceptions.ClientError)
    try:
        return boto3.client("s3"), errors
    except errors as error:
        raise DataError(f"{uri}: S3 can't be asked: {error}") from error


def _listed(client: Any, bucket: str, prefix: str) -> dict[str, tuple[int, datetime]]:
    """Sizes and times by key of everything whose key starts so."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    found = (each for page in pages for each in page.get("Contents", ()))
    return {each["Key"]: (int(each["Size"]), each["LastModified"]) for each in found}


def _left_out(name: str) -> bool:
    parts = name.split("/")
    return not parts[-1] or any(part.startswith((".", "_")) and "=" not in part for part in parts)


def _matches(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether a key's parts match a glob's, of which `**` means any number and the others one each."""
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_matches(parts[skip:], pattern[1:]) for skip in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _matches(parts[1:], pattern[1:])


def _left_out_of_glob(name: str, pattern: Sequence[str]) -> bool:
    """Whether a part of a key is left out of folders and of the pattern too."""
    odd = [part for part in name.split("/") if _left_out(part)]
    return not name.rpartition("/")[2] or not all(
        any(_left_out(each) and fnmatchcase(part, each) for each in pattern) for part in odd
    )


def _open(client: Any, errors: tuple[type[Exception], ...], place: tuple[str, str, int]) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Object(client, errors, place), _BUFFER))


class _Object(io.RawIOBase):
    """An object's bytes: one request while they are read in order.

    What is read first after a jump is asked for alone, so that its connection can be used again.
    """

    def __init__(self, client: Any, errors: tuple[type[Exception], ...], place: tuple[str, str, int]) -> None:
        super().__init__()
        self._client, self._errors = client, errors
        self._bucket, self._key, self._size = place
        self._position = 0
        self._body: Any = None
        self._jumped = False

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """The place of the next byte."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; the next read asks anew from there."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if base + offset != self._position:
            self._drop()
            self._position = max(0, base + offset)
            self._jumped = True
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, wholly or in part; 0 at the end.

        Raises:
            OSError: S3 refuses, or the connection breaks off.
        """
        view = memoryview(buffer).cast("B")
        if self._position >= self._size or not len(view):
            return 0
        try:
            if self._body is None:
                end = self._position + len(view) - 1 if self._jumped else ""
                asked = f"bytes={self._position}-{end}"
                self._body = self._client.get_object(Bucket=self._bucket, Key=self._key, Range=asked)["Body"]
            read = self._body.read(len(view))
            if self._jumped:
                self._drop()
                self._jumped = False
        except self._errors as error:
            raise OSError(str(error)) from error
        if not read:
            raise OSError(f"S3 ended at byte {self._position} of {self._size}")
        view[: len(read)] = read
        self._position += len(read)
        return len(read)

    def close(self) -> None:
        """Give the connection back."""
        self._drop()
        super().close()

    def _drop(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None
