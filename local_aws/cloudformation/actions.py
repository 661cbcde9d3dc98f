"""Every operation of CloudFormation: the table of those that are done, and a refusal of all others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from local_aws import moto_seams
from local_aws.cloudformation import (
    change_set_actions,
    describe_actions,
    requests,
    stack_actions,
    template_actions,
)
from local_aws.cloudformation.background import Background
from local_aws.cloudformation.desk import Desk
from local_aws.cloudformation.journal import Clock
from local_aws.cloudformation.state import State
from local_aws.cloudformation.steps import ClientMaker
from local_aws.errors import ServiceError
from local_aws.shapes import service_model

Action = Callable[[Desk, Mapping[str, Any]], dict[str, Any]]

READS: Mapping[str, Action] = MappingProxyType(
    {
        "DescribeChangeSet": change_set_actions.describe_change_set,
        "DescribeStackEvents": describe_actions.describe_stack_events,
        "DescribeStackResource": describe_actions.describe_stack_resource,
        "DescribeStackResources": describe_actions.describe_stack_resources,
        "DescribeStacks": describe_actions.describe_stacks,
        "GetTemplate": template_actions.get_template,
        "GetTemplateSummary": template_actions.get_template_summary,
        "ListChangeSets": change_set_actions.list_change_sets,
        "ListExports": describe_actions.list_exports,
        "ListImports": describe_actions.list_imports,
        "ListStackResources": describe_actions.list_stack_resources,
        "ListStacks": describe_actions.list_stacks,
        "ValidateTemplate": template_actions.validate_template,
    }
)
WRITES: Mapping[str, Action] = MappingProxyType(
    {
        "ContinueUpdateRollback": stack_actions.continue_update_rollback,
        "CreateChangeSet": change_set_actions.create_change_set,
        "CreateStack": stack_actions.create_stack,
        "DeleteChangeSet": change_set_actions.delete_change_set,
        "DeleteStack": stack_actions.delete_stack,
        "ExecuteChangeSet": change_set_actions.execute_change_set,
        "UpdateStack": stack_actions.update_stack,
        "UpdateTerminationProtection": stack_actions.update_termination_protection,
    }
)


def _now() -> datetime:
    return datetime.now(UTC)


def install(
    clients: ClientMaker,
    clock: Clock = _now,
    state: State | None = None,
    background: Background | None = None,
) -> State:
    """All that the local CloudFormation will remember; from now on it answers all operations.

    Args:
        clients: Gives boto3 clients of the local endpoint, by service and region.
        clock: Gives the time, UTC.
        state: What it remembers already.
        background: Does the work of operations; in their calls by default.
    """
    state = State() if state is None else state
    doing = Background() if background is None else background
    writing = threading.RLock()

    def answer(call: moto_seams.Call) -> Mapping[str, Any]:
        writes = WRITES.get(call.operation)
        action = writes or READS.get(call.operation)
        if action is None:
            done = ", ".join(sorted([*READS, *WRITES]))
            raise ServiceError(
                "NotImplemented",
                f"The local AWS does not do cloudformation {call.operation}; it does {done}",
            )
        requests.refuse(call.operation, call.parameters)
        desk = Desk(state.region(call.account_id, call.region), clients, clock, doing)
        with writing if writes is not None else nullcontext():
            found = action(desk, call.parameters)
        return {name: value for name, value in found.items() if value is not None}

    for operation in service_model("cloudformation").operation_names:
        moto_seams.replace_action("cloudformation", operation, answer)
    return state
