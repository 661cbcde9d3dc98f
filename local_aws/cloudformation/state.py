"""What the local CloudFormation remembers: plain data, one `Region` an account and region."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

IN_REVIEW = "REVIEW_IN_PROGRESS"
DELETED = "DELETE_COMPLETE"
UPDATABLE = frozenset(
    {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "CREATE_FAILED", "UPDATE_FAILED"}
)


@dataclass
class Resource:
    """One resource of a stack, as it was last created or updated.

    Attributes:
        logical_id: Its name in the template.
        type: Its type, such as `AWS::SNS::Topic`.
        physical_id: What `Ref` gives; empty until the service has created it.
        properties: The resolved properties that it has now, tags left out.
        tags: Its tags, the stack's included.
        attributes: What `Fn::GetAtt` gives.
        depends_on: Logical ids of what it refers to or names in `DependsOn`.
        status: Such as `CREATE_COMPLETE`.
        reason: Why it has that status; empty where there is nothing to say.
        updated: When it got that status, UTC.
        policies: The template's `DeletionPolicy`, `UpdateReplacePolicy` and `Metadata`, those that it has.
    """

    logical_id: str
    type: str
    physical_id: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    depends_on: list[str] = field(default_factory=list)
    status: str = ""
    reason: str = ""
    updated: datetime | None = None
    policies: dict[str, Any] = field(default_factory=dict)


@dataclass
class Settings:
    """What a stack operation was asked for, beside the resources; an update's rollback puts it back.

    Attributes:
        body: The template's text.
        parameters: Each parameter's value as text, defaults filled in.
        tags: The stack's tags.
        capabilities: The capabilities that were acknowledged.
        notification_arns: Kept and described, not acted upon.
        role_arn: Kept and described, not acted upon: the local AWS checks no permissions.
    """

    body: str
    parameters: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    capabilities: list[str] = field(default_factory=list)
    notification_arns: list[str] = field(default_factory=list)
    role_arn: str = ""


@dataclass
class ChangeSet:
    """A change set; `changes` is in DescribeChangeSet's form."""

    change_set_id: str
    name: str
    kind: str
    settings: Settings
    created: datetime
    status: str = "CREATE_COMPLETE"
    reason: str = ""
    execution_status: str = "AVAILABLE"
    description: str = ""
    on_failure: str = ""
    changes: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Rollback:
    """What a rollback of an update has still to do.

    Attributes:
        left: What was there before the update, None where nothing was, and what is there now; the next first.
        made: What the update has made, to be removed at the end.
    """

    left: list[tuple[Resource | None, Resource]]
    made: list[Resource] = field(default_factory=list)


@dataclass
class Stack:
    """A stack, deleted ones included.

    Attributes:
        outputs: In DescribeStacks' form.
        imports: Names of the exports that its template imports.
        events: In DescribeStackEvents' form, oldest first.
        serial: How many physical names have been generated for it.
        rollback: What the rollback that failed has still to do; None where none failed.
    """

    stack_id: str
    name: str
    settings: Settings
    created: datetime
    status: str
    reason: str = ""
    description: str = ""
    updated: datetime | None = None
    deleted: datetime | None = None
    on_failure: str = "ROLLBACK"
    timeout_minutes: int | None = None
    protected: bool = False
    change_set_id: str = ""
    outputs: list[dict[str, Any]] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    resources: dict[str, Resource] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    serial: int = 0
    rollback: Rollback | None = None


@dataclass
class Region:
    """All stacks of an account in a region, by stack id, oldest first."""

    account_id: str
    name: str
    stacks: dict[str, Stack] = field(default_factory=dict)

    @property
    def partition(self) -> str:
        """The ARN partition of the region."""
        return "aws-cn" if self.name.startswith("cn-") else "aws"

    def live(self) -> list[Stack]:
        """The stacks that are not deleted."""
        return [stack for stack in list(self.stacks.values()) if stack.status != DELETED]

    def find(self, name_or_id: str) -> Stack | None:
        """The stack with that name that is not deleted, or the one with that id, deleted or not."""
        if name_or_id in self.stacks:
            return self.stacks[name_or_id]
        return next((stack for stack in self.live() if stack.name == name_or_id), None)

    def exports(self) -> dict[str, tuple[str, Stack]]:
        """Each export's value and the stack that exports it."""
        return {
            output["ExportName"]: (output["OutputValue"], stack)
            for stack in self.live()
            for output in stack.outputs
            if "ExportName" in output
        }

    def importers(self, export: str) -> list[Stack]:
        """The stacks that import an export."""
        return [stack for stack in self.live() if export in stack.imports]


@dataclass
class State:
    """Everything that the local CloudFormation knows, by account and region."""

    regions: dict[tuple[str, str], Region] = field(default_factory=dict)

    def region(self, account_id: str, name: str) -> Region:
        """The account's region, empty at first."""
        return self.regions.setdefault((account_id, name), Region(account_id, name))
