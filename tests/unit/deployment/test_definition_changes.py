from __future__ import annotations

from typing import Any

from deployment.plan.definition_changes import parts
from deployment.plan.differences import PropertyChange


def definition(*steps: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    declared = [{"Name": name, "Type": "String", "DefaultValue": value} for name, value in parameters.items()]
    return {"Parameters": declared, "Steps": list(steps)}


def step(name: str, **arguments: Any) -> dict[str, Any]:
    return {"Name": name, "Type": "Processing", "Arguments": arguments}


def test_a_first_definition_differs_from_nothing() -> None:
    assert parts(None, definition(step("A"))) == ()


def test_the_same_definition_has_no_difference() -> None:
    assert parts(definition(step("A"), x="1"), definition(step("A"), x="1")) == ()


def test_parameters_and_steps_that_come_and_go_are_told_by_name() -> None:
    found = parts(definition(step("A"), step("B"), x="1"), definition(step("B"), step("C"), y="1"))
    told = [(each.sign, each.kind, each.name) for each in found]
    assert told == [("+", "parameter", "y"), ("-", "parameter", "x"), ("+", "step", "C"), ("-", "step", "A")]


def test_a_changed_step_says_which_property_and_how() -> None:
    (found,) = parts(definition(step("A", Image="1", Keep=2)), definition(step("A", Image="3", Keep=2)))
    assert (found.sign, found.name, found.properties) == (
        "~",
        "A",
        (PropertyChange("Arguments.Image", "1", "3"),),
    )


def test_an_input_is_compared_with_the_one_of_its_name() -> None:
    code = {"InputName": "code", "S3Uri": "s3://a/1"}
    data = {"InputName": "data", "S3Uri": "s3://a/2"}
    (found,) = parts(definition(step("A", Inputs=[code, data])), definition(step("A", Inputs=[data])))
    assert found.properties == (PropertyChange("Arguments.Inputs.code", {"S3Uri": "s3://a/1"}, None),)
