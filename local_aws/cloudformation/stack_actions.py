"""CreateStack, UpdateStack, ContinueUpdateRollback, DeleteStack, UpdateTerminationProtection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation import requests
from local_aws.cloudformation.desk import Desk
from local_aws.cloudformation.errors import invalid
from local_aws.cloudformation.planning import plan
from local_aws.cloudformation.state import DELETED, IN_REVIEW, UPDATABLE, Settings, Stack
from local_aws.cloudformation.template import Template
from local_aws.errors import ServiceError

Asked = Mapping[str, Any]


def create_stack(desk: Desk, asked: Asked) -> dict[str, Any]:
    """A stack, which is being made."""
    if "OnFailure" in asked and "DisableRollback" in asked:
        raise invalid("Either DisableRollback or OnFailure can be specified, not both.")
    name = desk.checked_name(asked["StackName"], "stackName")
    if desk.region.find(name) is not None:
        raise ServiceError("AlreadyExistsException", f"Stack [{name}] already exists")
    template = requests.sound(desk.template_text(asked, None))
    _require_auto_expand(asked, template)
    settings = requests.settings(asked, template, None)
    stack = Stack(
        stack_id=desk.arn("stack", name),
        name=name,
        settings=settings,
        created=desk.clock(),
        status="CREATE_IN_PROGRESS",
        on_failure="DO_NOTHING" if asked.get("DisableRollback") else asked.get("OnFailure", "ROLLBACK"),
        timeout_minutes=asked.get("TimeoutInMinutes"),
        protected=asked.get("EnableTerminationProtection", False),
    )
    blueprint = desk.blueprint(stack, template, settings)
    plan(blueprint, stack)
    desk.region.stacks[stack.stack_id] = stack
    executor = desk.executor(stack, asked)
    desk.background.do(executor.create(blueprint), executor.journal)
    return {"StackId": stack.stack_id}


def update_stack(desk: Desk, asked: Asked) -> dict[str, Any]:
    """The stack, which is being updated."""
    stack = updatable(desk, asked["StackName"])
    template = requests.sound(desk.template_text(asked, stack))
    _require_auto_expand(asked, template)
    settings = requests.settings(asked, template, stack)
    blueprint = desk.blueprint(stack, template, settings)
    if plan(blueprint, stack).empty:
        raise invalid("No updates are to be performed.")
    stack.on_failure = "DO_NOTHING" if asked.get("DisableRollback") else "ROLLBACK"
    for change_set in stack.change_sets.values():
        if change_set.execution_status == "AVAILABLE":
            change_set.execution_status = "OBSOLETE"
    executor = desk.executor(stack, asked)
    desk.background.do(executor.update(blueprint), executor.journal)
    return {"StackId": stack.stack_id}


def continue_update_rollback(desk: Desk, asked: Asked) -> dict[str, Any]:
    """Nothing; the rollback that failed goes on with the resource that it failed at."""
    stack = desk.region.find(asked["StackName"])
    if stack is None or stack.status == DELETED:
        raise invalid(f"Stack [{asked['StackName']}] does not exist")
    if stack.status != "UPDATE_ROLLBACK_FAILED":
        raise invalid(f"Stack:{stack.stack_id} is in {stack.status} state and can not continue rollback.")
    executor = desk.executor(stack, asked)
    work = executor.continue_rollback(asked.get("ResourcesToSkip", ()))
    stack.settings.role_arn = asked.get("RoleARN", stack.settings.role_arn)
    desk.background.do(work, executor.journal)
    return {}


def delete_stack(desk: Desk, asked: Asked) -> dict[str, Any]:
    """Nothing; the stack is being deleted. One that is not there is fine, as in the service."""
    if asked.get("DeletionMode", "STANDARD") != "STANDARD":
        raise invalid("the local AWS deletes no stack by force; call DeleteStack with RetainResources")
    stack = desk.region.find(asked["StackName"])
    if stack is None or stack.status in (DELETED, "DELETE_IN_PROGRESS"):
        return {}
    if stack.status.endswith("_IN_PROGRESS") and stack.status != IN_REVIEW:
        raise invalid(f"Stack [{stack.stack_id}] cannot be deleted while in status {stack.status}")
    if stack.protected:
        raise invalid(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    retain = asked.get("RetainResources", [])
    if retain and stack.status != "DELETE_FAILED":
        raise invalid("RetainResources can only be specified for a stack in the state DELETE_FAILED")
    unknown = [name for name in retain if name not in stack.resources]
    if unknown:
        raise invalid(f"RetainResources [{', '.join(unknown)}] do not exist in stack {stack.name}")
    executor = desk.executor(stack, asked)
    desk.background.do(executor.delete(retain), executor.journal)
    return {}


def update_termination_protection(desk: Desk, asked: Asked) -> dict[str, Any]:
    """The stack's id; from now on it may, or may not, be deleted."""
    stack = desk.stack(asked["StackName"])
    stack.protected = asked["EnableTerminationProtection"]
    return {"StackId": stack.stack_id}


def updatable(desk: Desk, name: str) -> Stack:
    """The stack, where its status allows an update.

    Raises:
        ServiceError: It does not, or there is none.
    """
    stack = desk.region.find(name)
    if stack is None or stack.status == DELETED:
        raise invalid(f"Stack [{name}] does not exist")
    if stack.status not in UPDATABLE:
        raise invalid(f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated.")
    return stack


def _require_auto_expand(asked: Asked, template: Template) -> None:
    """Nothing, unless a transform would be run without a change set and without having been acknowledged."""
    if template.transforms and "CAPABILITY_AUTO_EXPAND" not in asked.get("Capabilities", ()):
        raise ServiceError(
            "InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_AUTO_EXPAND]"
        )


def in_review(desk: Desk, name: str) -> Stack:
    """A new stack that only a change set knows of."""
    return Stack(
        stack_id=desk.arn("stack", name),
        name=name,
        settings=Settings(""),
        created=desk.clock(),
        status="REVIEW_IN_PROGRESS",
    )
