from __future__ import annotations

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
)

from deployment.aws import message_of
from tests.unit.deployment.fakes import refusal


def test_the_bucket_that_is_not_there_is_named() -> None:
    error = refusal("NoSuchBucket", "The bucket does not exist", "ListObjectsV2")
    error.response["Error"]["BucketName"] = "mine"  # type: ignore[typeddict-unknown-key]
    assert message_of(error) == (
        "AWS refused ListObjectsV2: The bucket does not exist (NoSuchBucket, bucket mine)."
    )


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            NoCredentialsError(),
            "There are no usable AWS credentials (Unable to locate credentials): log in again",
        ),
        (
            ProfileNotFound(profile="x"),
            "The config profile (x) could not be found: name one that `aws configure list-profiles` shows",
        ),
        (
            refusal("ExpiredToken", "The token\nhas expired", "Op"),
            "Op: the AWS credentials have expired; log in again",
        ),
        (refusal("InvalidClientTokenId", "no", "Op"), "Op: AWS doesn't know these credentials; log in again"),
        (
            refusal("AccessDenied", "User x is not\nauthorized", "ListModelPackages"),
            "AWS refused ListModelPackages: User x is not authorized (AccessDenied).",
        ),
        (
            EndpointConnectionError(endpoint_url="https://x"),
            "AWS can't be reached (Could not connect to the endpoint",
        ),
        (ReadTimeoutError(endpoint_url="https://x"), "ReadTimeoutError: Read timeout on endpoint URL"),
    ],
)
def test_an_error_of_boto3_becomes_one_line_that_says_what_to_do(
    error: ClientError | BotoCoreError, message: str
) -> None:
    found = message_of(error)
    assert found.startswith(message), found
    assert "\n" not in found
