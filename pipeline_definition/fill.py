"""The pipeline definition of a stage: the handwritten document, its steps chosen, its placeholders filled in.

A string that is one placeholder, `"${Name}"`, takes the value as it is (number, list, object); inside a
longer string a placeholder takes the value's text; where the value is `ABSENT` the key goes. A placeholder
without a value and a value without a placeholder are errors: a mistyped name never becomes an empty setting.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline_definition.errors import FillError

DOCUMENT: Final = Path(__file__).parent / "batch_pipeline.json"
_PLACEHOLDER: Final = re.compile(r"\$\{([A-Za-z]+)\}")
_MONITOR_STEPS: Final = frozenset({"ModelMonitor", "EvaluateDrift", "DriftGate"})
_GATE_STEPS: Final = frozenset({"DriftGate"})
_SPARK_STEPS: Final = frozenset({"ProfileBatch"})
_CODE_INPUT: Final = "code"
_THRESHOLDS_INPUT: Final = "thresholds"
_THRESHOLDS_VARIABLE: Final = "drift_thresholds"
_DATA_INPUT: Final = "baseline_dataset_input"
ABSENT: Final = object()  # the value of a setting that the stage does not make

Json = Any


@dataclass(frozen=True)
class Choice:
    """Which steps the pipeline has.

    Attributes:
        monitor: Whether batches are compared with a baseline; without, the pipeline ends after Transform.
        own_analyzer: Whether the monitor step runs our script; otherwise the image's own program runs.
        gate: Whether drift fails the run.
        thresholds: Whether the stage has a thresholds file.
        spark: Whether a Spark job profiles the batch first, and our script then reads the profile.
    """

    monitor: bool
    own_analyzer: bool = True
    gate: bool = False
    thresholds: bool = False
    spark: bool = False


def document() -> Json:
    """The handwritten pipeline definition, with its placeholders."""
    return json.loads(DOCUMENT.read_text(encoding="utf-8"))


def definition(document: Json, choice: Choice, values: Mapping[str, Json]) -> Json:
    """The definition with the steps of `choice` and `values` in place of the placeholders.

    Args:
        document: As `document()` reads it; left as it is.
        choice: Which steps there are.
        values: The value of each placeholder in those steps.

    Raises:
        FillError: A placeholder has no value, or a value has no placeholder.
    """
    chosen = _with_used_parameters(_with_steps(document, choice))
    wanted = placeholders(chosen)
    faults = [f"no value for the placeholder ${{{name}}}" for name in sorted(wanted - set(values))]
    faults += [f"no placeholder for the value {name}" for name in sorted(set(values) - wanted)]
    if faults:
        raise FillError(f"The pipeline definition can't be filled in: {'; '.join(faults)}")
    return _filled(chosen, values)


def placeholders(value: Json) -> set[str]:
    """The names of the placeholders in `value`.

    >>> sorted(placeholders(["${A}", {"x": "s3://${B}/y"}]))
    ['A', 'B']
    """
    match value:
        case str():
            return set(_PLACEHOLDER.findall(value))
        case dict():
            return set().union(*(placeholders(item) for item in value.values()))
        case list():
            return set().union(*(placeholders(item) for item in value))
        case _:
            return set()


def gets(value: Json) -> list[str]:
    """The references (`Parameters.X`, `Steps.Y.Z`) that `{"Get": ...}` makes in `value`, in order."""
    match value:
        case {"Get": str(reference), **rest} if not rest:
            return [reference]
        case dict():
            return [reference for item in value.values() for reference in gets(item)]
        case list():
            return [reference for item in value for reference in gets(item)]
        case _:
            return []


def _with_steps(document: Json, choice: Choice) -> Json:
    absent = frozenset() if choice.gate else _GATE_STEPS
    if not choice.monitor:
        absent = _MONITOR_STEPS
    if not (choice.monitor and choice.spark):
        absent |= _SPARK_STEPS
    steps = [step for step in document["Steps"] if step["Name"] not in absent]
    if not choice.thresholds:
        steps = [_without_thresholds(step) if step["Name"] == "ModelMonitor" else step for step in steps]
    if choice.monitor and not choice.own_analyzer:
        steps = [_with_images_program(step) if step["Name"] == "ModelMonitor" else step for step in steps]
    by_name = {step["Name"]: step for step in steps}
    if "ProfileBatch" in by_name:
        by_name["ModelMonitor"] = _on_the_profile(by_name["ModelMonitor"], by_name["ProfileBatch"])
    return {**document, "Steps": list(by_name.values())}


def _on_the_profile(monitor: Json, profile: Json) -> Json:
    """The monitor step with the Spark job's output in place of the batch."""
    written = profile["Arguments"]["JobConfig"]["jobDriver"]["sparkSubmit"]["entryPointArguments"][-1]
    inputs = [
        {**entry, "S3Input": {**entry["S3Input"], "S3Uri": written}}
        if entry["InputName"] == _DATA_INPUT
        else entry
        for entry in monitor["Arguments"]["ProcessingInputs"]
    ]
    arguments = {**monitor["Arguments"], "ProcessingInputs": inputs}
    # The step names the folder itself, so nothing but this tells SageMaker to wait.
    return {**monitor, "DependsOn": [profile["Name"]], "Arguments": arguments}


def _with_images_program(step: Json) -> Json:
    """The monitor step without our script: the image's own entry point runs."""
    arguments = step["Arguments"]
    image = {k: v for k, v in arguments["AppSpecification"].items() if k != "ContainerEntrypoint"}
    inputs = [entry for entry in arguments["ProcessingInputs"] if entry["InputName"] != _CODE_INPUT]
    return {**step, "Arguments": {**arguments, "AppSpecification": image, "ProcessingInputs": inputs}}


def _without_thresholds(step: Json) -> Json:
    """The monitor step of a stage without a thresholds file."""
    arguments = step["Arguments"]
    environment = {k: v for k, v in arguments["Environment"].items() if k != _THRESHOLDS_VARIABLE}
    inputs = [entry for entry in arguments["ProcessingInputs"] if entry["InputName"] != _THRESHOLDS_INPUT]
    return {**step, "Arguments": {**arguments, "Environment": environment, "ProcessingInputs": inputs}}


def _with_used_parameters(document: Json) -> Json:
    used = set(gets(document["Steps"]))
    parameters = [entry for entry in document["Parameters"] if f"Parameters.{entry['Name']}" in used]
    return {**document, "Parameters": parameters}


def _filled(value: Json, values: Mapping[str, Json]) -> Json:
    match value:
        case str():
            whole = _PLACEHOLDER.fullmatch(value)
            if whole is not None:
                return values[whole.group(1)]
            return _PLACEHOLDER.sub(lambda found: str(values[found.group(1)]), value)
        case dict():
            filled = {key: _filled(item, values) for key, item in value.items()}
            return {key: item for key, item in filled.items() if item is not ABSENT}
        case list():
            return [_filled(item, values) for item in value]
        case _:
            return value
