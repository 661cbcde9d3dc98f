from __future__ import annotations

from typing import Any

import pytest

from local_aws.cloudformation.parameters import declaration_faults, effective, typed
from local_aws.errors import ServiceError
from tests.unit.local_aws.cloudformation.conftest import parameters

DECLARED: dict[str, dict[str, Any]] = {
    "Stage": {"Type": "String", "AllowedValues": ["staging", "prod"], "Default": "staging"},
    "Count": {"Type": "Number", "MinValue": 1, "MaxValue": 9, "Default": 3},
    "Name": {"Type": "String", "AllowedPattern": "[a-z]+", "MinLength": 2, "MaxLength": 5},
    "Zones": {"Type": "CommaDelimitedList", "Default": "a, b"},
    "Ports": {"Type": "List<Number>", "Default": "1,2"},
}


def test_defaults_fill_in_what_is_not_given() -> None:
    values = effective(DECLARED, parameters({"Name": "abc"}), None)
    assert values == {"Stage": "staging", "Count": "3", "Name": "abc", "Zones": "a, b", "Ports": "1,2"}
    assert typed(DECLARED, values)["Zones"] == ["a", "b"]
    assert typed(DECLARED, values)["Count"] == "3"


def test_a_previous_value_stays_where_it_is_asked_for() -> None:
    asked = [{"ParameterKey": "Name", "UsePreviousValue": True}]
    assert effective(DECLARED, asked, {"Name": "old"})["Name"] == "old"


@pytest.mark.parametrize("previous", [None, {}, {"Other": "x"}])
def test_a_previous_value_that_is_not_there_is_refused(previous: dict[str, str] | None) -> None:
    with pytest.raises(ServiceError, match="Cannot specify usePreviousValue as true for a parameter key not"):
        effective(DECLARED, [{"ParameterKey": "Name", "UsePreviousValue": True}], previous)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, r"Parameters: \[Name\] must have values"),
        ({"Name": "abc", "Extra": "1"}, r"Parameters: \[Extra\] do not exist in the template"),
        ({"Name": "ABC"}, r"Parameter 'Name' must match pattern \[a-z\]\+"),
        ({"Name": "abc1"}, "must match pattern"),
        ({"Name": "a"}, "must contain at least 2 characters"),
        ({"Name": "abcdef"}, "must contain at most 5 characters"),
        ({"Name": "abc", "Stage": "test"}, "Parameter 'Stage' must be one of AllowedValues"),
        ({"Name": "abc", "Count": "0"}, "must be a number not less than 1"),
        ({"Name": "abc", "Count": "10"}, "must be a number not greater than 9"),
        ({"Name": "abc", "Count": "many"}, "Parameter 'Count' must be a number"),
        ({"Name": "abc", "Count": "nan"}, "Parameter 'Count' must be a number"),
        ({"Name": "abc", "Ports": "1,x"}, "Parameter 'Ports' must be a number"),
    ],
)
def test_a_value_against_a_constraint_is_refused(given: dict[str, str], message: str) -> None:
    with pytest.raises(ServiceError, match=message):
        effective(DECLARED, parameters(given), None)


def test_the_constraints_own_description_is_the_message() -> None:
    declared = {"Name": {"Type": "String", "AllowedPattern": "a", "ConstraintDescription": "only a"}}
    with pytest.raises(ServiceError, match="Parameter 'Name' failed to satisfy constraint: only a"):
        effective(declared, parameters({"Name": "b"}), None)


def test_a_parameter_type_that_is_not_known_is_a_fault() -> None:
    faults = list(
        declaration_faults({"Key": {"Type": "AWS::EC2::KeyPair::KeyName"}, "B": {"Type": "String", "X": 1}})
    )
    assert len(faults) == 2
    assert "AWS::EC2::KeyPair::KeyName" in faults[0]
    assert "'X' (Parameters.B)" in faults[1]
