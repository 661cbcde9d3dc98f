"""The AWS that a deploy talks to: one client a service, from the session that `deploy.py` made."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
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
        self.session = session

    @property
    def region(self) -> str:
        """The region of the session."""
        return str(self.session.region_name)

    @property
    def partition(self) -> str:
        """The partition of the region, such as `aws` or `aws-cn`."""
        return self.session.get_partition_for_region(self.region)

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

    @cached_property
    def logs(self) -> Any:
        """The logs of jobs and functions."""
        return self._client("logs")

    @cached_property
    def codepipeline(self) -> Any:
        """The release pipeline."""
        return self._client("codepipeline")

    @cached_property
    def iam(self) -> Any:
        """What roles may do."""
        return self._client("iam")

    @cached_property
    def emr_serverless(self) -> Any:
        """EMR Serverless."""
        return self._client("emr-serverless")

    @cached_property
    def quotas(self) -> Any:
        """The account's quotas."""
        return self._client("service-quotas")

    def _client(self, service: str) -> Any:
        return self.session.client(service, config=_CLIENT_CONFIG)  # type: ignore[call-overload]


def assumed(session: boto3.Session, role_arn: str, external_id: str | None) -> boto3.Session:
    """A session of the role, whose credentials are made anew before they expire.

    Args:
        session: The session that may assume the role.
        role_arn: The role, such as one of another account.
        external_id: What the role's trust policy asks for; None for nothing.
    """
    own = session._session
    extra = {"RoleSessionName": "deploy.py"} | ({"ExternalId": external_id} if external_id else {})
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=own.create_client,
        source_credentials=own.get_credentials(),
        role_arn=role_arn,
        extra_args=extra,
    )
    core = botocore.session.Session()
    # botocore has no public way to give a session credentials that refresh themselves (botocore issue 761).
    credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
    core._credentials = credentials  # type: ignore[attr-defined]
    return boto3.Session(botocore_session=core, region_name=session.region_name)


def code_of(error: ClientError) -> str:
    """AWS's code of the error, such as `AccessDenied`."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_missing(error: ClientError) -> bool:
    """Whether the error says that an S3 object or bucket is not there."""
    return code_of(error) in {"404", "NoSuchKey", "NoSuchBucket", "NotFound"}


def is_forbidden(error: ClientError) -> bool:
    """Whether the error says that these credentials may not do it."""
    return code_of(error) in {"403", "AccessDenied", "AccessDeniedException", "KMS.AccessDeniedException"}


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
        case ProfileNotFound():
            return f"{_one_line(error)}: name one that `aws configure list-profiles` shows, in AWS_PROFILE."
        case NoCredentialsError() | PartialCredentialsError() | TokenRetrievalError():
            return f"There are no usable AWS credentials ({_one_line(error)}): {_LOG_IN}."
        case EndpointConnectionError():
            return f"AWS can't be reached ({_one_line(error)}): check the region and the network."
        case ClientError():
            operation = getattr(error, "operation_name", "a call")
            advice = _ADVICE.get(code_of(error))
            if advice is not None:
                return f"{operation}: {advice} ({code_of(error)})."
            found = error.response.get("Error", {})
            said, bucket = (
                found.get("Message", error),
                found.get("BucketName"),
            )  # which S3's message leaves out
            which = f", bucket {bucket}" if bucket else ""
            return f"AWS refused {operation}: {_one_line(said)} ({code_of(error)}{which})."
        case _:
            return f"{type(error).__name__}: {_one_line(error)}"


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
