"""What AWS has, as far as a deploy needs to know; read by `observe`, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deployment.release.records import Record
from deployment.s3uri import S3Uri


@dataclass(frozen=True)
class StackFacts:
    """A stack as it is deployed.

    Attributes:
        template: Its template; None where it was never created.
        left_behind: The change sets that an earlier deploy made and neither executed nor deleted.
        drifted: Whether CloudFormation found, when it last looked, that somebody changed resources by hand.
        changing_since: When the change began that is going on, and which change set it is; empty else.
    """

    status: str
    reason: str
    template: Mapping[str, Any] | None
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    left_behind: tuple[str, ...] = ()
    drifted: bool = False
    changing_since: str = ""


@dataclass(frozen=True)
class BaselineFacts:
    """The baseline of a model package: its statistics, and its constraints' place and content.

    `numeric_texts` are the String columns most of whose cells are numbers, looked for where the
    thresholds file compares such a column as numbers.
    """

    statistics: S3Uri
    constraints: S3Uri
    document: Mapping[str, Any] = field(repr=False)
    numeric_texts: frozenset[str] = frozenset()

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
class DeployedFacts:
    """What the deployed pipeline is made of; constraints and thresholds file are None where it has none."""

    definition: Mapping[str, Any]
    constraints: Mapping[str, Any] | None
    thresholds: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Facts:
    """Everything that the plan depends on.

    Attributes:
        uploaded: The keys below the pipeline's deploy prefix.
        deployed: The deployed pipeline; None where there is none, or its files are gone.
        record: The newest release's record, or None.
    """

    account: str
    partition: str
    model: ModelFacts
    stack: StackFacts | None
    uploaded: frozenset[str] = field(repr=False)
    deployed: DeployedFacts | None = field(default=None, repr=False)
    record: Record | None = field(default=None, repr=False)
