from __future__ import annotations

from typing import Any

import pytest

from deployment.release.template_values import Evaluation

TEMPLATE: dict[str, Any] = {
    "Parameters": {"Name": {"Type": "String"}, "Days": {"Type": "Number", "Default": 7}},
    "Conditions": {
        "IsNamed": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Name"}, ""]}]},
        "IsWeek": {"Fn::Equals": [{"Ref": "Days"}, "7"]},
        "Both": {"Fn::And": [{"Condition": "IsNamed"}, {"Condition": "IsWeek"}]},
        "Either": {"Fn::Or": [{"Condition": "IsNamed"}, {"Condition": "IsWeek"}]},
    },
    "Resources": {
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "Condition": "Both",
            "Properties": {
                "TopicName": {"Fn::Sub": "${Name}-${AWS::Region}-${Other.Arn}"},
                "Tags": [
                    {
                        "Fn::If": [
                            "IsWeek",
                            {"Key": "week", "Value": {"Ref": "Days"}},
                            {"Ref": "AWS::NoValue"},
                        ]
                    },
                    {"Ref": "Other"},
                ],
                "KmsMasterKeyId": {"Fn::If": ["IsWeek", {"Ref": "AWS::NoValue"}, "key"]},
            },
        },
    },
}


def evaluated(**parameters: str) -> Evaluation:
    return Evaluation(TEMPLATE, parameters, {"AWS::Region": "us-east-1"})


def test_what_is_known_is_worked_out_and_the_rest_stays_as_written() -> None:
    assert evaluated(Name="n").resources["Topic"]["Properties"] == {
        "TopicName": {"Fn::Sub": "n-us-east-1-${Other.Arn}"},
        "Tags": [{"Key": "week", "Value": "7"}, {"Ref": "Other"}],
    }


def test_a_property_that_is_no_value_is_absent_and_the_other_branch_is_not() -> None:
    properties = Evaluation(
        {**TEMPLATE, "Conditions": {**TEMPLATE["Conditions"], "Both": {"Condition": "IsNamed"}}},
        {"Name": "n", "Days": "1"},
        {},
    ).resources["Topic"]["Properties"]
    assert properties["KmsMasterKeyId"] == "key"
    assert properties["Tags"] == [{"Ref": "Other"}]


def test_a_resource_whose_condition_is_false_is_not_there() -> None:
    assert evaluated(Name="").resources == {}


@pytest.mark.parametrize(
    ("name", "days", "both", "either"),
    [("n", "7", True, True), ("n", "1", False, True), ("", "7", False, True), ("", "1", False, False)],
)
def test_conditions_combine(name: str, days: str, both: bool, either: bool) -> None:
    found = evaluated(Name=name, Days=days)
    assert (found.holds("Both"), found.holds("Either")) == (both, either)


def test_a_condition_key_inside_a_policy_is_no_condition_of_the_template() -> None:
    statement = {"Effect": "Allow", "Condition": {"StringEquals": {"aws:x": {"Ref": "Name"}}}}
    template = {**TEMPLATE, "Resources": {"P": {"Type": "AWS::IAM::Policy", "Properties": {"S": statement}}}}
    found = Evaluation(template, {"Name": "n"}, {}).resources["P"]["Properties"]["S"]
    assert found["Condition"] == {"StringEquals": {"aws:x": "n"}}
