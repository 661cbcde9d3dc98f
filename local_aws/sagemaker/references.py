"""What a step reads from elsewhere: the `Get`s and functions in it, each checked against what there is to
read.

A `Get` is `Parameters.<name>`, `Execution.<variable>` or `Steps.<step>.<path>`, where the path is one into
the answer of the `Describe` operation of what the step made: `TransformOutput.S3OutputPath`,
`ProcessingOutputConfig.Outputs['scores'].S3Output.S3Uri`, `OutputParameters['statusCode']`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.sagemaker.definition import Definition, Parameter, Step, fault
from local_aws.shapes import service_model

EXECUTION_VARIABLES = (
    "StartDateTime",
    "CurrentDateTime",
    "PipelineName",
    "PipelineArn",
    "PipelineExecutionId",
    "PipelineExecutionArn",
)
DESCRIBED_BY = {
    "Model": "DescribeModel",
    "Transform": "DescribeTransformJob",
    "Processing": "DescribeProcessingJob",
    "RegisterModel": "DescribeModelPackage",
}
NAME_OF = {"Outputs": "OutputName", "ProcessingInputs": "InputName"}
"""Lists of a description that a path picks from by name: list to the key that holds an item's name."""

_PART = re.compile(r"(?P<name>\w+)|\['(?P<key>[^']+)'\]|\[(?P<index>\d+)\]")


def checked(parameters: Mapping[str, Parameter], steps: Mapping[str, Step]) -> Definition:
    """The definition, with what each step needs.

    Raises:
        ServiceError: A parameter, variable, step or path that is not there, or steps that wait for each
            other.
    """
    needs: dict[str, frozenset[str]] = {}
    for step in steps.values():
        found = {condition for condition, _ in step.scope}
        for index, name in enumerate(step.body.get("DependsOn", [])):
            found.add(_visible(name, step, steps, f"{step.path}.DependsOn[{index}]"))
        for path, get in gets(_own_part(step), step.path):
            found.update(_check_get(path, get, step, (parameters, steps)))
        needs[step.name] = frozenset(found)
    _refuse_cycles(needs, steps)
    return Definition(parameters, steps, needs)


def gets(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every `{"Get": ...}` in a value, with its key path."""
    if isinstance(value, Mapping):
        if set(value) == {"Get"}:
            yield path, value["Get"]
            return
        for key, item in value.items():
            yield from gets(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from gets(item, f"{path}[{index}]")


def parts(path: str) -> list[str | int]:
    """The names, keys and indexes of a path; empty when it is not one.

    >>> parts("Outputs['scores'].S3Output.S3Uri")
    ['Outputs', 'scores', 'S3Output', 'S3Uri']
    """
    found: list[str | int] = []
    position = 0
    while position < len(path):
        if found and path[position] == ".":
            position += 1
        match = _PART.match(path, position)
        if match is None:
            return []
        found.append(int(match["index"]) if match["index"] else match["name"] or match["key"])
        position = match.end()
    return found


def _own_part(step: Step) -> dict[str, Any]:
    """The step without the steps inside of it, which are looked at by themselves."""
    if step.type != "Condition":
        return dict(step.body)
    return {**step.body, "Arguments": {"Conditions": step.arguments.get("Conditions", [])}}


def _check_get(
    path: str, get: Any, step: Step, declared: tuple[Mapping[str, Parameter], Mapping[str, Step]]
) -> set[str]:
    """The step that the `Get` waits for, if it does."""
    parameters, steps = declared
    root, _, rest = get.partition(".") if isinstance(get, str) else ("", "", "")
    if root == "Parameters":
        if rest not in parameters:
            raise fault(
                path, f"the parameter {rest!r} is not declared; declared: {', '.join(parameters) or 'none'}"
            )
        return set()
    if root == "Execution":
        if rest not in EXECUTION_VARIABLES:
            raise fault(path, f"Execution.{rest} is not one of {', '.join(EXECUTION_VARIABLES)}")
        return set()
    if root != "Steps":
        raise fault(path, f"{get!r} starts with none of Parameters., Execution., Steps.")
    name, _, inner = rest.partition(".")
    target = steps[_visible(name, step, steps, path)]
    _check_path(path, parts(inner), target, inner)
    return {target.name}


def _visible(name: Any, step: Step, steps: Mapping[str, Step], path: str) -> str:
    if not isinstance(name, str) or name not in steps:
        raise fault(path, f"there is no step {name!r}")
    target = steps[name]
    if target.scope != step.scope[: len(target.scope)]:
        condition, branch = target.scope[-1]
        raise fault(
            path,
            f"the step {name!r} is inside {branch} of {condition!r} and cannot be waited for from outside",
        )
    return name


def _check_path(path: str, inner: list[str | int], target: Step, text: str) -> None:
    if inner[:1] == ["PropertyFiles"] and target.type == "Processing":
        known = [item.get("PropertyFileName") for item in target.body.get("PropertyFiles", [])]
    elif target.type == "Lambda":
        known = [item.get("OutputName") for item in target.body.get("OutputParameters", [])]
    elif target.type == "Condition":
        known = ["Outcome"]
    elif target.type in DESCRIBED_BY:
        _check_described(path, inner, target, text)
        return
    else:
        known = []
    wanted = inner[1:] if target.type != "Condition" else inner
    prefixed = target.type != "Lambda" or inner[:1] == ["OutputParameters"]
    if len(wanted) != 1 or wanted[0] not in known or not prefixed:
        raise fault(
            path, f"step {target.name!r} of type {target.type} has no {text!r} to read (it has {known})"
        )


def _check_described(path: str, inner: list[str | int], target: Step, text: str) -> None:
    """The path leads to a value in the answer of the operation that describes what the step makes."""
    shape: Any = service_model("sagemaker").operation_model(DESCRIBED_BY[target.type]).output_shape
    trail = ""
    for part in inner:
        if shape.type_name == "structure" and part in shape.members:
            shape = shape.members[part]
        elif shape.type_name == "list" and (isinstance(part, int) or trail in NAME_OF):
            shape = shape.member
        elif shape.type_name == "map":
            shape = shape.value
        else:
            inner = []
            break
        trail = str(part)
    if not inner:
        raise fault(
            path,
            f"{text!r} is not in the answer of {DESCRIBED_BY[target.type]}, which step {target.name!r} has",
        )


def _refuse_cycles(needs: Mapping[str, frozenset[str]], steps: Mapping[str, Step]) -> None:
    done: set[str] = set()
    while len(done) < len(needs):
        ready = {name for name, wanted in needs.items() if name not in done and wanted <= done}
        if not ready:
            stuck = [name for name in needs if name not in done]
            raise fault(steps[stuck[0]].path, f"these steps wait for each other: {', '.join(stuck)}")
        done |= ready
