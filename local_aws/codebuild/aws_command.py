"""`aws s3 cp FOLDER s3://BUCKET/PREFIX --recursive` and `aws s3 sync FOLDER s3://BUCKET/PREFIX`, no more.

Runs in a build whose machine has no AWS command line, which CodeBuild's images do have. A program of its
own: it imports nothing of the local AWS.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

_NOT_DONE = 252  # the command line's code of a command that it does not know


def main(arguments: list[str]) -> int:
    """The exit code; what was uploaded is printed as the real command does."""
    parser = argparse.ArgumentParser(
        prog="aws", description=__doc__, epilog="For all else: python -m pip install awscli"
    )
    parser.add_argument("service", choices=["s3"])
    parser.add_argument("command", choices=["cp", "sync"])
    parser.add_argument("source", type=Path)
    parser.add_argument("target")
    for flag in ("--recursive", "--size-only", "--no-progress", "--only-show-errors", "--quiet"):
        parser.add_argument(flag, action="store_true")
    try:
        asked = parser.parse_args(arguments)
    except SystemExit as ended:
        return _NOT_DONE if ended.code else 0
    bucket, _, prefix = asked.target.removeprefix("s3://").partition("/")
    if not asked.target.startswith("s3://") or not asked.source.is_dir():
        sys.stderr.write(f"aws: {asked.source} must be a folder and {asked.target} an s3:// address\n")
        return _NOT_DONE
    if asked.command == "cp" and not asked.recursive:
        sys.stderr.write("aws: s3 cp is stood in for with --recursive only\n")
        return _NOT_DONE
    s3 = boto3.client("s3")
    try:
        there = _sizes(s3, bucket, prefix) if asked.command == "sync" else {}
        for file in sorted(path for path in asked.source.rglob("*") if path.is_file()):
            name = file.relative_to(asked.source).as_posix()
            key = f"{prefix.rstrip('/')}/{name}" if prefix.strip("/") else name
            if there.get(key) == file.stat().st_size:
                continue
            s3.upload_file(str(file), bucket, key)
            if not (asked.quiet or asked.only_show_errors):
                sys.stdout.write(f"upload: {file} to s3://{bucket}/{key}\n")
    except (ClientError, BotoCoreError, boto3.exceptions.S3UploadFailedError) as error:
        sys.stderr.write(f"fatal error: {error}\n")
        return 1
    return 0


def _sizes(s3: Any, bucket: str, prefix: str) -> dict[str, int]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return {entry["Key"]: entry["Size"] for page in pages for entry in page.get("Contents", [])}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
