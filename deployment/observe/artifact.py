"""Whether a model artifact is a whole `tar.gz` with files in it."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from typing import Any

from botocore.exceptions import ClientError

from deployment.aws import Aws, is_forbidden, is_missing
from deployment.errors import ObserveError
from deployment.s3uri import S3Uri

# A damaged end shows only when all of it is read. Up to here that takes seconds; larger ones have their
# beginning read, and it is the Transform job that finds a damaged end.
READ_THROUGH_BYTES = 64 * 1024 * 1024
_CHUNK = 1024 * 1024


def check_artifact(artifact: S3Uri, aws: Aws) -> None:
    """Passes an artifact that SageMaker can unpack.

    Raises:
        ObserveError: It is not there, not a gzip-compressed tar, cut off, or empty.
    """
    try:
        answer = aws.s3.get_object(Bucket=artifact.bucket, Key=artifact.key)
    except ClientError as error:
        if is_missing(error):
            raise ObserveError(
                f"The model artifact {artifact} is not there; register the model again, or set model.version."
            ) from error
        if is_forbidden(error):
            raise ObserveError(unreadable(artifact)) from error
        raise
    try:
        with answer["Body"] as body:
            members = _members(body, whole=answer["ContentLength"] <= READ_THROUGH_BYTES)
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise ObserveError(
            f"The model artifact {artifact} is damaged ({error}): it should be a tar.gz; upload it again."
        ) from error
    if not members:
        raise ObserveError(f"The model artifact {artifact} has no files in it.")


def unreadable(uri: S3Uri) -> str:
    """What to do about an object that may not be read."""
    return (
        f"{uri} may not be read with these credentials: they need s3:GetObject on it, and kms:Decrypt where "
        "a key encrypts it; where it is another account's, the policies of its bucket and key have to name "
        "this account (DeployAccounts of its foundation)."
    )


def _members(body: Any, *, whole: bool) -> int:
    """The number of files in the tar; of a large one, only whether there is a first one."""
    count = 0
    with gzip.GzipFile(fileobj=body) as unzipped, tarfile.open(fileobj=unzipped, mode="r|") as tar:
        for member in tar:
            count += member.isfile()
            if count and not whole:
                return count
        # tar stops at its end mark; gzip's own checksum comes after it.
        while unzipped.read(_CHUNK):
            continue
    return count
