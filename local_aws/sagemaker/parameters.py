"""The values that an execution is started with, against the parameters that the pipeline declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.errors import ServiceError, invalid
from local_aws.sagemaker.definition import Parameter


def started_with(declared: Mapping[str, Parameter], sent: list[dict[str, str]]) -> dict[str, Any]:
    """Every declared parameter's value, of its own type.

    Args:
        declared: The pipeline's parameters.
        sent: `PipelineParameters` of the start; values are strings, whatever the parameter's type.

    Raises:
        ServiceError: One that is not declared, one twice, one that is missing or of another type or not
            allowed.
    """
    values: dict[str, Any] = {}
    for item in sent:
        name = item["Name"]
        if name not in declared:
            known = ", ".join(declared) or "none"
            raise invalid(f"Unknown parameter: {name}. The pipeline's parameters are: {known}")
        if name in values:
            raise invalid(f"Parameter {name} is given twice.")
        values[name] = _typed(declared[name], item["Value"])
    for name, parameter in declared.items():
        if name not in values:
            if parameter.default is None:
                raise invalid(f"Parameter {name} has no default value and must be given.")
            values[name] = parameter.default
        if parameter.allowed and values[name] not in parameter.allowed:
            allowed = ", ".join(str(value) for value in parameter.allowed)
            raise invalid(f"Parameter {name}: {values[name]!r} is not one of {allowed}.")
    return values


def _typed(parameter: Parameter, text: str) -> Any:
    wrong: ServiceError = invalid(f"Parameter {parameter.name}: {text!r} is not of type {parameter.type}.")
    if parameter.type == "String":
        return text
    if parameter.type == "Boolean":
        if text.lower() not in ("true", "false"):
            raise wrong
        return text.lower() == "true"
    try:
        return int(text) if parameter.type == "Integer" else float(text)
    except ValueError as error:
        raise wrong from error
