"""The errors that CloudFormation answers with, in the service's words where they are known."""

from __future__ import annotations

from local_aws.errors import ServiceError


def invalid(message: str) -> ServiceError:
    """A `ValidationError`, CloudFormation's answer to a request or a template that makes no sense."""
    return ServiceError("ValidationError", message)


def bad_template(faults: list[str]) -> ServiceError:
    """All that is wrong with a template, in one message."""
    return invalid("Template format error: " + "; ".join(faults))


def no_stack(name_or_id: str) -> ServiceError:
    """The answer about a stack that is not there."""
    return invalid(f"Stack with id {name_or_id} does not exist")
