"""A pipeline definition, checked: every fault is found when the pipeline is made, with the key path to it.

The definition is what the service's documentation calls the pipeline definition JSON schema, version
2020-12-01. Steps inside a condition's branches are listed with the others; they know the condition and the
branch.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.errors import ServiceError, invalid
from local_aws.sagemaker import caching, retries

PARAMETER_TYPES: Mapping[str, type] = {"String": str, "Integer": int, "Float": float, "Boolean": bool}
STEP_TYPES = (
    "Model",
    "Transform",
    "Processing",
    "Lambda",
    "Condition",
    "Fail",
    "RegisterModel",
    "EMRServerless",
)
_NAME = re.compile(r"[A-Za-z0-9\-_]{1,64}")
_STEP_KEYS = {
    "Name",
    "Type",
    "Arguments",
    "DependsOn",
    "DisplayName",
    "Description",
    "RetryPolicies",
    "CacheConfig",
    "PropertyFiles",
    "FunctionArn",
    "OutputParameters",
}
_TOP_KEYS = {"Version", "Metadata", "Parameters", "PipelineExperimentConfig", "Steps"}


@dataclass(frozen=True)
class Parameter:
    """A pipeline parameter.

    Attributes:
        name: Its name.
        type: One of `PARAMETER_TYPES`.
        default: The value without which a start must give one, or None.
        allowed: The values it may have; empty for any.
    """

    name: str
    type: str
    default: Any
    allowed: tuple[Any, ...]


@dataclass(frozen=True)
class Step:
    """A step, wherever in the definition it stands.

    Attributes:
        name: Its name, unique in the definition.
        type: One of `STEP_TYPES`.
        body: The step as it was written.
        path: Where it stands, such as `Steps[4].Arguments.ElseSteps[0]`.
        scope: The condition steps and branches that it is inside of, outermost first.
    """

    name: str
    type: str
    body: Mapping[str, Any]
    path: str
    scope: tuple[tuple[str, str], ...] = ()

    @property
    def arguments(self) -> Any:
        """The step's `Arguments`."""
        return self.body.get("Arguments", {})


@dataclass(frozen=True)
class Definition:
    """A definition without faults.

    Attributes:
        parameters: By name.
        steps: By name, in the order of the definition.
        needs: Step to the steps that must have succeeded before it: named in `DependsOn`, read by `Get`, or
            the condition that it is inside of.
    """

    parameters: Mapping[str, Parameter]
    steps: Mapping[str, Step]
    needs: Mapping[str, frozenset[str]]


def read(text: str) -> dict[str, Any]:
    """The definition as an object.

    Raises:
        ServiceError: It is not JSON, or not an object.
    """
    try:
        body = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise invalid(f"Unable to parse pipeline definition. Invalid JSON: {error}") from error
    if not isinstance(body, dict):
        raise invalid("Unable to parse pipeline definition. It is not a JSON object.")
    return body


def fault(path: str, what: str) -> ServiceError:
    """The service's refusal of a definition, with the key path of the fault."""
    return invalid(f"Unable to parse pipeline definition. {path}: {what}")


def read_parameters(body: Mapping[str, Any]) -> dict[str, Parameter]:
    """The declared parameters by name.

    Raises:
        ServiceError: A parameter has no name or type, a name twice, or a default of another type.
    """
    declared: dict[str, Parameter] = {}
    for index, item in enumerate(_list(body, "Parameters", "")):
        path = f"Parameters[{index}]"
        name, kind = item.get("Name"), item.get("Type")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise fault(f"{path}.Name", f"{name!r} does not match {_NAME.pattern}")
        if name in declared:
            raise fault(f"{path}.Name", f"the parameter {name!r} is declared twice")
        if kind not in PARAMETER_TYPES:
            raise fault(f"{path}.Type", f"{kind!r} is not one of {', '.join(PARAMETER_TYPES)}")
        default = item.get("DefaultValue")
        if default is not None and not _is_of_type(default, kind):
            raise fault(f"{path}.DefaultValue", f"{default!r} is not of type {kind}")
        declared[name] = Parameter(name, kind, default, tuple(item.get("EnumValues", ())))
    return declared


def read_steps(body: Mapping[str, Any]) -> dict[str, Step]:
    """All steps by name, those inside of conditions after their condition.

    Raises:
        ServiceError: A key that is not known, a name twice, or a type that the local AWS does not run.
    """
    unknown = set(body) - _TOP_KEYS
    if unknown:
        raise fault(sorted(unknown)[0], "is not a key of a pipeline definition")
    if body.get("Version") != "2020-12-01":
        raise fault("Version", f"{body.get('Version')!r} is not 2020-12-01")
    steps: dict[str, Step] = {}
    for step in _walk(_list(body, "Steps", ""), "Steps", ()):
        if step.name in steps:
            raise fault(f"{step.path}.Name", f"the name {step.name!r} is taken by {steps[step.name].path}")
        steps[step.name] = step
    if not steps:
        raise fault("Steps", "there is no step")
    return steps


def _walk(items: list[Any], path: str, scope: tuple[tuple[str, str], ...]) -> Iterator[Step]:
    for index, item in enumerate(items):
        step = _step(item, f"{path}[{index}]", scope)
        yield step
        if step.type == "Condition":
            for branch in ("IfSteps", "ElseSteps"):
                inner = f"{step.path}.Arguments.{branch}"
                nested = _list(step.arguments, branch, f"{step.path}.Arguments.")
                yield from _walk(nested, inner, (*scope, (step.name, branch)))


def _step(item: Any, path: str, scope: tuple[tuple[str, str], ...]) -> Step:
    if not isinstance(item, dict):
        raise fault(path, "a step is an object")
    name, kind = item.get("Name"), item.get("Type")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise fault(f"{path}.Name", f"{name!r} does not match {_NAME.pattern}")
    if kind not in STEP_TYPES:
        raise fault(
            f"{path}.Type", f"the local AWS does not run steps of type {kind!r}, only {', '.join(STEP_TYPES)}"
        )
    for key in item:
        if key not in _STEP_KEYS:
            raise fault(f"{path}.{key}", "is not a key of a step")
    caching.expires_after(item, path)
    retries.policies(item, path)
    if not isinstance(item.get("Arguments", {}), dict):
        raise fault(f"{path}.Arguments", "is not an object")
    return Step(name, kind, item, path, scope)


def _list(body: Mapping[str, Any], key: str, prefix: str) -> list[Any]:
    value = body.get(key, [])
    if not isinstance(value, list):
        raise fault(f"{prefix}{key}", "is not a list")
    return value


def _is_of_type(value: Any, kind: str) -> bool:
    if kind == "Float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "Integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, PARAMETER_TYPES[kind])
