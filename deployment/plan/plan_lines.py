"""A plan in words, and as the document that `--json` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final, assert_never

from deployment.plan.actions import Action, ChangeStack, RemoveStack, Upload
from deployment.plan.differences import PropertyChange, ResourceChange

NOTHING: Final = "Nothing to do."
_LONGEST_VALUE: Final = 60


def lines(actions: Sequence[Action]) -> Iterator[str]:
    """The plan, a line each; a resource's line begins with + (added), ~ (changed) or - (removed)."""
    if not actions:
        yield NOTHING
    for action in actions:
        match action:
            case Upload():
                yield f"upload  {action.what}: {action.key} ({_size(len(action.body))})"
            case RemoveStack():
                yield f"remove  stack {action.stack}: it is {action.status}, and can only be deleted"
            case ChangeStack():
                yield f"{action.mode.lower()}  stack {action.stack}"
                if not action.changes:
                    yield "    no resource changes, only the template's text, outputs or tags"
                for change in action.changes:
                    yield from _resource(change)
            case _:
                assert_never(action)


def _size(count: int) -> str:
    return f"{count:,} bytes" if count < 10_000 else f"{count / 1000:,.0f} kB"


def _resource(change: ResourceChange) -> Iterator[str]:
    replaced = "  replaced" if change.replaced else ""
    yield f"  {change.sign} {change.logical_id} ({change.type}){replaced}"
    for item in change.properties:
        before, after = _text(item.before), _text(item.after)
        pairs = zip(before, after, strict=False)
        same = next((index for index, (one, other) in enumerate(pairs) if one != other), 0)
        yield f"      {item.path}: {_short(before, same)} -> {_short(after, same)}"


def _text(value: Any) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _short(text: str, same: int) -> str:
    """`text`, or where it is long the part around its first difference, after `same` characters."""
    if len(text) <= _LONGEST_VALUE:
        return text
    start = max(0, min(same - _LONGEST_VALUE // 2, len(text) - _LONGEST_VALUE))
    end = start + _LONGEST_VALUE
    return f"{'...' if start else ''}{text[start:end]}{'...' if end < len(text) else ''}"


def document(actions: Sequence[Action]) -> list[dict[str, Any]]:
    """The plan as JSON."""
    return [_action(action) for action in actions]


def _action(action: Action) -> dict[str, Any]:
    match action:
        case Upload():
            uri = f"s3://{action.bucket}/{action.key}"
            return {"action": "upload", "what": action.what, "uri": uri, "bytes": len(action.body)}
        case RemoveStack():
            return {"action": "remove", "stack": action.stack, "status": action.status}
        case ChangeStack():
            resources = [_change(change) for change in action.changes]
            return {"action": action.mode.lower(), "stack": action.stack, "resources": resources}
        case _:
            assert_never(action)


def _change(change: ResourceChange) -> dict[str, Any]:
    return {
        "sign": change.sign,
        "logical_id": change.logical_id,
        "type": change.type,
        "replaced": change.replaced,
        "properties": [_property(item) for item in change.properties],
    }


def _property(change: PropertyChange) -> dict[str, Any]:
    return {"path": change.path, "before": change.before, "after": change.after}
