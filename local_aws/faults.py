"""Faults on purpose: calls that are refused or slow, and jobs that die, as a text says.

`service:operation:effect[:which...]`, where service and operation may have `*`:

- `s3:GetObject:AccessDenied:batch/*`: that error code, for keys (or other names in the call) that match;
- `*:*:Throttling:every=5`: every fifth call; `first=3`: the first three;
- `sagemaker:*:slow=2`: two seconds later;
- `sagemaker:CreateProcessingJob:dies:*-ModelMonitor-*`: the job is taken and then fails inside of SageMaker.
"""

from __future__ import annotations

import difflib
import re
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from local_aws.errors import LocalAwsError, ServiceError
from local_aws.sessions import core_session

INSIDE = "local-aws-inside"
"""In the user agent of the local AWS's own clients: its own logs and look-ups have no faults."""

DIED = "InternalServerError: We encountered an internal error. Please try again."
_STATUS = {
    "AccessDenied": 403,
    "InternalFailure": 500,
    "InternalServerError": 500,
    "ServiceUnavailable": 503,
    "SlowDown": 503,
}
_JOBS = {"CreateProcessingJob": "ProcessingJobName", "CreateTransformJob": "TransformJobName"}
_FORM = "service:operation:code|slow=seconds|dies[:key pattern][:every=n][:first=n]"


@dataclass(frozen=True)
class Fault:
    """What goes wrong with which calls.

    Attributes:
        service: botocore's name, or a pattern.
        operation: The operation, or a pattern.
        code: The error code; empty where the call is not refused.
        seconds: How much longer the call takes.
        dies: Whether the job that the call makes dies.
        pattern: What one of the call's keys, names or ARNs must match.
        every: Of the calls that match, every how manyth.
        first: Only so many of the calls that match, from the first on; 0 for all.
    """

    service: str
    operation: str
    code: str = ""
    seconds: float = 0.0
    dies: bool = False
    pattern: str = "*"
    every: int = 1
    first: int = 0

    @classmethod
    def parse(cls, text: str) -> Fault:
        """The fault that a text says.

        Raises:
            LocalAwsError: It says none.
        """
        service, operation, effect, *rest = [*text.split(":"), "", "", ""][: max(3, text.count(":") + 1)]
        if not (service and operation and effect):
            raise LocalAwsError(f"{text!r} is no fault: {_FORM}")
        slow = re.fullmatch(r"slow=(\d+(?:\.\d+)?)s?", effect)
        settings: dict[str, int] = {}
        patterns: list[str] = []
        for part in rest:
            number = re.fullmatch(r"(every|first)=(.*)", part)
            if number is None:
                patterns.append(part)
            elif re.fullmatch(r"[1-9]\d*", number[2], re.ASCII):
                settings[number[1]] = int(number[2])
            else:
                raise LocalAwsError(f"{text!r}: {number[1]} is {number[2]!r}, should be a number from 1 up")
        if slow is None and not re.fullmatch(r"[A-Za-z.]+", effect):
            raise LocalAwsError(f"{text!r} is no fault: {effect!r} is no error code, slow=seconds or dies")
        if unknown := _unknown(service, operation):
            raise LocalAwsError(f"{text!r} would never happen: {unknown}")
        if effect == "dies" and operation not in _JOBS:
            raise LocalAwsError(f"{text!r}: what dies is a job, so the operation is of {', '.join(_JOBS)}")
        return cls(
            service=service,
            operation=operation,
            code="" if slow or effect == "dies" else effect,
            seconds=float(slow[1]) if slow else 0.0,
            dies=effect == "dies",
            pattern=":".join(patterns) or "*",
            **settings,
        )

    def is_about(self, service: str, operation: str, names: Sequence[str]) -> bool:
        """Whether a call may be hit.

        Args:
            service: botocore's name.
            operation: The operation.
            names: The keys, names and ARNs in the call.
        """
        named = self.pattern == "*" or any(fnmatchcase(name, self.pattern) for name in names)
        return fnmatchcase(service, self.service) and fnmatchcase(operation, self.operation) and named


def _unknown(service: str, operation: str) -> str | None:
    """Why no call can match; None where one may."""
    session = core_session()
    services = session.get_available_services()
    if not any(fnmatchcase(name, service) for name in services):
        return f"boto3 has no service {service!r}{_nearest(service, services)}"
    if service in services:
        operations = session.get_service_model(service).operation_names
        if not any(fnmatchcase(name, operation) for name in operations):
            return f"{service} has no operation {operation!r}{_nearest(operation, operations)}"
    return None


def _nearest(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; is {near[0]} meant?" if near else ""


class Faults:
    """The faults of a local AWS; they may be changed while it runs."""

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._counts: dict[Fault, int] = {}
        self._doomed: set[str] = set()
        self._faults: tuple[Fault, ...] = tuple(faults)

    def inject(self, *texts: str) -> None:
        """From now on these faults happen and no others; without a text none.

        Args:
            texts: As `Fault.parse` takes them.

        Raises:
            LocalAwsError: One is no fault.
        """
        faults = tuple(Fault.parse(text) for text in texts)
        with self._lock:
            self._faults, self._counts = faults, {}

    def before(self, service: str, operation: str, parameters: Mapping[str, Any], agent: str) -> None:
        """What happens to a call before it is looked at.

        Raises:
            ServiceError: The call is refused.
        """
        if not self._faults or (INSIDE in agent and service in ("logs", "events")):
            return
        for fault in self._due(service, operation, parameters):
            if fault.seconds:
                time.sleep(fault.seconds)
            if fault.dies:
                self._doomed.add(str(parameters[_JOBS[operation]]))
            if fault.code:
                message = f"A fault on purpose of the local AWS: {service} {operation}"
                raise ServiceError(fault.code, message, _STATUS.get(fault.code, 400))

    def dies(self, job: str) -> bool:
        """Whether a job of that name is to die; asked once."""
        with self._lock:
            doomed = job in self._doomed
            self._doomed.discard(job)
            return doomed

    def _due(self, service: str, operation: str, parameters: Mapping[str, Any]) -> list[Fault]:
        names = [value for value in parameters.values() if isinstance(value, str)]
        if service == "s3" and "Key" in parameters:
            names.append(f"{parameters['Bucket']}/{parameters['Key']}")
        due: list[Fault] = []
        with self._lock:
            for fault in self._faults:
                if fault.is_about(service, operation, names):
                    count = self._counts[fault] = self._counts.get(fault, 0) + 1
                    if count % fault.every == 0 and (not fault.first or count <= fault.first):
                        due.append(fault)
        return due
