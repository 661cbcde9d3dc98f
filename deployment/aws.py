"""The AWS that a deploy talks to: one client a service, from the session that `deploy.py` made."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    TokenRetrievalError,
)

# "standard" retries throttling and broken connections, with jitter; AWS SDKs reference guide, "Retry
# behavior".
_CLIENT_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 6})


class Aws:
    """The clients of one deploy."""

    def __init__(self, session: boto3.Session) -> None:
        """Takes the session; nothing is called yet."""
        self._session = session

    @property
    def region(self) -> str:
        """The region of the session."""
        return str(self._session.region_name)

    @property
    def partition(self) -> str:
        """The partition of the region, such as `aws` or `aws-cn`."""
        return self._session.get_partition_for_region(self.region)

    @cached_property
    def sts(self) -> Any:
        """Who calls."""
        return self._client("sts")

    @cached_property
    def s3(self) -> Any:
        """The artifact bucket."""
        return self._client("s3")

    @cached_property
    def sagemaker(self) -> Any:
        """Model registry, pipelines, jobs."""
        return self._client("sagemaker")

    @cached_property
    def cloudformation(self) -> Any:
        """The stack."""
        return self._client("cloudformation")

    @cached_property
    def cloudwatch(self) -> Any:
        """Metrics and alarms."""
        return self._client("cloudwatch")

    def _client(self, service: str) -> Any:
        return self._session.client(service, config=_CLIENT_CONFIG)  # type: ignore[call-overload]


def code_of(error: ClientError) -> str:
    """AWS's code of the error, such as `AccessDenied`."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_missing(error: ClientError) -> bool:
    """Whether the error says that an S3 object or bucket is not there."""
    return code_of(error) in {"404", "NoSuchKey", "NoSuchBucket", "NotFound"}


_LOG_IN = "log in again (aws sso login, or new keys), then repeat the command"
_ADVICE = {
    "ExpiredToken": f"the AWS credentials have expired; {_LOG_IN}",
    "ExpiredTokenException": f"the AWS credentials have expired; {_LOG_IN}",
    "RequestExpired": f"the AWS credentials have expired, or this machine's clock is wrong; {_LOG_IN}",
    "InvalidClientTokenId": f"AWS doesn't know these credentials; {_LOG_IN}",
    "UnrecognizedClientException": f"AWS doesn't know these credentials; {_LOG_IN}",
    "InvalidAccessKeyId": f"AWS doesn't know these credentials; {_LOG_IN}",
    "SignatureDoesNotMatch": f"AWS doesn't accept these credentials' secret key; {_LOG_IN}",
    "AuthFailure": f"AWS doesn't accept these credentials; {_LOG_IN}",
}


def message_of(error: ClientError | BotoCoreError) -> str:
    """What an error of boto3 comes to, in one line, with what to do next where that is known."""
    match error:
        case NoCredentialsError() | PartialCredentialsError() | ProfileNotFound() | TokenRetrievalError():
            return f"There are no usable AWS credentials ({_one_line(error)}): {_LOG_IN}."
        case EndpointConnectionError():
            return f"AWS can't be reached ({_one_line(error)}): check the region and the network."
        case ClientError():
            operation = getattr(error, "operation_name", "a call")
            advice = _ADVICE.get(code_of(error))
            if advice is not None:
                return f"{operation}: {advice} ({code_of(error)})."
            said = error.response.get("Error", {}).get("Message", error)
            return f"AWS refused {operation}: {_one_line(said)} ({code_of(error)})."
        case _:
            return f"{type(error).__name__}: {_one_line(error)}"


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
