"""What can go wrong in the local AWS, and what of it a caller of an AWS operation sees."""

from __future__ import annotations


class LocalAwsError(Exception):
    """The local AWS could not start, or was asked for something that it does not do."""


class ServiceError(LocalAwsError):
    """An answer that an AWS operation gives instead of its result; boto3 raises it as a `ClientError`.

    Attributes:
        code: AWS's error code, such as `ValidationException`.
        message: One line: what happened, where, and what to do next.
        status: The answer's HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def invalid(message: str) -> ServiceError:
    """A `ValidationException`, which most services answer to parameters that make no sense."""
    return ServiceError("ValidationException", message)
