"""CreateChangeSet, DescribeChangeSet, ExecuteChangeSet, DeleteChangeSet, ListChangeSets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation import requests
from local_aws.cloudformation.blueprint import Blueprint
from local_aws.cloudformation.change_views import change_view, without_values
from local_aws.cloudformation.desk import Desk
from local_aws.cloudformation.errors import invalid
from local_aws.cloudformation.journal import Journal
from local_aws.cloudformation.planning import plan
from local_aws.cloudformation.stack_actions import in_review, updatable
from local_aws.cloudformation.state import IN_REVIEW, ChangeSet, Stack
from local_aws.cloudformation.views import parameter_views, tag_views
from local_aws.errors import ServiceError

Asked = Mapping[str, Any]
NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)


def create_change_set(desk: Desk, asked: Asked) -> dict[str, Any]:
    """A change set, computed by the time of the answer; one without changes has the status `FAILED`."""
    name = desk.checked_name(asked["ChangeSetName"], "changeSetName")
    kind = asked.get("ChangeSetType", "UPDATE")
    stack = _stack_for(desk, asked, kind)
    previous = None if stack.status == IN_REVIEW else stack
    if name in stack.change_sets:
        raise ServiceError("AlreadyExistsException", f"ChangeSet [{name}] already exists")
    template = requests.sound(desk.template_text(asked, previous))
    settings = requests.settings(asked, template, previous)
    change_set = ChangeSet(
        change_set_id=desk.arn("changeSet", name),
        name=name,
        kind=kind,
        settings=settings,
        created=desk.clock(),
        description=asked.get("Description", ""),
        on_failure=asked.get("OnStackFailure", ""),
    )
    _compute(desk.blueprint(stack, template, settings), stack, change_set)
    if stack.stack_id not in desk.region.stacks:
        desk.region.stacks[stack.stack_id] = stack
        Journal(stack, desk.clock).stack_is(IN_REVIEW, "User Initiated")
    stack.change_sets[name] = change_set
    return {"Id": change_set.change_set_id, "StackId": stack.stack_id}


def _stack_for(desk: Desk, asked: Asked, kind: str) -> Stack:
    """The stack that is to change; a new one in review where the change set is to create it."""
    name = asked["StackName"]
    if kind == "UPDATE":
        return updatable(desk, name)
    if kind != "CREATE":
        raise invalid(f"the local AWS has no change sets of type {kind}; use CREATE or UPDATE")
    found = desk.region.find(name)
    if found is None:
        return in_review(desk, desk.checked_name(name, "stackName"))
    if found.status != IN_REVIEW:
        raise invalid(
            f"Stack [{found.name}] already exists and cannot be created again with the changeSet "
            f"[{asked['ChangeSetName']}]."
        )
    return found


def _compute(blueprint: Blueprint, stack: Stack, change_set: ChangeSet) -> None:
    """The change set has its changes, or the reason why it has failed."""
    try:
        planned = plan(blueprint, stack)
    except ServiceError as error:
        change_set.reason = error.message
    else:
        if not planned.empty:
            views = [change_view(change, blueprint, stack) for change in planned.changes]
            change_set.changes = [{"Type": "Resource", "ResourceChange": view} for view in views]
            return
        change_set.reason = NO_CHANGES
    change_set.status, change_set.execution_status = "FAILED", "UNAVAILABLE"


def execute_change_set(desk: Desk, asked: Asked) -> dict[str, Any]:
    """Nothing; the stack is being created or updated, and its other change sets are gone."""
    stack, change_set = desk.change_set(asked)
    if change_set.execution_status != "AVAILABLE":
        status = change_set.status if change_set.status == "FAILED" else change_set.execution_status
        raise ServiceError(
            "InvalidChangeSetStatus",
            f"ChangeSet [{change_set.change_set_id}] cannot be executed in its current status of [{status}]",
        )
    new = stack.status == IN_REVIEW
    if not new:
        updatable(desk, stack.stack_id)
    settings = change_set.settings
    blueprint = desk.blueprint(stack, requests.sound(settings.body), settings)
    plan(blueprint, stack)
    stack.change_sets = {change_set.name: change_set}
    stack.change_set_id = change_set.change_set_id
    change_set.execution_status = "EXECUTE_IN_PROGRESS"
    executor = desk.executor(stack, asked)
    stack.on_failure = "DO_NOTHING" if asked.get("DisableRollback") else change_set.on_failure or "ROLLBACK"
    work = executor.create(blueprint) if new else executor.update(blueprint)

    def execute() -> None:
        try:
            work()
        finally:
            done = stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
            change_set.execution_status = "EXECUTE_COMPLETE" if done else "EXECUTE_FAILED"

    desk.background.do(execute, executor.journal)
    return {}


def describe_change_set(desk: Desk, asked: Asked) -> dict[str, Any]:
    """Everything about a change set."""
    stack, change_set = desk.change_set(asked)
    settings = change_set.settings
    changes = change_set.changes if asked.get("IncludePropertyValues") else without_values(change_set.changes)
    return {
        **_summary(stack, change_set),
        "Parameters": parameter_views(settings),
        "Tags": tag_views(settings),
        "Capabilities": settings.capabilities,
        "NotificationARNs": settings.notification_arns,
        "OnStackFailure": change_set.on_failure or None,
        "Changes": changes,
    }


def delete_change_set(desk: Desk, asked: Asked) -> dict[str, Any]:
    """Nothing; the change set is not there, as it may not have been before."""
    stack = desk.region.find(asked["StackName"]) if "StackName" in asked else None
    if "StackName" in asked and stack is None:
        raise invalid(f"Stack [{asked['StackName']}] does not exist")
    for holder in [stack] if stack is not None else desk.region.live():
        for name, change_set in list(holder.change_sets.items()):
            if asked["ChangeSetName"] in (change_set.change_set_id, name if stack is not None else None):
                if change_set.execution_status == "EXECUTE_IN_PROGRESS":
                    raise ServiceError(
                        "InvalidChangeSetStatus",
                        f"ChangeSet [{change_set.change_set_id}] is being executed and cannot be deleted",
                    )
                del holder.change_sets[name]
    return {}


def list_change_sets(desk: Desk, asked: Asked) -> dict[str, Any]:
    """The stack's change sets."""
    stack = desk.stack(asked["StackName"])
    return {"Summaries": [_summary(stack, change_set) for change_set in stack.change_sets.values()]}


def _summary(stack: Stack, change_set: ChangeSet) -> dict[str, Any]:
    return {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "ChangeSetId": change_set.change_set_id,
        "ChangeSetName": change_set.name,
        "ExecutionStatus": change_set.execution_status,
        "Status": change_set.status,
        "StatusReason": change_set.reason or None,
        "CreationTime": change_set.created,
        "Description": change_set.description or None,
        "IncludeNestedStacks": False,
    }
