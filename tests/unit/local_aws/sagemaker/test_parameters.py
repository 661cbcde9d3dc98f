from __future__ import annotations

from typing import Any

import pytest

from local_aws.errors import ServiceError
from local_aws.sagemaker.definition import Parameter
from local_aws.sagemaker.parameters import started_with

DECLARED = {
    "Uri": Parameter("Uri", "String", None, ()),
    "Count": Parameter("Count", "Integer", 1, ()),
    "Share": Parameter("Share", "Float", 0.5, ()),
    "Strict": Parameter("Strict", "Boolean", False, ()),
    "Size": Parameter("Size", "String", "small", ("small", "large")),
}


def values(**sent: str) -> dict[str, Any]:
    return started_with(DECLARED, [{"Name": name, "Value": value} for name, value in sent.items()])


def test_values_get_the_declared_type_and_the_rest_their_defaults() -> None:
    given = values(Uri="s3://b", Count="3", Share="0.25", Strict="True")
    assert given == {"Uri": "s3://b", "Count": 3, "Share": 0.25, "Strict": True, "Size": "small"}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"Uri": "x", "Nope": "1"}, "Unknown parameter: Nope. The pipeline's parameters are: Uri, Count"),
        ({}, "Parameter Uri has no default value"),
        ({"Uri": "x", "Count": "many"}, "Parameter Count: 'many' is not of type Integer"),
        ({"Uri": "x", "Count": "1.5"}, "Parameter Count: '1.5' is not of type Integer"),
        ({"Uri": "x", "Strict": "yes"}, "Parameter Strict: 'yes' is not of type Boolean"),
        ({"Uri": "x", "Size": "huge"}, "Parameter Size: 'huge' is not one of small, large"),
    ],
)
def test_a_value_that_the_pipeline_does_not_take_is_refused(sent: dict[str, str], said: str) -> None:
    with pytest.raises(ServiceError, match=said):
        values(**sent)


def test_a_parameter_is_given_once() -> None:
    with pytest.raises(ServiceError, match="Parameter Uri is given twice"):
        started_with(DECLARED, [{"Name": "Uri", "Value": "a"}, {"Name": "Uri", "Value": "b"}])
