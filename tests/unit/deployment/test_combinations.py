"""Every combination of a stage's options makes a definition that SageMaker takes, by its API's model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from botocore.model import Shape
from botocore.validate import ParamValidator

from deployment.release.assemble import assemble
from pipeline_definition import validate
from pipeline_definition.service_model import sagemaker
from tests.unit.deployment import builders
from tests.unit.deployment.builders import BASELINE, MODEL
from tests.unit.deployment.test_release import SPARK

KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
NETWORK = {"subnets": ["subnet-0a1"], "security_groups": ["sg-0a1"]}
REQUESTS = {
    "Model": ("CreateModel", "ModelName"),
    "Transform": ("CreateTransformJob", "TransformJobName"),
    "Processing": ("CreateProcessingJob", "ProcessingJobName"),
}
"""A step's type: the operation whose request its arguments are, and the name that the service gives."""
SAMPLES = {"string": "s3://bucket/key", "integer": 1}
"""What a function of the definition might come to, by the type of its place."""
COMBINATIONS = list(
    product(
        ({"analyzer": "drift-engine"}, {"analyzer": "model-monitor"}, SPARK),
        ("calibrated", "model-monitor"),
        (False, True),
        (None, NETWORK),
        (None, KEY),
        (None, BASELINE),
    )
)


def filled(value: Any, shape: Shape) -> Any:
    """The value with a sample in the place of each function of the definition."""
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in {"Get", "Std:Join"}:
        return SAMPLES[shape.type_name]
    match shape.type_name:
        case "structure":
            members = shape.members  # type: ignore[attr-defined]
            return {name: filled(each, members[name]) for name, each in value.items()}
        case "list":
            return [filled(each, shape.member) for each in value]  # type: ignore[attr-defined]
        case "map":
            return {name: filled(each, shape.value) for name, each in value.items()}  # type: ignore[attr-defined]
        case _:
            return value


def botocores_faults(steps: list[dict[str, Any]]) -> Iterator[str]:
    """What botocore itself finds wrong with each step's request."""
    for step in validate.all_steps(steps):
        if step["Type"] in REQUESTS:
            operation, name = REQUESTS[step["Type"]]
            shape = sagemaker().operation_model(operation).input_shape
            assert shape is not None
            request = filled({**step["Arguments"], name: "job"}, shape)
            report = ParamValidator().validate(request, shape)
            if report.has_errors():
                yield f"{step['Name']}: {report.generate_report()}"


@pytest.mark.parametrize("options", COMBINATIONS)
def test_every_combination_of_options_makes_a_definition_that_sagemaker_takes(
    tmp_path: Path, options: tuple[Any, ...]
) -> None:
    analyzer, verdict, gate, network, key, baseline = options
    monitor = {**analyzer, "verdict": verdict}
    of = builders.config(
        tmp_path, monitor=monitor, drift={"fail_on_drift": gate}, network=network, kms_key_arn=key
    )
    facts = builders.facts(model=replace(MODEL, baseline=baseline))
    definition = dict(assemble(of, facts, builders.sources(of)).definition)
    assert list(validate.faults(definition)) == []
    assert list(botocores_faults(definition["Steps"])) == []
    text = json.dumps(definition)
    assert text.count(KEY) == (0 if key is None else 2 if baseline is None else 4)
    assert text.count('"VpcConfig"') == (0 if network is None else 1 if baseline is None else 2)
    assert ("FailOnDrift" in text) == (gate and baseline is not None)


def test_botocore_would_find_a_wrong_request() -> None:
    (found,) = botocores_faults([{"Name": "M", "Type": "Model", "Arguments": {"ExecutionRoleArn": 1}}])
    assert "Invalid type for parameter ExecutionRoleArn" in found
