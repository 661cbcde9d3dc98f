"""`CacheConfig`: a step that has succeeded before with the same attributes, lately, does not run again.

Source: SageMaker developer guide, "Caching pipeline steps" and "Default cache key attributes by pipeline step
type". The cache belongs to one pipeline; the most recent run within the time counts.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from local_aws.errors import invalid

ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "Processing": ("AppSpecification", "Environment", "ProcessingInputs"),
    "Transform": ("DataProcessing", "Environment", "ModelName", "TransformInput"),
}
"""Step type to the arguments that decide whether a run is the same one."""

_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.IGNORECASE
)
_UNIT_DAYS = (365, 30, 7, 1)
_UNIT_SECONDS = (3600, 60, 1)


@dataclass(frozen=True)
class Cached:
    """A run of a step that may be used again.

    Attributes:
        execution: The ARN of the execution that it was part of.
        ended: When it succeeded, UTC.
        metadata: What `ListPipelineExecutionSteps` answers as its `Metadata`.
        properties: What `Get` reads from it.
    """

    execution: str
    ended: datetime
    metadata: Mapping[str, Any]
    properties: Mapping[str, Any]


def expires_after(body: Mapping[str, Any], path: str) -> timedelta | None:
    """For how long a run of the step may be used again; None where its cache is off.

    Args:
        body: The step as it was written.
        path: Where it stands.

    Raises:
        ServiceError: The step's type has no cache, or its time is no ISO 8601 duration.
    """
    config = body.get("CacheConfig", {})
    if not config.get("Enabled", False):
        return None
    where = f"Unable to parse pipeline definition. {path}.CacheConfig"
    if body.get("Type") not in ATTRIBUTES:
        raise invalid(
            f"{where}: steps of type {body.get('Type')} are not cached, only {', '.join(ATTRIBUTES)}"
        )
    text = str(config.get("ExpireAfter", ""))
    match = _DURATION.fullmatch(text)
    numbers = [int(number or 0) for number in match.groups()] if match else []
    if not any(numbers):
        raise invalid(f"{where}.ExpireAfter: {text!r} is no ISO 8601 duration such as P30D or PT12H")
    days = sum(number * unit for number, unit in zip(numbers[:4], _UNIT_DAYS, strict=True))
    seconds = sum(number * unit for number, unit in zip(numbers[4:], _UNIT_SECONDS, strict=True))
    return timedelta(days=days, seconds=seconds)


def key(name: str, kind: str, arguments: Mapping[str, Any]) -> str:
    """What is equal for two runs of a step that may stand for each other.

    Args:
        name: The step's name.
        kind: Its type, a key of `ATTRIBUTES`.
        arguments: Its arguments, functions resolved.
    """
    looked_at = {attribute: arguments.get(attribute) for attribute in ATTRIBUTES[kind]}
    text = json.dumps([name, kind, looked_at], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
