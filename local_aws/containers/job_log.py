"""A job's lines in CloudWatch Logs, in SageMaker's groups and under its stream names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

_LINES_A_CALL = 10_000  # PutLogEvents' limit
_BYTES_A_LINE = 256 * 1024 - 26
_ATTEMPTS = 3


def write_log(logs: Any, group: str, stream: str, lines: list[str], when: datetime) -> None:
    """The lines are in the stream, which is made together with its group if it is not there.

    Args:
        logs: A boto3 client of CloudWatch Logs.
        group: Such as `/aws/sagemaker/ProcessingJobs`.
        stream: Such as `<job>/algo-1-<milliseconds>`.
        lines: What the container wrote; empty lines are left out, CloudWatch Logs takes none.
        when: The time that the lines get, UTC.
    """
    for attempt in range(_ATTEMPTS):
        try:
            _write(logs, group, stream, lines, when)
        except logs.exceptions.ResourceNotFoundException:
            # Somebody deleted the group in between, as a stack's deletion does while its last build ends.
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            return


def _write(logs: Any, group: str, stream: str, lines: list[str], when: datetime) -> None:
    for make, arguments in (
        (logs.create_log_group, {"logGroupName": group}),
        (logs.create_log_stream, {"logGroupName": group, "logStreamName": stream}),
    ):
        try:
            make(**arguments)
        except logs.exceptions.ResourceAlreadyExistsException:
            continue
    timestamp = int(when.timestamp() * 1000)
    events = [{"timestamp": timestamp, "message": line[:_BYTES_A_LINE]} for line in lines if line.strip()]
    for first in range(0, len(events), _LINES_A_CALL):
        logs.put_log_events(
            logGroupName=group, logStreamName=stream, logEvents=events[first : first + _LINES_A_CALL]
        )
