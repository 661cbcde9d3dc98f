"""What a deploy can do to AWS, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from deployment.plan.definition_changes import PartChange
from deployment.plan.differences import PropertyChange, ResourceChange
from deployment.plan.rights import RightsChange


@dataclass(frozen=True)
class Upload:
    """Puts an object into the artifact bucket; its key has the content's hash, so nothing is overwritten.

    Attributes:
        new: Whether the key has no hash in it and must not exist yet: of two deploys at once one is refused.
    """

    what: str
    bucket: str
    key: str
    body: bytes = field(repr=False)
    new: bool = False


@dataclass(frozen=True)
class RemoveStack:
    """Deletes a stack whose creation failed: CloudFormation can't do anything else with it."""

    stack: str
    status: str


@dataclass(frozen=True)
class RemoveChangeSets:
    """Deletes change sets that earlier deploys made and never executed."""

    stack: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Details:
    """What a change of the stack comes to, beside its resources; for people.

    Attributes:
        definition: What changes in the pipeline definition, parameter by parameter and step by step.
        thresholds: Thresholds that change.
        rights: IAM statements that are added, widened, narrowed or removed.
    """

    definition: tuple[PartChange, ...] = ()
    thresholds: tuple[PropertyChange, ...] = ()
    rights: tuple[RightsChange, ...] = ()


@dataclass(frozen=True)
class ChangeStack:
    """Creates or updates the stack through a change set.

    Attributes:
        mode: CREATE or UPDATE, the change set's type.
        stack: The stack's name.
        body: The template.
        template_key: The template's key in `bucket`, where it is too large for a request.
        bucket: The artifact bucket.
        parameters: The template's parameters.
        tags: The stack's tags, which CloudFormation hands to its resources.
        changes: What it does to each resource, for people; CloudFormation works out its own.
        details: What that comes to.
    """

    mode: Literal["CREATE", "UPDATE"]
    stack: str
    body: str = field(repr=False)
    template_key: str | None
    bucket: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    changes: tuple[ResourceChange, ...]
    details: Details = Details()


@dataclass(frozen=True)
class RemoveModels:
    """Deletes models that runs of the pipeline made."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class RemoveLogStreams:
    """Deletes the streams of the pipeline's jobs from a log group that all jobs of the account share."""

    group: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class RemoveLogGroup:
    """Deletes a log group; a Lambda that ended late may have made it again after its stack was deleted."""

    name: str


@dataclass(frozen=True)
class EmptyPrefix:
    """Deletes every version of every object below a prefix; `versions` is how many there are."""

    bucket: str
    prefix: str
    versions: int


Action = (
    Upload
    | RemoveStack
    | RemoveChangeSets
    | ChangeStack
    | RemoveModels
    | RemoveLogStreams
    | RemoveLogGroup
    | EmptyPrefix
)
