"""What differs between two deployments of a template, resource by resource: pure, without a change set.

CloudFormation's own list (a change set) needs the upload done first and says nothing of values; this one
is worked out from the two templates and their parameters, so that a plan can be shown before anything is
touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from deployment.release.template_values import Evaluation

Sign = Literal["+", "~", "-"]

# The properties that can't be changed in place: CloudFormation makes a new resource and removes the old
# one ("Update requires: Replacement" in the resource's reference; a test compares with cfn-lint's copy of
# the schemas).
REPLACED_BY: Final[Mapping[str, frozenset[str]]] = {
    "AWS::CloudWatch::Alarm": frozenset({"AlarmName"}),
    "AWS::CloudWatch::Dashboard": frozenset({"DashboardName"}),
    "AWS::Events::Rule": frozenset({"Name"}),
    "AWS::IAM::Role": frozenset({"RoleName", "Path"}),
    "AWS::Lambda::Function": frozenset({"FunctionName", "PackageType", "TenancyConfig"}),
    "AWS::Lambda::LayerVersion": frozenset(
        {
            "CompatibleRuntimes",
            "CompatibleArchitectures",
            "Content",
            "Description",
            "LayerName",
            "LicenseInfo",
        }
    ),
    "AWS::Logs::LogGroup": frozenset({"LogGroupName"}),
    "AWS::SageMaker::Pipeline": frozenset({"PipelineName"}),
    "AWS::SQS::Queue": frozenset({"FifoQueue", "QueueName"}),
}


# What goes with a resource when it is removed or replaced; for other types nothing that matters.
_LOST: Final[Mapping[str, str]] = {
    "AWS::CloudWatch::Alarm": "its state and history",
    "AWS::CloudWatch::Dashboard": "what people changed on it by hand",
    "AWS::Lambda::Function": "its versions and its concurrency settings",
    "AWS::Logs::LogGroup": "its log lines",
    "AWS::SageMaker::Pipeline": "the history of its executions",
    "AWS::SNS::Topic": "the subscriptions that were made by hand",
    "AWS::SQS::Queue": "the messages in it",
}


@dataclass(frozen=True)
class PropertyChange:
    """One property with another value; None where it is absent."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class ResourceChange:
    """A resource that is added, changed or removed.

    Attributes:
        sign: `+` added, `~` changed, `-` removed.
        logical_id: Its name in the template.
        type: Its CloudFormation type.
        replaced: Whether the change makes a new resource in place of the old one.
        properties: What changes about it.
    """

    sign: Sign
    logical_id: str
    type: str
    replaced: bool = False
    properties: tuple[PropertyChange, ...] = ()

    @property
    def lost(self) -> str:
        """What the change destroys; empty where it destroys nothing that matters."""
        return _LOST.get(self.type, "") if self.replaced or self.sign == "-" else ""


def resources(before: Evaluation | None, after: Evaluation) -> tuple[ResourceChange, ...]:
    """The resources that change from `before` (None: no stack) to `after`, in the template's order."""
    old = before.resources if before else {}
    changes: dict[str, ResourceChange] = {}
    for name, resource in after.resources.items():
        if name not in old:
            changes[name] = ResourceChange("+", name, resource["Type"])
        elif resource != old[name]:
            changes[name] = _changed(name, old[name], resource)
    for name, resource in old.items():
        if name not in after.resources:
            changes[name] = ResourceChange("-", name, resource["Type"])
    _follow_replacements(changes, after)
    order = list(after.resources) + list(old)
    return tuple(sorted(changes.values(), key=lambda change: order.index(change.logical_id)))


def _changed(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> ResourceChange:
    changed = tuple(properties(old.get("Properties", {}), new.get("Properties", {}), ""))
    fixed = REPLACED_BY.get(new["Type"], frozenset())
    replaced = any(change.path.split(".")[0].split("[")[0] in fixed for change in changed)
    return ResourceChange("~", name, new["Type"], replaced or old["Type"] != new["Type"], changed)


def properties(old: Any, new: Any, path: str) -> Iterator[PropertyChange]:
    """What differs between two JSON values, at the deepest paths at which they do."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*new, *(key for key in old if key not in new)]:
            yield from properties(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from properties(before, after, f"{path}[{index}]")
    elif old != new:
        yield PropertyChange(path, old, new)


def _follow_replacements(changes: dict[str, ResourceChange], after: Evaluation) -> None:
    """Adds the resources that refer to a replaced one: its name changes, and so do they."""
    waiting = [name for name, change in changes.items() if change.replaced]
    seen = set(waiting)
    while waiting:
        replaced = waiting.pop()
        for name, resource in after.resources.items():
            paths = list(_references(resource.get("Properties", {}), replaced, ""))
            if not paths or changes.get(name, ResourceChange("~", name, "")).sign != "~":
                continue
            told = tuple(
                PropertyChange(path, f"{replaced}, as it was", f"{replaced}, replaced") for path in paths
            )
            fixed = REPLACED_BY.get(resource["Type"], frozenset())
            anew = any(path.split(".")[0].split("[")[0] in fixed for path in paths)
            known = changes.get(name, ResourceChange("~", name, resource["Type"]))
            changes[name] = ResourceChange(
                "~", name, resource["Type"], known.replaced or anew, known.properties + told
            )
            if anew and name not in seen:
                seen.add(name)
                waiting.append(name)


def _references(value: Any, name: str, path: str) -> Iterator[str]:
    match value:
        case {"Ref": str(target)} if target == name:
            yield path
        case {"Fn::GetAtt": [str(target), *_]} if target == name:
            yield path
        case {"Fn::Sub": str(text)} if f"${{{name}}}" in text or f"${{{name}." in text:
            yield path
        case dict():
            for key, item in value.items():
                yield from _references(item, name, f"{path}.{key}" if path else key)
        case list():
            for index, item in enumerate(value):
                yield from _references(item, name, f"{path}[{index}]")
