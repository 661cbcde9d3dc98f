"""A plan in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final, assert_never

from deployment.plan import prices
from deployment.plan.actions import (
    Action,
    ChangeStack,
    Details,
    EmptyPrefix,
    RemoveChangeSets,
    RemoveLogGroup,
    RemoveLogStreams,
    RemoveModels,
    RemoveStack,
    Upload,
)
from deployment.plan.cost import Cost
from deployment.plan.definition_changes import PartChange
from deployment.plan.differences import PropertyChange, ResourceChange

NOTHING: Final = "Nothing to do."
_LONGEST_VALUE: Final = 60
_SHOWN_NAMES: Final = 5


def lines(actions: Sequence[Action]) -> Iterator[str]:
    """The plan, a line each.

    A resource's line begins with + (added), ~ (changed), - (removed) or ! (replaced, or something is lost).
    """
    if not actions:
        yield NOTHING
    for action in actions:
        match action:
            case Upload():
                yield f"upload  {action.what}: {action.key} ({_size(len(action.body))})"
            case RemoveStack():
                yield f"remove  stack {action.stack}, which is {action.status}"
            case RemoveChangeSets():
                names = ", ".join(action.names)
                yield f"remove  change sets of {action.stack} that were left behind: {names}"
            case ChangeStack():
                yield f"{action.mode.lower()}  stack {action.stack}"
                if not action.changes:
                    yield "    no resource changes, only the template's text, outputs or tags"
                for change in action.changes:
                    yield from _resource(change)
                yield from _details(action.details)
            case RemoveModels() | RemoveLogStreams() | RemoveLogGroup() | EmptyPrefix():
                yield f"remove  {_removal(action)}"
            case _:
                assert_never(action)


def _removal(action: RemoveModels | RemoveLogStreams | RemoveLogGroup | EmptyPrefix) -> str:
    match action:
        case RemoveModels():
            shown = ", ".join(action.names[:_SHOWN_NAMES])
            more = len(action.names) - _SHOWN_NAMES
            others = f" and {more:,} more, which --json names" if more > 0 else ""
            return f"models that its runs made: {shown}{others}"
        case RemoveLogStreams():
            return f"log streams of its jobs in {action.group}: {len(action.names)}"
        case RemoveLogGroup():
            return f"log group {action.name}"
        case EmptyPrefix():
            where = f"s3://{action.bucket}/{action.prefix}"
            return f"all {action.versions:,} versions of objects below {where}"
        case _:
            assert_never(action)


def cost_lines(cost: Cost) -> Iterator[str]:
    """The estimate, which says that it is one."""
    by = "one run" if cost.runs is None else f"{cost.runs:.3g} runs"
    yield (
        f"cost    about {cost.dollars:.2f} USD a month with {by}: an estimate from the list prices of "
        f"us-east-1 in {prices.AS_OF}, without storage and free tiers"
    )
    for item in cost.items:
        price = "no price known" if item.dollars is None else f"{item.dollars:.2f}"
        yield f"    {item.what}: {price}"


def _size(count: int) -> str:
    return f"{count:,} bytes" if count < 10_000 else f"{count / 1000:,.0f} kB"


def _resource(change: ResourceChange) -> Iterator[str]:
    sign = "!" if change.replaced or change.lost else change.sign
    said = "  replaced" if change.replaced else "  removed" if change.sign == "-" and change.lost else ""
    lost = f": {change.lost} will be lost" if change.lost else ""
    yield f"  {sign} {change.logical_id} ({change.type}){said}{lost}"
    for item in change.properties:
        yield f"      {_property(item)}"


def _details(details: Details) -> Iterator[str]:
    if details.definition:
        yield "  pipeline definition"
        for part in details.definition:
            yield from _part(part)
    if details.thresholds:
        yield "  thresholds"
        for item in details.thresholds:
            yield f"    ~ {_property(item)}"
    if details.rights:
        yield "  rights (IAM)"
        for change in details.rights:
            sign = "!" if change.gives else "-"
            yield f"    {sign} {change.effect} {change.where}: {change.says}"


def _part(part: PartChange) -> Iterator[str]:
    yield f"    {part.sign} {part.kind} {part.name} ({part.type})"
    for item in part.properties:
        yield f"        {_property(item)}"


def _property(item: PropertyChange) -> str:
    before, after = _text(item.before), _text(item.after)
    pairs = zip(before, after, strict=False)
    same = next((index for index, (one, other) in enumerate(pairs) if one != other), 0)
    return f"{item.path}: {_short(before, same)} -> {_short(after, same)}"


def _text(value: Any) -> str:
    if value is None:
        return "none"
    return " ".join((value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).split())


def _short(text: str, same: int) -> str:
    """`text`, or where it is long the part around its first difference, after `same` characters."""
    if len(text) <= _LONGEST_VALUE:
        return text
    start = max(0, min(same - _LONGEST_VALUE // 2, len(text) - _LONGEST_VALUE))
    end = start + _LONGEST_VALUE
    return f"{'...' if start else ''}{text[start:end]}{'...' if end < len(text) else ''}"
