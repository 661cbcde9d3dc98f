"""What AWS has, as far as a deploy needs to know; read by `observe`, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deployment.s3uri import S3Uri


@dataclass(frozen=True)
class StackFacts:
    """A stack as it is deployed; `template` is None where it was never created."""

    status: str
    reason: str
    template: Mapping[str, Any] | None
    parameters: Mapping[str, str]
    tags: Mapping[str, str]


@dataclass(frozen=True)
class BaselineFacts:
    """The baseline of a model package: its statistics, and its constraints' place and content."""

    statistics: S3Uri
    constraints: S3Uri
    document: Mapping[str, Any] = field(repr=False)

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the baseline's features, in its order."""
        return tuple(feature["name"] for feature in self.document["features"])


@dataclass(frozen=True)
class ModelFacts:
    """An approved model package; `baseline` is None where it was registered without one."""

    arn: str
    version: int
    image: str
    artifact: S3Uri
    environment: Mapping[str, str]
    baseline: BaselineFacts | None


@dataclass(frozen=True)
class Facts:
    """Everything that the plan depends on; `uploaded` are the keys below the pipeline's deploy prefix."""

    account: str
    partition: str
    model: ModelFacts
    stack: StackFacts | None
    uploaded: frozenset[str] = field(repr=False)
