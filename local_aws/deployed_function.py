"""A Lambda function as it was deployed, in plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class DeployedFunction:
    """A Lambda function as it was deployed.

    Attributes:
        name: Its name.
        arn: Its ARN.
        version: `$LATEST` or a number.
        handler: `module.function`.
        runtime: Such as `python3.13`.
        timeout: Seconds.
        memory: Megabytes.
        environment: Its environment variables.
        code: The zip file.
        layers: The ARNs of its layers.
    """

    name: str
    arn: str
    version: str
    handler: str
    runtime: str
    timeout: float
    memory: int
    environment: Mapping[str, str]
    code: bytes
    layers: tuple[str, ...]

    @property
    def log_group(self) -> str:
        """The log group of its invocations."""
        return f"/aws/lambda/{self.name}"
