"""`RetryPolicies`: after which failures of a step it is tried again, when, and how often.

Source: SageMaker developer guide, "Retry Policy for Pipeline Steps"; the defaults are the SageMaker SDK's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from local_aws.errors import ServiceError, invalid

SERVICE_FAULT = "Step.SERVICE_FAULT"
THROTTLING = "Step.THROTTLING"
JOB_INTERNAL_ERROR = "SageMaker.JOB_INTERNAL_ERROR"
CAPACITY_ERROR = "SageMaker.CAPACITY_ERROR"
RESOURCE_LIMIT = "SageMaker.RESOURCE_LIMIT"
EXCEPTION_TYPES = (SERVICE_FAULT, THROTTLING, JOB_INTERNAL_ERROR, CAPACITY_ERROR, RESOURCE_LIMIT)

_STEP_TYPES = ("Model", "Transform", "Processing", "RegisterModel")
_KEYS = {"ExceptionType", "IntervalSeconds", "BackoffRate", "MaxAttempts", "ExpireAfterMin"}
_THROTTLED = {"Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"}
_FAULTS = {"InternalFailure", "InternalServerError", "ServiceUnavailable"}


@dataclass(frozen=True)
class RetryPolicy:
    """One of a step's policies.

    Attributes:
        exceptions: The failures that it is about.
        interval: Seconds before the first retry.
        backoff: By how much each wait is longer than the one before it.
        most: How many retries; None where `expires` bounds them.
        expires: How long after the step's start a retry may begin; None where `most` bounds them.
    """

    exceptions: tuple[str, ...]
    interval: float
    backoff: float
    most: int | None
    expires: timedelta | None

    def wait(self, retries: int, started: datetime, now: datetime) -> float | None:
        """Seconds until the next retry; None for no more.

        Args:
            retries: How many there have been after this policy's failures.
            started: When the step started, UTC.
            now: The time, UTC.
        """
        seconds = self.interval * self.backoff**retries
        if self.most is not None and retries >= self.most:
            return None
        if self.expires is not None and now + timedelta(seconds=seconds) > started + self.expires:
            return None
        return seconds


def policies(body: Mapping[str, Any], path: str) -> tuple[RetryPolicy, ...]:
    """The policies of a step.

    Args:
        body: The step as it was written.
        path: Where it stands.

    Raises:
        ServiceError: One of them is not a policy, or the step's type has none.
    """
    asked = body.get("RetryPolicies", [])
    if asked and body.get("Type") not in _STEP_TYPES:
        raise _fault(f"{path}.RetryPolicies", f"steps of type {body.get('Type')} have none")
    return tuple(_policy(item, f"{path}.RetryPolicies[{index}]") for index, item in enumerate(asked))


def first_for(kind: str, among: Sequence[RetryPolicy]) -> RetryPolicy | None:
    """The policy that is about a failure; None where the step is not tried again."""
    return next((policy for policy in among if kind in policy.exceptions), None)


def kind_of_refusal(code: str, status: int) -> str:
    """The exception type of an operation's error; empty where no policy is about it.

    Args:
        code: AWS's error code.
        status: The answer's HTTP status.
    """
    if code in _THROTTLED:
        return THROTTLING
    if code == "ResourceLimitExceeded":
        return RESOURCE_LIMIT
    return SERVICE_FAULT if status >= 500 or code in _FAULTS else ""


def kind_of_job_failure(reason: str) -> str:
    """The exception type of a job's `FailureReason`; empty where no policy is about it."""
    if reason.startswith("InternalServerError"):
        return JOB_INTERNAL_ERROR
    return CAPACITY_ERROR if reason.startswith("CapacityError") else ""


def _policy(item: Any, path: str) -> RetryPolicy:
    if not isinstance(item, Mapping):
        raise _fault(path, "is not an object")
    for key in item:
        if key not in _KEYS:
            raise _fault(f"{path}.{key}", f"is not one of {', '.join(sorted(_KEYS))}")
    named = item.get("ExceptionType", [])
    exceptions = [named] if isinstance(named, str) else list(named)
    unknown = [name for name in exceptions if name not in EXCEPTION_TYPES]
    if unknown or not exceptions:
        raise _fault(f"{path}.ExceptionType", f"{named!r} is not of {', '.join(EXCEPTION_TYPES)}")
    if ("MaxAttempts" in item) == ("ExpireAfterMin" in item):
        raise _fault(path, "has either MaxAttempts or ExpireAfterMin")
    most = _within(item.get("MaxAttempts"), 20, f"{path}.MaxAttempts")
    minutes = _within(item.get("ExpireAfterMin"), 14_400, f"{path}.ExpireAfterMin")
    return RetryPolicy(
        exceptions=tuple(exceptions),
        interval=float(item.get("IntervalSeconds", 1)),
        backoff=float(item.get("BackoffRate", 2.0)),
        most=most,
        expires=None if minutes is None else timedelta(minutes=minutes),
    )


def _within(value: Any, most: int, path: str) -> int | None:
    if value is not None and (
        not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most
    ):
        raise _fault(path, f"{value!r} is not a whole number from 1 to {most}")
    return value


def _fault(path: str, what: str) -> ServiceError:
    return invalid(f"Unable to parse pipeline definition. {path}: {what}")
