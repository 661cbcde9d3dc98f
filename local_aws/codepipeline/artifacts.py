"""Artifacts: zip files in the pipeline's artifact bucket."""

from __future__ import annotations

import io
import secrets
import zipfile
from typing import Any

from local_aws.codepipeline.store import Declaration, Location


def new_location(pipeline: Declaration, artifact: str) -> Location:
    """Where a new artifact goes: below the first 20 characters of the pipeline's name, as in the service."""
    key = f"{pipeline['name'][:20]}/{artifact[:10]}/{secrets.token_hex(4)}"
    return Location(pipeline["artifactStore"]["location"], key)


def put(s3: Any, pipeline: Declaration, location: Location, body: bytes) -> None:
    """The artifact is in S3, encrypted with the pipeline's key where it has one."""
    key = pipeline["artifactStore"].get("encryptionKey")
    encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key["id"]} if key else {}
    s3.put_object(Bucket=location.bucket, Key=location.key, Body=body, **encryption)


def get(s3: Any, location: Location) -> bytes:
    """The artifact's bytes."""
    return bytes(s3.get_object(Bucket=location.bucket, Key=location.key)["Body"].read())


def member(body: bytes, path: str) -> str | None:
    """A file of an artifact as text, or None where it has none of that name."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return archive.read(path).decode() if path in archive.namelist() else None
