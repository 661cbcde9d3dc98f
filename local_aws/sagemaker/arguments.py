"""Step arguments held against the request that the step will make, before there is anything to run.

A value that is only known when the step runs (`Get`, `Std:Join`, `Std:JsonGet`) fits everywhere; the service
operation checks it then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.sagemaker.definition import Definition, Step, fault
from local_aws.shapes import service_model

MADE_BY = {
    "Model": ("CreateModel", "ModelName"),
    "Transform": ("CreateTransformJob", "TransformJobName"),
    "Processing": ("CreateProcessingJob", "ProcessingJobName"),
    "RegisterModel": ("CreateModelPackage", ""),
}
"""Step type to the operation that it calls and the parameter that the pipeline fills in by itself."""

JOB_RUN = {"ApplicationId": "applicationId", "ExecutionRoleArn": "executionRoleArn"}
"""What an EMRServerless step says beside its `JobConfig`, and the member of it that is the same."""

_FUNCTIONS = ({"Get"}, {"Std:Join"}, {"Std:JsonGet"})
_CONDITIONS: Mapping[str, tuple[str, ...]] = {
    "Equals": ("LeftValue", "RightValue"),
    "GreaterThan": ("LeftValue", "RightValue"),
    "GreaterThanOrEqualTo": ("LeftValue", "RightValue"),
    "LessThan": ("LeftValue", "RightValue"),
    "LessThanOrEqualTo": ("LeftValue", "RightValue"),
    "In": ("QueryValue", "Values"),
    "Not": ("Condition",),
    "Or": ("Conditions",),
}


def check_arguments(definition: Definition) -> None:
    """Nothing, or a `ServiceError` with the key path of the first fault in a step's arguments."""
    for step in definition.steps.values():
        path = f"{step.path}.Arguments"
        match step.type:
            case "Condition":
                _check_conditions(step.arguments.get("Conditions"), f"{path}.Conditions")
            case "Fail":
                if "ErrorMessage" not in step.arguments:
                    raise fault(f"{path}.ErrorMessage", "a Fail step says why")
            case "Lambda":
                _check_lambda(step)
            case "EMRServerless":
                _check_job_run(step.arguments, path)
            case _:
                _check_request(step, path)
        _check_functions(step.arguments, path)


def is_function(value: Any) -> bool:
    """Whether the value is one that is known only when the step runs."""
    return isinstance(value, Mapping) and set(value) in _FUNCTIONS


def _check_request(step: Step, path: str) -> None:
    operation, own_name = MADE_BY[step.type]
    shape: Any = service_model("sagemaker").operation_model(operation).input_shape
    if own_name and own_name in step.arguments:
        raise fault(f"{path}.{own_name}", "the pipeline names what its steps make; leave it out")
    for name in shape.required_members:
        if name != own_name and name not in step.arguments:
            raise fault(path, f"{operation} needs {name}")
    _check_structure(shape, step.arguments, path)


def _check_job_run(arguments: Mapping[str, Any], path: str) -> None:
    """`JobConfig` is the request of `StartJobRun`, in the form that SageMaker's SDK writes."""
    for key in ("ApplicationId", "ExecutionRoleArn", "JobConfig"):
        if key not in arguments:
            raise fault(path, f"an EMRServerless step needs {key} here, where no applications are made")
    shape: Any = service_model("emr-serverless").operation_model("StartJobRun").input_shape
    _check_structure(shape, arguments["JobConfig"], f"{path}.JobConfig")
    for outside, inside in JOB_RUN.items():
        job = arguments["JobConfig"].get(inside, arguments[outside])
        if job != arguments[outside]:
            raise fault(f"{path}.JobConfig.{inside}", f"{job!r} is not the step's {arguments[outside]!r}")


def _check_structure(shape: Any, value: Mapping[str, Any], path: str) -> None:
    for name, item in value.items():
        if name not in shape.members:
            raise fault(f"{path}.{name}", f"is not one of {', '.join(shape.members)}")
        _check_value(shape.members[name], item, f"{path}.{name}")


def _check_value(shape: Any, value: Any, path: str) -> None:
    if is_function(value):
        return
    match shape.type_name:
        case "structure":
            _expect(value, dict, "an object", path)
            for name in shape.required_members:
                if name not in value:
                    raise fault(path, f"{name} is missing")
            _check_structure(shape, value, path)
        case "list":
            _expect(value, list, "a list", path)
            for index, item in enumerate(value):
                _check_value(shape.member, item, f"{path}[{index}]")
        case "map":
            _expect(value, dict, "an object", path)
            for name, item in value.items():
                _check_value(shape.value, item, f"{path}.{name}")
        case "string":
            _expect(value, str, "a string", path)
        case "boolean":
            _expect(value, bool, "true or false", path)
        case "integer" | "long":
            _expect(value, int, "a whole number", path)


def _expect(value: Any, kind: type, words: str, path: str) -> None:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise fault(path, f"{value!r} is not {words}")


def _check_conditions(conditions: Any, path: str) -> None:
    if not isinstance(conditions, list) or not conditions:
        raise fault(path, "is not a list of conditions")
    for index, condition in enumerate(conditions):
        _check_condition(condition, f"{path}[{index}]")


def _check_condition(condition: Any, path: str) -> None:
    kind = condition.get("Type") if isinstance(condition, Mapping) else None
    if not isinstance(kind, str) or kind not in _CONDITIONS:
        raise fault(f"{path}.Type", f"{kind!r} is not one of {', '.join(_CONDITIONS)}")
    for key in _CONDITIONS[kind]:
        if key not in condition:
            raise fault(f"{path}.{key}", f"a condition {kind} has one")
    if kind == "Not":
        _check_condition(condition["Condition"], f"{path}.Condition")
    if kind == "Or":
        _check_conditions(condition["Conditions"], f"{path}.Conditions")


def _check_lambda(step: Step) -> None:
    if not step.body.get("FunctionArn"):
        raise fault(f"{step.path}.FunctionArn", "a Lambda step has one")
    for index, output in enumerate(step.body.get("OutputParameters", [])):
        kinds = ("String", "Integer", "Boolean", "Float")
        if output.get("OutputType") not in kinds:
            path = f"{step.path}.OutputParameters[{index}].OutputType"
            raise fault(path, f"{output.get('OutputType')!r} is not one of {', '.join(kinds)}")


def _check_functions(value: Any, path: str) -> None:
    """Each `Std:` function in the value is one that there is, with the parts it needs."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "Std:Join" and not (isinstance(item, Mapping) and isinstance(item.get("Values"), list)):
                raise fault(f"{path}.{key}", "has On and a list of Values")
            if key == "Std:JsonGet" and not (isinstance(item, Mapping) and "Path" in item):
                raise fault(f"{path}.{key}", "has PropertyFile or S3Uri, and Path")
            if key.startswith("Std:") and key not in ("Std:Join", "Std:JsonGet"):
                raise fault(f"{path}.{key}", "the functions are Std:Join and Std:JsonGet")
            _check_functions(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check_functions(item, f"{path}[{index}]")
