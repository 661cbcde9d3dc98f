"""What SageMaker would refuse in a pipeline definition, found before anything is uploaded.

Each step's `Arguments` are a request of the API without the job's name (SageMaker Developer Guide,
"Pipelines steps"), so they are held against botocore's model of that request; references, names and sizes
by our own rules. The JSON schema that AWS published is stale and refuses what the current SDK writes, so
it is not used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from botocore.model import StructureShape

from pipeline_definition import fill, shapes
from pipeline_definition.errors import DefinitionError
from pipeline_definition.service_model import emr_serverless, sagemaker

# Step type: the operation whose request its Arguments are, and the name that SageMaker puts in by itself.
_REQUESTS: Final = {
    "Model": ("CreateModel", "ModelName"),
    "Transform": ("CreateTransformJob", "TransformJobName"),
    "Processing": ("CreateProcessingJob", "ProcessingJobName"),
}
_DESCRIPTIONS: Final = {
    "Model": "DescribeModel",
    "Transform": "DescribeTransformJob",
    "Processing": "DescribeProcessingJob",
}
_OTHER_TYPES: Final = frozenset({"Lambda", "Condition", "Fail"})
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PARAMETER_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (int, float),
    "Boolean": (bool,),
}
_EXECUTION_VARIABLES: Final = frozenset(
    {
        "StartDateTime",
        "CurrentDateTime",
        "PipelineName",
        "PipelineArn",
        "PipelineExecutionId",
        "PipelineExecutionArn",
        "TrainingJobName",
        "ProcessingJobName",
    }
)
_OUTPUT: Final = re.compile(r"OutputParameters\['([^']+)'\]")
_MOST_CHARACTERS: Final = 1_048_576  # PipelineDefinition in the API's model
_MOST_STEPS: Final = 50
_TRANSFORM_VARIABLES: Final = 16  # CreateTransformJob, Environment
_INPUTS_AND_OUTPUTS: Final = 10  # refused at run time only (aws/sagemaker-python-sdk issue 2554)

Step = dict[str, Any]


def check(definition: dict[str, Any]) -> None:
    """Passes a definition that SageMaker would take.

    Raises:
        DefinitionError: With every fault, each with its path.
    """
    found = list(faults(definition))
    if found:
        raise DefinitionError(found)


def faults(definition: dict[str, Any]) -> Iterator[str]:
    """What SageMaker would refuse in `definition`, a line each."""
    steps = list(all_steps(definition["Steps"]))
    yield from _sizes(definition, steps)
    yield from _parameters(definition)
    by_name = {step["Name"]: step for step in steps}
    for step in steps:
        yield from _step(step)
        for reference in fill.gets({k: v for k, v in step.items() if k != "Name"}):
            fault = _reference(reference, definition, by_name)
            if fault:
                yield f"Steps.{step['Name']}: Get {reference}: {fault}"
        for name in step.get("DependsOn", ()):
            if name not in by_name:
                yield f"Steps.{step['Name']}.DependsOn: there is no step {name}"


def all_steps(steps: list[Step]) -> Iterator[Step]:
    """`steps`, each followed by the steps inside its branches."""
    for step in steps:
        yield step
        if step["Type"] == "Condition":
            yield from all_steps(step["Arguments"]["IfSteps"] + step["Arguments"]["ElseSteps"])


def _sizes(definition: dict[str, Any], steps: list[Step]) -> Iterator[str]:
    if (size := len(json.dumps(definition))) > _MOST_CHARACTERS:
        yield f"the definition has {size} characters, at most {_MOST_CHARACTERS} allowed"
    if len(steps) > _MOST_STEPS:
        yield f"Steps: has {len(steps)}, at most {_MOST_STEPS} allowed"
    names = [step["Name"] for step in steps]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"Steps: the name {name} is given {names.count(name)} times"


def _parameters(definition: dict[str, Any]) -> Iterator[str]:
    used = set(fill.gets(definition["Steps"]))
    for parameter in definition["Parameters"]:
        name, path = parameter["Name"], f"Parameters.{parameter['Name']}"
        if _NAME.fullmatch(name) is None:
            yield f"{path}: should be up to 64 letters, digits, hyphens and underscores"
        if path not in used:
            yield f"{path}: no step uses it"
        kind = _PARAMETER_TYPES.get(parameter["Type"])
        default = parameter.get("DefaultValue")
        if kind is None:
            yield f"{path}: has the type {parameter['Type']}, should be {' or '.join(_PARAMETER_TYPES)}"
        elif default is not None and type(default) not in kind:
            yield f"{path}: its default {default!r} is no {parameter['Type']}"


def _step(step: Step) -> Iterator[str]:
    path = f"Steps.{step['Name']}"
    if _NAME.fullmatch(step["Name"]) is None:
        yield f"{path}: should be up to 64 letters, digits, hyphens and underscores"
    if step["Type"] in _REQUESTS:
        operation, given = _REQUESTS[step["Type"]]
        shape = sagemaker().operation_model(operation).input_shape
        arguments = {**step["Arguments"], given: {"Get": "Execution.PipelineExecutionId"}}
        yield from shapes.faults(arguments, shape, f"{path}.Arguments")
        yield from _job_limits(step, f"{path}.Arguments")
    elif step["Type"] == "EMRServerless":
        yield from _spark_job(step["Arguments"], f"{path}.Arguments")
    elif step["Type"] not in _OTHER_TYPES:
        yield f"{path}: the type {step['Type']} is not one that this pipeline may have"


def _spark_job(arguments: dict[str, Any], path: str) -> Iterator[str]:
    """Faults of a step of EMR Serverless: StartJobRun's request, two of whose members stand outside too.

    The form is what SageMaker's SDK v3 writes (`sagemaker.mlops.workflow.emr_serverless_step`).
    """
    job = arguments.get("JobConfig", {})
    shape = emr_serverless().operation_model("StartJobRun").input_shape
    yield from shapes.faults({**job, "clientToken": "SageMaker-gives-it"}, shape, f"{path}.JobConfig")
    for outside, inside in (("ApplicationId", "applicationId"), ("ExecutionRoleArn", "executionRoleArn")):
        if arguments.get(outside) != job.get(inside):
            yield f"{path}.{outside}: {arguments.get(outside)!r} is not JobConfig's {job.get(inside)!r}"


def _job_limits(step: Step, path: str) -> Iterator[str]:
    arguments = step["Arguments"]
    variables = len(arguments.get("Environment", {}))
    if step["Type"] == "Transform" and variables > _TRANSFORM_VARIABLES:
        yield f"{path}.Environment: has {variables} entries, at most {_TRANSFORM_VARIABLES} allowed"
    outputs = arguments.get("ProcessingOutputConfig", {}).get("Outputs", [])
    for name, entries in (("ProcessingInputs", arguments.get("ProcessingInputs", [])), ("Outputs", outputs)):
        if len(entries) > _INPUTS_AND_OUTPUTS:
            yield f"{path}.{name}: has {len(entries)} entries, at most {_INPUTS_AND_OUTPUTS} allowed"


def _reference(reference: str, definition: dict[str, Any], steps: dict[str, Step]) -> str | None:
    """What is wrong with a Get, or None."""
    kind, _, rest = reference.partition(".")
    if kind == "Parameters":
        declared = {parameter["Name"] for parameter in definition["Parameters"]}
        return None if rest in declared else "no such parameter is declared"
    if kind == "Execution":
        return None if rest in _EXECUTION_VARIABLES else "SageMaker has no such variable"
    if kind != "Steps":
        return "should begin with Parameters, Execution or Steps"
    name, _, attribute = rest.partition(".")
    if name not in steps:
        return "there is no such step"
    return _attribute(steps[name], attribute)


def _attribute(step: Step, attribute: str) -> str | None:
    if step["Type"] == "Lambda":
        output = _OUTPUT.fullmatch(attribute)
        declared = {entry["OutputName"] for entry in step["OutputParameters"]}
        return None if output and output.group(1) in declared else "the Lambda step declares no such output"
    if step["Type"] not in _DESCRIPTIONS:
        return f"a {step['Type']} step has nothing to refer to"
    shape = sagemaker().operation_model(_DESCRIPTIONS[step["Type"]]).output_shape
    first = re.split(r"[.\[]", attribute)[0]
    if not isinstance(shape, StructureShape) or first not in shape.members:
        return f"{_DESCRIPTIONS[step['Type']]} answers with no {first}"
    return None
