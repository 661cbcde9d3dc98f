"""A plan as the document that `--json` prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, assert_never

from deployment.plan import prices
from deployment.plan.actions import (
    Action,
    ChangeStack,
    EmptyPrefix,
    RemoveChangeSets,
    RemoveLogGroup,
    RemoveLogStreams,
    RemoveModels,
    RemoveStack,
    Upload,
)
from deployment.plan.cost import Cost
from deployment.plan.differences import ResourceChange


def document(actions: Sequence[Action]) -> list[dict[str, Any]]:
    """The plan as JSON."""
    return [_action(action) for action in actions]


def cost_document(cost: Cost) -> dict[str, Any]:
    """The estimate as JSON."""
    return {
        "estimate": True,
        "usd_a_month": round(cost.dollars, 2),
        "runs_a_month": cost.runs,
        "prices": f"us-east-1 list prices, {prices.AS_OF}",
        "items": [asdict(item) for item in cost.items],
    }


def _action(action: Action) -> dict[str, Any]:
    match action:
        case Upload():
            uri = f"s3://{action.bucket}/{action.key}"
            return {"action": "upload", "what": action.what, "uri": uri, "bytes": len(action.body)}
        case RemoveStack():
            return {"action": "remove", "stack": action.stack, "status": action.status}
        case RemoveChangeSets():
            return {"action": "remove", "stack": action.stack, "change_sets": list(action.names)}
        case ChangeStack():
            return {
                "action": action.mode.lower(),
                "stack": action.stack,
                "resources": [_change(change) for change in action.changes],
                **asdict(action.details),
            }
        case RemoveModels() | RemoveLogStreams() | RemoveLogGroup() | EmptyPrefix():
            return {"action": "remove", **_removal(action)}
        case _:
            assert_never(action)


def _removal(action: RemoveModels | RemoveLogStreams | RemoveLogGroup | EmptyPrefix) -> dict[str, Any]:
    match action:
        case RemoveModels():
            return {"models": list(action.names)}
        case RemoveLogStreams():
            return {"log_group": action.group, "log_streams": list(action.names)}
        case RemoveLogGroup():
            return {"log_group": action.name}
        case EmptyPrefix():
            return {"uri": f"s3://{action.bucket}/{action.prefix}", "versions": action.versions}
        case _:
            assert_never(action)


def _change(change: ResourceChange) -> dict[str, Any]:
    return {**asdict(change), "lost": change.lost}
